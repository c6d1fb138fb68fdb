"""The sections about speech of today's kind: predicted prosody, and the voice of `pngnw say`."""

from collections.abc import Iterator

from pngnw.tools.report.gather import Results
from pngnw.tools.report.page import Block, Heading, Points
from pngnw.tools.report.sections_encoder import missing


def prosody(results: Results) -> Iterator[Block]:
    if results.prosody is None:
        yield missing("Prosody", "prosody")
    else:
        yield Points(results.prosody.summary)
    for name, pictures in results.contours.items():
        yield Heading(name)
        yield from pictures


def voice(results: Results) -> Iterator[Block]:
    if results.voice is None:
        yield missing("The voice", "voice")
    else:
        yield Points(results.voice.summary)
    yield from results.spoken

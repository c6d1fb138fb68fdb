"""The sources of speech, called alike: `speech.source` chooses one.

`espeak` synthesizes fast, `piper` synthesizes well, `ljspeech` reads recordings, whose gold times
are unknown.

Guarantees: an utterance depends on the line and the generator alone; `fingerprint` changes whenever
utterances may. A source's packages are loaded when it is opened.
"""

from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import numpy as np

from pngnw.params import Speech
from pngnw.speech.utterance import Line, Utterance


class Source(Protocol):
    """A source of utterances."""

    def __call__(self, line: Line, rng: np.random.Generator, /) -> Utterance | None:
        """The utterance of a line, or None when it does not say exactly these phonemes."""
        ...


def open_source(speech: Speech) -> Source:
    """Load the source that `speech` chooses.

    Raises:
        UserError: a package that it needs is missing or is not what it should be.
    """
    if speech.source == "piper":
        from pngnw.speech.piper import Voice

        return Voice.load()
    if speech.source == "ljspeech":
        from pngnw.speech.recording import Recordings

        return Recordings(Path(speech.folder))
    from pngnw.speech.breaths import say

    return say


def fingerprint(speech: Speech) -> dict[str, str]:
    """All that utterances depend on besides the line, the generator and the code.

    Raises:
        UserError: a package that the source needs is missing.
    """
    if speech.source == "piper":
        from pngnw.speech import piper

        return piper.fingerprint()
    if speech.source == "ljspeech":  # the lines carry digests of their recordings
        return {name: version(name) for name in ("soundfile", "scipy")}
    return {"espeakng-loader": version("espeakng-loader")}

"""The sources of speech, called alike: `speech.source` chooses one.

`espeak` synthesizes fast, `piper` synthesizes well, `ljspeech` reads recordings, whose gold times
are unknown.

Guarantees: an utterance depends on the line and the generator alone; `fingerprint` changes whenever
utterances may. A source's packages are loaded when it is opened.
"""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

import numpy as np

from pngnw.core.errors import UserError
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
    """All that utterances and their pitch depend on besides the line, the generator and the code.

    Raises:
        UserError: a package that the source needs is missing.
    """
    tracked = _versions("swift-f0", "scipy")
    if speech.source == "piper":
        from pngnw.speech import piper

        return tracked | piper.fingerprint()
    if speech.source == "ljspeech":  # the lines carry digests of their recordings
        return tracked | _versions("soundfile")
    return tracked | _versions("espeakng-loader")


def _versions(*packages: str) -> dict[str, str]:
    try:
        return {name: version(name) for name in packages}
    except PackageNotFoundError as missing:
        raise UserError(
            f"speech needs the package {missing.name}: pip install 'pngnw[speech]'"
        ) from None

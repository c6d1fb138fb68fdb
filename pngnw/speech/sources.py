"""The sources of speech, called alike: `speech.source` chooses one.

`espeak` synthesizes fast, `piper` and `hibari` synthesize well, `ljspeech` reads recordings, whose
times are silver or unknown.

Guarantees: an utterance depends on the line and the generator alone; `fingerprint` changes whenever
utterances may. A source's packages are loaded when it is opened.
"""

from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

import numpy as np

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.params import Speech
from pngnw.speech.recording import POCKETSPHINX, Recordings
from pngnw.speech.utterance import Line, Utterance


class Source(Protocol):
    """A source of utterances."""

    def __call__(self, line: Line, rng: np.random.Generator, /) -> Utterance | str:
        """The utterance of a line, or the reason why it is left out."""
        ...


def open_source(speech: Speech) -> Source:
    """Load the source that `speech` chooses.

    Raises:
        UserError: a package that it needs is missing or is not what it should be.
    """
    if speech.source == "piper":
        from pngnw.speech.piper import Voice

        return Voice.load()
    if speech.source == "hibari":
        from pngnw.speech import hibari

        return hibari.Voice.load()
    if speech.source == "ljspeech":
        return Recordings(Path(speech.folder), speech.times)
    from pngnw.speech.breaths import say

    return partial(say, speech.voice)


def fingerprint(speech: Speech) -> dict[str, str]:
    """All that utterances and their pitch depend on besides the line, the generator and the code.

    Raises:
        UserError: a package that the source needs is missing.
    """
    tracked = _versions("swift-f0", "scipy")
    if speech.source == "piper":
        from pngnw.speech import piper

        return tracked | piper.fingerprint()
    if speech.source == "hibari":
        from pngnw.speech import hibari

        return tracked | hibari.fingerprint()
    if speech.source == "ljspeech":  # the lines carry digests of their recordings
        aligner = _versions("pocketsphinx") if speech.times == POCKETSPHINX else {}
        return tracked | _versions("soundfile") | aligner | _times(speech)
    return tracked | _versions("espeakng-loader")


def _times(speech: Speech) -> dict[str, str]:
    """Digests of the files of times."""
    if speech.times in (None, POCKETSPHINX):
        return {}
    path = Path(speech.folder, speech.times)
    files = sorted(path.glob("*.TextGrid")) if path.is_dir() else [path]
    return {file.name: shards.file_digest(file) for file in files if file.exists()}


def _versions(*packages: str) -> dict[str, str]:
    try:
        return {name: version(name) for name in packages}
    except PackageNotFoundError as missing:
        raise UserError(
            f"speech needs the package {missing.name}: pip install 'pngnw[speech]'"
        ) from None

"""The sources of speech, called alike: `speech.source` chooses one.

An utterance depends on the line and the generator alone; `fingerprint` changes whenever utterances
may. A source's packages are loaded when it is opened.
"""

from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

import numpy as np

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.params import Speech
from pngnw.speech import breaths, hibari, piper
from pngnw.speech.recording import POCKETSPHINX, Recordings
from pngnw.speech.utterance import Line, Utterance

# Whose versions count, besides the pitch tracker's.
PACKAGES = {
    "espeak": ("espeakng-loader",),
    "piper": ("onnxruntime",),
    "hibari": ("hibari-tts", "onnxruntime"),
    "ljspeech": ("soundfile",),
}


class Source(Protocol):
    """A source of utterances."""

    def __call__(self, line: Line, rng: np.random.Generator, /) -> Utterance | str:
        """The utterance of a line, or the reason why it is left out."""
        ...


def open_source(speech: Speech) -> Source:
    """Load the source that `speech` chooses; `UserError` where it lacks a package or a file."""
    if speech.source == "piper":
        return piper.Voice.load()
    if speech.source == "hibari":
        return hibari.Voice.load()
    if speech.source == "ljspeech":
        return Recordings(Path(speech.folder), speech.times)
    return partial(breaths.say, speech.voice)


def fingerprint(speech: Speech) -> dict[str, str]:
    """All that utterances and their pitch depend on besides the line, the generator and the code;
    `UserError` where a package is missing."""
    packages = ["swift-f0", "scipy", *PACKAGES[speech.source]]
    files: dict[str, Path] = {}
    if speech.source == "piper":
        files = {"voice": piper.model_path()}
    elif speech.source == "hibari":
        files = {"voice": hibari.model_path()}
    elif speech.source == "ljspeech" and speech.times == POCKETSPHINX:
        packages.append(POCKETSPHINX)
    elif speech.source == "ljspeech" and speech.times:  # the lines carry the recordings' digests
        path = Path(speech.folder, speech.times)
        listed = sorted(path.glob("*.TextGrid")) if path.is_dir() else [path]
        files = {file.name: file for file in listed if file.exists()}
    try:
        versions = {name: version(name) for name in packages}
    except PackageNotFoundError as missing:
        raise UserError(
            f"speech needs the package {missing.name}: pip install 'pngnw[speech]'"
        ) from None
    return versions | {name: shards.file_digest(file) for name, file in files.items()}

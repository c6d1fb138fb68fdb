"""What the states of an arm depend on, for the fingerprints of runs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pngnw.arms.encoders import CONVOLUTIONAL, PRETRAINED
from pngnw.core import shards
from pngnw.model.io import CONFIG
from pngnw.params import Arm

CODE: Final = (
    "pngnw.align.symbols",
    "pngnw.arms.encoders",
    "pngnw.arms.text",
    "pngnw.model.sentences",
)


def code(arm: Arm) -> tuple[str, ...]:
    """The modules that compute them."""
    if arm == "composite":
        return (*CODE, "pngnw.arms.composite", "pngnw.teach")
    return CODE if arm in CONVOLUTIONAL else (*CODE, "pngnw.model")


def files(arm: Arm, encoder: Path) -> list[Path]:
    """The files of the encoder's folder that they depend on: no more than the arm uses."""
    if arm in PRETRAINED:
        return sorted(encoder.iterdir())
    return [] if arm in CONVOLUTIONAL else [encoder / CONFIG]


def digest(files: Sequence[Path]) -> str:
    """Of the names and bytes of files."""
    return shards.fingerprint([(file.name, shards.file_digest(file)) for file in files])

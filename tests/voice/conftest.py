"""A handful of sentences, spoken once for all tests of the voice."""

from pathlib import Path
from typing import Any

import pytest

from pngnw.encoder import SHIPPED
from pngnw.params import Voice, load
from pngnw.voice import dataset
from pngnw.voice.dataset import Utterances
from tests.speech.corpus import speak


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data/speech (about 90 utterances) and models/encoder."""
    home = tmp_path_factory.mktemp("voice")
    speak(home)
    (home / "models").mkdir()
    (home / "models/encoder").symlink_to(SHIPPED)
    return home


@pytest.fixture
def learned(spoken: Path) -> Utterances:
    return dataset.load(spoken / "data/speech", "train")


def voice_params(**changes: Any) -> Voice:
    """The section `voice`, small enough for a test."""
    small = {"arms": ["tacotron2"], "text_width": 16, "width": 24, "blocks": 1, "batch": 8,
             "steps": 40, "checkpoint_every": 20, "warmup": 4, "recognizer": "none",
             **changes}  # fmt: skip
    return load().voice.model_copy(update=small)

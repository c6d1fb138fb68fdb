"""A handful of sentences, spoken once for all tests that need speech."""

from pathlib import Path
from typing import Any

import pytest

from pngnw.arms import encoders
from pngnw.arms.encoders import TextEncoder
from pngnw.evaluate import dataset
from pngnw.evaluate.dataset import SpeechSet
from pngnw.params import Arm, Evaluate, load
from tests.speech.corpus import save_encoder, speak


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data/align, data/speech (about 90 utterances) and models/encoder."""
    home = tmp_path_factory.mktemp("spoken")
    speak(home)
    save_encoder(home / "models/encoder")
    return home


@pytest.fixture
def train(spoken: Path) -> SpeechSet:
    return dataset.load(spoken / "data/speech", "train")


def text_encoder(spoken: Path, arm: Arm) -> TextEncoder:
    return encoders.build(arm, spoken / "models/encoder", None, 16, seed=1)


def evaluate_params(**changes: Any) -> Evaluate:
    """The evaluate section, small enough for a test."""
    small = {"attentions": ["lsa"], "width": 16, "samples": 32, "evaluate_every": 8, "seeds": [1],
             "tuning_seeds": [0], "encoder_rates": [1.0], "layer": None, "long_form": [],
             **changes}  # fmt: skip
    return load().evaluate.model_copy(update=small)

"""A handful of sentences, spoken once for all tests that need speech."""

from pathlib import Path
from typing import Any

import pytest
import torch

from pngnw.arms import encoders
from pngnw.arms.encoders import TextEncoder
from pngnw.evaluate import dataset
from pngnw.evaluate.dataset import SpeechSet
from pngnw.model.heads import Heads
from pngnw.model.io import save
from pngnw.model.network import PnGNWEncoder
from pngnw.params import Arm, Evaluate, Run, load
from pngnw.speech.stage import run
from tests.speech.corpus import corpus, params, speech_params, write_align


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data/align, data/speech (about 90 utterances) and models/encoder."""
    home = tmp_path_factory.mktemp("spoken")
    write_align(home / "data/align", corpus(110), 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DVC_ROOT", str(home))
        run(params(speech_params(), run=Run(workers=2)), home)
    model = load().model.model_copy(update={"width": 16, "layers": 1, "heads": 2})
    generator = torch.Generator().manual_seed(0)
    save(home / "models/encoder", PnGNWEncoder(model, 50, generator), Heads(model, 50, generator))
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

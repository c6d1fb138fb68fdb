"""What was saved is what is loaded; damage is named."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from pngnw.core.errors import UserError
from pngnw.model import io
from pngnw.model.heads import Heads
from pngnw.model.inputs import assemble
from pngnw.model.network import PnGNWEncoder
from pngnw.model.sentences import Sentences
from tests.model.synthetic import MODEL, PIECES, corpus


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    io.save(tmp_path, PnGNWEncoder(MODEL, PIECES), Heads(MODEL, PIECES))
    return tmp_path


@pytest.mark.parametrize("of_words", [{}, {"meaning": 9, "surprisal": 3}])
@pytest.mark.parametrize("features", [False, True])
def test_round_trip(tmp_path: Path, features: bool, of_words: dict[str, int]) -> None:
    encoder = PnGNWEncoder(MODEL, PIECES).eval()
    heads = Heads(MODEL, PIECES, features=features, of_words=of_words).eval()
    io.save(tmp_path, encoder, heads)
    encoder_again, heads_again, config = io.load(tmp_path)
    inputs = assemble(Sentences.from_table(corpus(1, 3)), np.arange(3), MODEL)
    states = encoder(inputs)
    assert torch.equal(encoder_again(inputs), states)
    assert torch.equal(heads_again.tokens(states), heads.tokens(states))
    assert torch.equal(heads_again.words(states, encoder_again), heads.words(states, encoder))
    assert heads.state_dict().keys() == heads_again.state_dict().keys()
    for name, weight in heads.state_dict().items():
        assert torch.equal(heads_again.state_dict()[name], weight), name
    assert (config.model, config.vocab_size) == (MODEL, PIECES)
    assert (config.features, config.of_words) == (features, of_words)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 4}, r"config\.json: of format 4.*train the encoder anew"),
        ({"of_words": {"meaning": 3}}, r"model\.safetensors: does not fit config\.json.*of_words"),
        ({"tokens": ["other"]}, "another token vocabulary"),
    ],
)
def test_a_foreign_configuration_is_refused(
    folder: Path, change: dict[str, object], message: str
) -> None:
    config = json.loads((folder / io.CONFIG).read_text()) | change
    (folder / io.CONFIG).write_text(json.dumps(config))
    with pytest.raises(UserError, match=message):
        io.load(folder)


def test_missing_and_damaged_files_are_named(folder: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere: holds no encoder"):
        io.load(folder / "nowhere")
    (folder / io.WEIGHTS).write_bytes(b"x" * 20)
    with pytest.raises(UserError, match=r"model\.safetensors: cannot be read"):
        io.load(folder)

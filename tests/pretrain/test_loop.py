"""Updates: parts add up to the whole, and every part is learned."""

from pathlib import Path

import numpy as np
import torch

from pngnw.core.ragged import offsets
from pngnw.model.sentences import Sentences
from pngnw.params import Params
from pngnw.pretrain.checkpoint import State, Store
from pngnw.pretrain.data import Split
from pngnw.pretrain.loader import Step, dimensions, make_batch
from pngnw.pretrain.loop import gradients, train, train_step
from pngnw.pretrain.loss import LOSSES, mean_losses
from pngnw.pretrain.ranks import resolve_precision
from tests.model.synthetic import PIECES, corpus
from tests.pretrain.conftest import emoji, small

SENTENCES = Sentences.from_table(corpus(1, 30))
# What a word means is told by its first wordpiece.
PIECE = SENTENCES.pieces[offsets(SENTENCES.pieces_per_word)[:-1]].astype(np.int8)
OF_WORDS = {"meaning": np.stack([PIECE, -PIECE, 20 - PIECE], axis=1), "surprisal": PIECE[:, None]}
SPLIT = Split(SENTENCES, emoji(30, 1), of_words=OF_WORDS)
ORDER = np.arange(30)


def step_of(params: Params, *batches: np.ndarray) -> Step:
    """Sentences as the batches of a step."""
    made = [make_batch(SPLIT, indices, PIECES, 0, params) for indices in batches]
    return Step(made)


def test_parts_have_the_gradients_of_the_whole() -> None:
    """Unequal parts with unequal targets: a mean of means would differ."""
    params = small()
    whole, parts = (State.start(params, PIECES, of_words=dimensions(SPLIT)) for _ in range(2))
    sums, counts = gradients(whole, step_of(params, ORDER), params)
    cut = step_of(params, *np.split(ORDER, [4, 21]))
    sums_of_parts, counts_of_parts = gradients(parts, cut, params)
    assert torch.equal(counts, counts_of_parts)
    torch.testing.assert_close(sums, sums_of_parts, rtol=1e-6, atol=0)
    for name in ("encoder", "heads"):
        for one, other in zip(
            getattr(whole, name).parameters(), getattr(parts, name).parameters(), strict=True
        ):
            assert one.grad is not None
            torch.testing.assert_close(one.grad, other.grad, rtol=1e-5, atol=1e-6)


def test_an_update_takes_the_next_batches(tmp_path: Path) -> None:
    """Six updates of two batches use up twelve; twelve of one use the same."""
    works = []
    for steps, accumulate in ((12, 1), (6, 2)):
        params = small(steps=steps, accumulate=accumulate, batch_tokens=300, evaluate_every=99)
        store = Store(tmp_path / str(accumulate))
        state = State.start(params, PIECES)
        works.append(train(state, SPLIT, SPLIT, params, store, lambda _: None))
    assert works[0].tokens == works[1].tokens
    assert [work.steps for work in works] == [12, 6]


def test_emoji_marks_and_numbers_of_words_are_learned() -> None:
    """From states alone, beside the masked words."""
    params = small(unmarked=1.0, learning_rate=1e-2, steps=40)
    state = State.start(params, PIECES, of_words=dimensions(SPLIT))
    step = step_of(params, ORDER)
    means = []
    for _ in range(30):
        sums, counts = train_step(state, step, params)
        means.append(mean_losses(sums, counts, params.pretrain))
    assert counts[LOSSES.index("emoji") :].min() > 0
    for name in ("emoji", "mark", "meaning", "surprisal"):
        assert means[-1][name] < means[0][name] - 0.3, name


def test_automatic_precision_is_what_the_processor_has() -> None:
    device = torch.device("cpu")
    has_bf16 = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    assert resolve_precision("auto", device) == ("bf16" if has_bf16 else "fp32")
    assert [resolve_precision(name, device) for name in ("fp32", "bf16")] == ["fp32", "bf16"]

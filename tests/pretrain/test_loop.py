"""Updates: parts add up to the whole, the emoji words leave the rest alone, Muon resumes."""

from pathlib import Path

import numpy as np
import torch

from pngnw.model.sentences import Sentences
from pngnw.params import Params
from pngnw.pretrain.checkpoint import State, Store
from pngnw.pretrain.data import Split
from pngnw.pretrain.loader import Step, extra_batch, make_batch
from pngnw.pretrain.loop import gradients, resolve_precision, train, train_step
from pngnw.pretrain.loss import EMOJI_WORDS, total_loss
from tests.model.synthetic import MODEL, PIECES, corpus
from tests.pretrain.conftest import emoji, small

SPLIT = Split(Sentences.from_table(corpus(1, 30)), emoji(30, 1))
ORDER = np.arange(30)


def step_of(params: Params, *batches: np.ndarray, number: int = 0) -> Step:
    """Sentences as the batches of a step."""
    made = [make_batch(SPLIT, indices, PIECES, 0, params) for indices in batches]
    return Step(made, extra_batch(SPLIT, number, params), np.zeros(0, dtype=np.int64))


def test_parts_have_the_gradients_of_the_whole() -> None:
    """Unequal parts with unequal targets: a mean of means would differ."""
    params = small()
    whole, parts = State.start(params, PIECES), State.start(params, PIECES)
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
            torch.testing.assert_close(one.grad, other.grad, rtol=0, atol=1e-6)


def test_an_update_takes_the_next_batches(tmp_path: Path) -> None:
    """Six updates of two batches use up twelve; twelve of one use the same."""
    works = []
    for steps, accumulate in ((12, 1), (6, 2)):
        params = small(steps=steps, accumulate=accumulate, batch_tokens=300, evaluate_every=99)
        store = Store(tmp_path / str(accumulate))
        state = State.start(params, PIECES)
        works.append(train(state, SPLIT, params, store, lambda _: {"total": 0.0}, lambda _: None))
    assert works[0].tokens == works[1].tokens
    assert [work.steps for work in works] == [12, 6]


def test_muon_learns_and_resumes_exactly(tmp_path: Path) -> None:
    params = small(optimizer="muon", steps=30, learning_rate=5e-3)
    step = step_of(params, ORDER)
    state, resumed = State.start(params, PIECES), State.start(params, PIECES)
    losses = [float(total_loss(*train_step(state, step, params), 10.0)) for _ in range(15)]
    assert losses[-1] < losses[0] - 1
    Store(tmp_path).save(state.step, state.dump())
    saved = Store(tmp_path).latest()
    assert saved is not None
    resumed.restore(saved)
    for _ in range(3):
        sums, _ = train_step(state, step, params)
        assert torch.equal(sums, train_step(resumed, step, params)[0])
    for one, other in zip(state.encoder.parameters(), resumed.encoder.parameters(), strict=True):
        assert torch.equal(one, other)


def test_without_emoji_words_the_rest_learns_the_same() -> None:
    """Bit for bit, over several steps; only the emoji words differ."""
    params = small(emoji_weight=2.0, clip=0.1)
    weights = []
    for words in (True, False):
        chosen = params.model_copy(
            update={"model": MODEL.model_copy(update={"emoji_words": words})}
        )
        state = State.start(chosen, PIECES)
        for number in range(4):
            train_step(state, step_of(chosen, ORDER, number=number), chosen)
        named = [*state.encoder.named_parameters(), *state.heads.named_parameters()]
        weights.append({name: p for name, p in named if not name.startswith("emoji_words.")})
    assert weights[0].keys() == weights[1].keys()
    for name, weight in weights[0].items():
        assert torch.equal(weight, weights[1][name]), name


def test_emoji_words_learn_from_sentences_of_their_own() -> None:
    params = small(emoji_extra=40)
    state = State.start(params, PIECES)
    losses = []
    for number in range(30):
        sums, counts = train_step(state, step_of(params, ORDER[:1], number=number), params)
        assert counts[EMOJI_WORDS] == 40
        losses.append(float(sums[EMOJI_WORDS] / 40))
    assert losses[-1] < losses[0] - 0.1


def test_automatic_precision_is_what_the_processor_has() -> None:
    device = torch.device("cpu")
    has_bf16 = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    assert resolve_precision("auto", device) == ("bf16" if has_bf16 else "fp32")
    assert [resolve_precision(name, device) for name in ("fp32", "bf16")] == ["fp32", "bf16"]

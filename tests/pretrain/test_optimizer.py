"""Rates by hand, accumulated gradients, and that Muon learns and resumes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from pngnw.model.sentences import Sentences
from pngnw.pretrain.checkpoint import Store
from pngnw.pretrain.data import Split
from pngnw.pretrain.loader import extras, prepare
from pngnw.pretrain.loop import gradients, train, train_step
from pngnw.pretrain.loss import total
from pngnw.pretrain.optimizer import rate
from pngnw.pretrain.state import State
from tests.model.synthetic import MODEL, PIECES, corpus
from tests.pretrain.conftest import emoji, small

SPLIT = Split(Sentences.from_table(corpus(1, 30)), emoji(30, 1))


def start(**pretrain: object) -> State:
    return State.start(MODEL, small(**pretrain).pretrain, PIECES, 0)


def test_rates_by_hand() -> None:
    cosine = small(steps=12, warmup=2, learning_rate=1.0).pretrain
    assert [rate(step, cosine) for step in (0, 1, 2, 7, 12)] == pytest.approx([0.5, 1, 1, 0.5, 0])
    level = small(steps=20, warmup=2, learning_rate=1.0, schedule="trapezoid").pretrain
    assert [rate(step, level) for step in (0, 2, 15, 16, 17, 18, 19, 20)] == pytest.approx(
        [0.5, 1, 1, 1, 0.75, 0.5, 0.25, 0]
    )


def test_parts_have_the_gradients_of_the_whole() -> None:
    """Unequal parts with unequal targets: a mean of means would differ."""
    params = small()
    whole, parts = start(), start()
    order = np.arange(30)
    more = extras(SPLIT, [order[:7]])[0]
    sums, counts = gradients(whole, prepare(SPLIT, [order], PIECES, 0, params), params, more=more)
    cut = prepare(SPLIT, np.split(order, [4, 21]), PIECES, 0, params)
    sums_of_parts, counts_of_parts = gradients(parts, cut, params, more=more)
    assert torch.equal(counts, counts_of_parts)
    assert torch.allclose(sums, sums_of_parts, rtol=1e-6)
    for name in ("encoder", "heads"):
        for one, other in zip(
            getattr(whole, name).parameters(), getattr(parts, name).parameters(), strict=True
        ):
            assert one.grad is not None
            assert torch.allclose(one.grad, other.grad, rtol=0, atol=1e-6)


def test_an_update_takes_the_next_batches(tmp_path: Path) -> None:
    """Six updates of two batches use up twelve; twelve of one use the same."""
    works = []
    for steps, accumulate in ((12, 1), (6, 2)):
        params = small(steps=steps, accumulate=accumulate, batch_tokens=300, evaluate_every=99)
        state = State.start(MODEL, params.pretrain, PIECES, 0)
        store = Store(tmp_path / str(accumulate))
        works.append(train(state, SPLIT, params, store, lambda _: {"total": 0.0}, lambda _: None))
    assert works[0].tokens == works[1].tokens
    assert [work.steps for work in works] == [12, 6]


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_every_parameter_has_one_optimizer(optimizer: str) -> None:
    state = start(optimizer=optimizer)
    owned = [p for o in state.optimizers for group in o.param_groups for p in group["params"]]
    everything = [*state.encoder.parameters(), *state.heads.parameters()]
    assert sorted(map(id, owned)) == sorted(map(id, everything))
    for one in state.optimizers:
        for group in one.param_groups:
            matrices = {p.ndim > 1 for p in group["params"]}
            assert matrices == {group["weight_decay"] > 0}
    if optimizer == "muon":
        inner = {id(p) for p in state.optimizers[0].param_groups[0]["params"]}
        assert id(state.encoder.embeddings.token.weight) not in inner
        assert len(inner) == 4 * MODEL.layers


def test_muon_learns_and_resumes_exactly(tmp_path: Path) -> None:
    params = small(optimizer="muon", steps=30, learning_rate=5e-3)
    batch = prepare(SPLIT, [np.arange(30)], PIECES, 0, params)
    state = State.start(MODEL, params.pretrain, PIECES, 0)
    losses = [float(total(*train_step(state, batch, params), 10.0)) for _ in range(15)]
    resumed = start(optimizer="muon")
    Store(tmp_path).save(state.step, state.dump())
    saved = Store(tmp_path).latest()
    assert saved is not None
    resumed.restore(saved)
    assert losses[-1] < losses[0] - 1
    for _ in range(3):
        sums, _ = train_step(state, batch, params)
        assert torch.equal(sums, train_step(resumed, batch, params)[0])
    for one, other in zip(state.encoder.parameters(), resumed.encoder.parameters(), strict=True):
        assert torch.equal(one, other)


def test_every_layer_is_compiled_if_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """That a compiled encoder says the same is tested beside the encoder."""
    asked: list[dict[str, object]] = []

    def note(call: Callable[..., object], **options: object) -> Callable[..., object]:
        asked.append(options)
        return call

    monkeypatch.setattr(torch, "compile", note)
    plain = start().encoder.state_dict()
    assert asked == []
    compiled = start(compile=True).encoder.state_dict()
    assert asked == [{"dynamic": True}] * MODEL.layers
    assert list(compiled) == list(plain)

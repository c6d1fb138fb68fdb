"""Rates by hand, and that every parameter is owned once."""

import pytest
import torch

from pngnw.pretrain.checkpoint import State
from pngnw.pretrain.optimizer import Muon, learning_rate
from tests.model.synthetic import MODEL, PIECES
from tests.pretrain.conftest import small


def test_rates_by_hand() -> None:
    cosine = small(steps=12, warmup=2, learning_rate=1.0).pretrain
    assert [learning_rate(step, cosine) for step in (0, 1, 2, 7, 12)] == pytest.approx(
        [0.5, 1, 1, 0.5, 0]
    )
    level = small(steps=20, warmup=2, learning_rate=1.0, schedule="trapezoid").pretrain
    rates = [learning_rate(step, level) for step in (0, 2, 15, 16, 17, 18, 19, 20)]
    assert rates == pytest.approx([0.5, 1, 1, 1, 0.75, 0.5, 0.25, 0])


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_every_parameter_has_one_optimizer(optimizer: str) -> None:
    state = State.start(small(optimizer=optimizer), PIECES)
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


def test_muon_is_that_of_torch_in_float32() -> None:
    """Two steps of tall, wide and square matrices; torch's own multiplies in bfloat16."""
    draw = torch.Generator().manual_seed(0)
    shapes = [(24, 8), (24, 8), (8, 24), (8, 8)]
    ours = [torch.nn.Parameter(torch.randn(shape, generator=draw)) for shape in shapes]
    theirs = [torch.nn.Parameter(p.detach().clone()) for p in ours]
    start = [p.detach().clone() for p in ours]
    optimizers = [
        Muon(ours, 0.02, 0.1),
        torch.optim.Muon(theirs, lr=0.02, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"),
    ]
    for _ in range(2):
        for one, other in zip(ours, theirs, strict=True):
            one.grad = torch.randn(one.shape, generator=draw)
            other.grad = one.grad.clone()
        for optimizer in optimizers:
            optimizer.step()
    for one, other, first in zip(ours, theirs, start, strict=True):
        assert (one - other).norm() < 0.02 * (one - first).norm()

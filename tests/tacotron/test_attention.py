"""Both attentions against arithmetic written out with loops, and the prior against its law."""

import math

import pytest
import torch
from torch import Tensor

from pngnw.tacotron.attention import (
    DynamicConvolution,
    LocationSensitive,
    Weights,
    beta_binomial,
    build,
)

B, P, Q, M = 2, 6, 5, 4


def inputs() -> tuple[Tensor, Tensor, Tensor, Weights]:
    generator = torch.Generator().manual_seed(1)
    memory = torch.randn(B, P, M, generator=generator)
    query = torch.randn(B, Q, generator=generator)
    valid = torch.tensor([[True] * 6, [True] * 4 + [False] * 2])
    last = torch.rand(B, P, generator=generator) * valid
    total = torch.rand(B, P, generator=generator) * valid
    return memory, query, valid, Weights(last / last.sum(1, keepdim=True), total)


def test_lsa_is_the_formula() -> None:
    torch.manual_seed(0)
    attention = LocationSensitive(Q, M, width=3)
    with torch.no_grad():  # two of them start at zero
        for weight in (attention.query.weight, attention.location.weight):
            weight.normal_()
    memory, query, valid, weights = inputs()
    found = attention(query, weights, attention.prepare(memory, valid))
    filters = attention.filters.weight
    for b in range(B):
        energies = []
        for j in range(int(valid[b].sum())):
            f = torch.zeros(32)
            for k in range(31):
                if 0 <= j + k - 15 < P:
                    f += filters[:, 0, k] * weights.last[b, j + k - 15]
                    f += filters[:, 1, k] * weights.total[b, j + k - 15]
            located = attention.location.weight @ f
            key = attention.memory.weight @ memory[b, j]
            inner = attention.query(query[b]) + key + located
            energies.append(attention.score.weight[0] @ torch.tanh(inner))
        expected = torch.softmax(torch.stack(energies), 0)
        torch.testing.assert_close(found.last[b, : len(expected)], expected)
        assert (found.last[b, len(expected) :] == 0).all()
    torch.testing.assert_close(found.total, weights.total + found.last)


def test_dca_is_the_formula() -> None:
    torch.manual_seed(0)
    attention = DynamicConvolution(Q, M, width=3)
    memory, query, valid, weights = inputs()
    found = attention(query, weights, attention.prepare(memory, valid))
    taps = beta_binomial(11, 0.1, 0.9)
    for b in range(B):
        dynamic = attention.generate(query[b]).view(8, 21)
        energies = []
        for j in range(int(valid[b].sum())):
            f, g, prior = torch.zeros(8), torch.zeros(8), torch.tensor(0.0)
            for k in range(21):
                if 0 <= j + k - 10 < P:
                    f += attention.filters.weight[:, 0, k] * weights.last[b, j + k - 10]
                    g += dynamic[:, k] * weights.last[b, j + k - 10]
            for k in range(min(j, 10) + 1):
                prior = prior + taps[k] * weights.last[b, j - k]
            inner = attention.static.weight @ f + attention.dynamic(g)
            energy = attention.score.weight[0] @ torch.tanh(inner)
            energies.append(energy + torch.log(prior.clamp_min(1e-6)))
        expected = torch.softmax(torch.stack(energies), 0)
        torch.testing.assert_close(found.last[b, : len(expected)], expected)


def test_dca_prior_never_looks_back_and_starts_on_the_first_token() -> None:
    attention = DynamicConvolution(Q, M)
    with torch.no_grad():
        attention.score.weight.zero_()  # the prior alone
    prepared = attention.prepare(torch.zeros(1, 20, M), torch.ones(1, 20, dtype=torch.bool))
    weights = attention.start(prepared)
    assert weights.last[0].tolist() == [1.0] + [0.0] * 19
    moved = attention(torch.zeros(1, Q), weights, prepared).last[0]
    torch.testing.assert_close(moved[:11], beta_binomial(11, 0.1, 0.9), rtol=1e-3, atol=1e-4)
    assert moved[11:].max() < 1e-5


def test_prior_is_the_paper_s() -> None:
    taps = beta_binomial(11, 0.1, 0.9)
    assert float(taps.sum()) == pytest.approx(1.0)
    mean = float((taps * torch.arange(11)).sum())
    assert mean == pytest.approx(10 * 0.1 / (0.1 + 0.9)), "one token per step on average"
    # P(0) = B(α, 10 + β) / B(α, β), by hand: the product of (k + β) / (k + α + β) for k below 10.
    assert float(taps[0]) == pytest.approx(math.prod((k + 0.9) / (k + 1.0) for k in range(10)))


@pytest.mark.parametrize("name", ["lsa", "dca"])
def test_nothing_is_kept_between_calls(name: str) -> None:
    torch.manual_seed(0)
    attention = build(name, Q, M)
    memory, query, valid, _ = inputs()
    prepared = attention.prepare(memory, valid)
    first = attention(query, attention.start(prepared), prepared)
    attention(query + 1, first, prepared)
    again = attention(query, attention.start(prepared), prepared)
    assert torch.equal(first.last, again.last)
    torch.testing.assert_close(first.last.sum(1), torch.ones(B))

"""Every attention against arithmetic written out with loops, their priors and starts."""

import math

import pytest
import torch
from torch import Tensor

from pngnw.evaluate.attention import (
    Cumulative,
    DynamicConvolution,
    GaussianMixture,
    LocationSensitive,
    Mixture,
    State,
    beta_binomial,
)

B, P, Q, M = 2, 6, 5, 4


def inputs() -> tuple[Tensor, Tensor, Tensor, Cumulative]:
    """Memory, query, real tokens (6 and 4 of 6), and some weights so far."""
    generator = torch.Generator().manual_seed(1)
    memory = torch.randn(B, P, M, generator=generator)
    query = torch.randn(B, Q, generator=generator)
    valid = torch.tensor([[True] * 6, [True] * 4 + [False] * 2])
    last = torch.rand(B, P, generator=generator) * valid
    total = torch.rand(B, P, generator=generator) * valid
    return memory, query, valid, Cumulative(last / last.sum(1, keepdim=True), total)


def test_lsa_is_the_formula() -> None:
    torch.manual_seed(0)
    attention = LocationSensitive(Q, M, width=3)
    memory, query, valid, weights = inputs()
    actual = attention.begin(memory, valid)[0](query, weights)
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
        torch.testing.assert_close(actual.last[b, : len(expected)], expected)
        assert (actual.last[b, len(expected) :] == 0).all()
    torch.testing.assert_close(actual.total, weights.total + actual.last)


def test_dca_is_the_formula() -> None:
    torch.manual_seed(0)
    attention = DynamicConvolution(Q, width=3)
    memory, query, valid, weights = inputs()
    step, start = attention.begin(memory, valid)
    assert start.last.tolist() == [[1.0] + [0.0] * (P - 1)] * B
    actual = step(query, State(weights.last))
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
        torch.testing.assert_close(actual.last[b, : len(expected)], expected)


def test_prior_is_the_paper_s() -> None:
    taps = beta_binomial(11, 0.1, 0.9)
    mean = float((taps * torch.arange(11)).sum())
    assert mean == pytest.approx(10 * 0.1 / (0.1 + 0.9)), "one token per step on average"
    # P(0) = B(α, 10 + β) / B(α, β), by hand: the product of (k + β) / (k + α + β) for k below 10.
    assert float(taps[0]) == pytest.approx(math.prod((k + 0.9) / (k + 1.0) for k in range(10)))


def test_gmm_is_the_formula() -> None:
    torch.manual_seed(0)
    attention = GaussianMixture(Q, width=3)
    with torch.no_grad():  # steps and widths of all sizes, unequal shares
        attention.generate[2].bias.copy_(torch.linspace(-2.0, 2.0, 15))
    memory, query, valid, weights = inputs()
    means = torch.linspace(0.0, 4.0, 2 * 5).view(2, 5)
    with torch.no_grad():
        actual = attention.begin(memory, valid)[0](query, Mixture(weights.last, means))
    for b in range(B):
        raw = attention.generate(query[b]).tolist()
        shares = [math.exp(value) for value in raw[:5]]
        expected = [0.0] * P
        for k in range(5):
            mean = float(means[b, k]) + math.log(1 + math.exp(raw[5 + k]))
            width = math.log(1 + math.exp(raw[10 + k]))
            assert float(actual.means[b, k]) == pytest.approx(mean, rel=1e-5)
            for j in range(int(valid[b].sum())):
                density = math.exp(-(((j + 1 - mean) / width) ** 2) / 2)
                density /= math.sqrt(2 * math.pi) * width
                expected[j] += shares[k] / sum(shares) * density
        assert actual.last[b].tolist() == pytest.approx(expected, rel=1e-4)
        assert (actual.last[b, int(valid[b].sum()) :] == 0).all(), "padding gets no attention"


def test_gmm_starts_with_steps_of_one_token_and_windows_of_ten() -> None:
    attention = GaussianMixture(Q)
    with torch.no_grad():
        attention.generate[2].weight.zero_()  # what the query says comes on top
    step, state = attention.begin(torch.zeros(1, 200, M), torch.ones(1, 200, dtype=torch.bool))
    for count in range(1, 61):
        with torch.no_grad():
            state = step(torch.zeros(1, Q), state)
        assert state.means[0].tolist() == pytest.approx([float(count)] * 5, rel=1e-5)
    # Far from both ends the densities are a distribution with the window's mean and deviation.
    places = torch.arange(1, 201)
    assert float(state.last.sum()) == pytest.approx(1.0, abs=1e-3)
    mean = float((state.last[0] * places).sum())
    assert mean == pytest.approx(60.0, abs=0.01)
    assert float((state.last[0] * (places - mean) ** 2).sum()) == pytest.approx(100.0, rel=1e-2)

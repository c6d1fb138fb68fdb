"""Attentions of the decoder: location-sensitive, dynamic convolution, Gaussian mixture.

No state on `self`: `begin` computes what is the same for all steps of a sequence, once, and gives
the step as a function of the query and of the last step's state. Padded tokens get weight 0. The
weights of a step add up to 1; those of `GaussianMixture` are densities at the tokens and add up to
less where a part of the mixture lies beyond an end of the text.

The scores vᵀ tanh(z) of the first two are computed as 2 vᵀ σ(2z): tanh z = 2σ(2z) - 1, whose 1 is
the same for every token and so nothing to the softmax, and σ takes a fifth of the time of tanh.

Letters: B sequences, P tokens, M memory width, Q query width, A attention width, C channels,
K taps or components.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

ATTENTION_WIDTH = 128


@dataclass(frozen=True)
class State:
    """What one step leaves to the next: its weights, [B, P]."""

    last: Tensor


@dataclass(frozen=True)
class Cumulative(State):
    """Also the sum of the weights of all steps so far, [B, P]."""

    total: Tensor


@dataclass(frozen=True)
class Mixture(State):
    """Also the means of the components in tokens, [B, K]."""

    means: Tensor


# A query [B, Q] and the state before the step to the state after it.
Step = Callable[[Tensor, Any], Any]


class Attention(Protocol):
    """A module; each has a kind of state of its own."""

    def begin(self, memory: Tensor, mask: Tensor) -> tuple[Step, State]:
        """The step, and the state before the first; memory [B, P, M], real tokens [B, P] bool."""


def build(name: str, query: int, memory: int) -> Attention:
    """An attention that `evaluate.attentions` names: lsa, dca or gmm."""
    if name == "lsa":
        return LocationSensitive(query, memory)
    return DynamicConvolution(query) if name == "dca" else GaussianMixture(query)


def padding_bias(mask: Tensor, memory: Tensor) -> Tensor:
    """[B, P] of the memory's type: 0 for real tokens, minus infinity for padding."""
    return memory.new_zeros(mask.shape).masked_fill(~mask, -math.inf)


def windows(weights: Tensor, reach: int) -> Tensor:
    """Weights around every token: [..., P] to [..., K, P], K = 2 reach + 1, a view."""
    return functional.pad(weights, (reach, reach)).unfold(-1, weights.shape[-1], 1)


class LocationSensitive(nn.Module):
    """e_j = vᵀ tanh(W q + V h_j + U f_j + b), f = F ∗ (last, total).

    Source: Chorowski et al. 2015 (1506.07503), section 2.1 with cumulative weights as in Shen et
    al. 2018 (1712.05884); 32 filters of 31 taps over both the last and the summed weights.
    """

    FILTERS, TAPS = 32, 31

    def __init__(self, query: int, memory: int, width: int = ATTENTION_WIDTH) -> None:
        super().__init__()
        self.query = nn.Linear(query, width)
        self.memory = nn.Linear(memory, width, bias=False)
        self.filters = nn.Conv1d(2, self.FILTERS, self.TAPS, bias=False)
        self.location = nn.Linear(self.FILTERS, width, bias=False)
        self.score = nn.Linear(width, 1, bias=False)
        nn.init.xavier_uniform_(self.memory.weight, gain=nn.init.calculate_gain("tanh"))
        nn.init.xavier_uniform_(self.score.weight)

    def begin(self, memory: Tensor, mask: Tensor) -> tuple[Step, Cumulative]:
        batch, tokens = mask.shape
        keys = self.memory(memory) + self.query.bias
        keys = 2 * keys.permute(2, 0, 1).flatten(1)  # [A, B · P]
        # The two linear maps of the location features as one convolution, [A, C · K].
        kernel = 2 * self.location.weight @ self.filters.weight.flatten(1)
        query_map, score = 2 * self.query.weight, 2 * self.score.weight
        bias = padding_bias(mask, memory)

        def step(query: Tensor, state: Cumulative) -> Cumulative:
            around = windows(torch.stack((state.last, state.total)), self.TAPS // 2)  # [C, B, K, P]
            around = around.transpose(1, 2).reshape(-1, batch * tokens)
            located = torch.addmm(keys, kernel, around).view(-1, batch, tokens)
            hidden = torch.sigmoid(located + (query_map @ query.t())[..., None])  # [A, B, P]
            energy = (score @ hidden.flatten(1)).view(batch, tokens) + bias
            last = torch.softmax(energy, dim=-1)
            return Cumulative(last, state.total + last)

        zeros = torch.zeros_like(bias)
        return step, Cumulative(zeros, zeros)


class DynamicConvolution(nn.Module):
    """e_j = vᵀ tanh(U f_j + T g_j + b) + p_j: positions only, never the memory's content.

    f: static filters, g: filters computed from the query, each 8 of 21 taps over the last weights;
    p = log of the last weights convolved with a beta-binomial prior that looks 0 to 10 tokens
    ahead. Starts on the first token. Source: Battenberg et al. 2020 (1910.10288), section 2.2 and
    table 1: α 0.1, β 0.9.
    """

    FILTERS, TAPS = 8, 21
    PRIOR_TAPS, ALPHA, BETA = 11, 0.1, 0.9
    FLOOR = 1e-6

    prior: Tensor

    def __init__(self, query: int, width: int = ATTENTION_WIDTH) -> None:
        super().__init__()
        self.filters = nn.Conv1d(1, self.FILTERS, self.TAPS, bias=False)
        self.static = nn.Linear(self.FILTERS, width, bias=False)
        self.generate = nn.Sequential(
            nn.Linear(query, width),
            nn.Tanh(),
            nn.Linear(width, self.FILTERS * self.TAPS, bias=False),
        )
        self.dynamic = nn.Linear(self.FILTERS, width)
        self.score = nn.Linear(width, 1, bias=False)
        taps = beta_binomial(self.PRIOR_TAPS, self.ALPHA, self.BETA)
        # A convolution in torch runs its taps forward in space: tap 0 (stay) lies in the middle.
        ahead = functional.pad(taps.flip(0), (0, self.TAPS - self.PRIOR_TAPS))
        self.register_buffer("prior", ahead, persistent=False)

    def begin(self, memory: Tensor, mask: Tensor) -> tuple[Step, State]:
        # The static filters and their linear map as one, [A, K].
        static = 2 * self.static.weight @ self.filters.weight.squeeze(1)
        dynamic, offset = 2 * self.dynamic.weight, 2 * self.dynamic.bias[:, None]
        score, bias = 2 * self.score.weight, padding_bias(mask, memory)

        def step(query: Tensor, state: State) -> State:
            generated = self.generate(query).view(-1, self.FILTERS, self.TAPS)
            kernel = static + dynamic @ generated  # [B, A, K]
            around = windows(state.last, self.TAPS // 2)  # [B, K, P]
            hidden = torch.sigmoid(kernel @ around + offset)
            prior = torch.log((self.prior @ around).clamp_min(self.FLOOR))
            energy = (score @ hidden).squeeze(1) + prior + bias
            return State(torch.softmax(energy, dim=-1))

        first = torch.zeros_like(bias)
        first[:, 0] = 1.0
        return step, State(first)


def beta_binomial(taps: int, alpha: float, beta: float) -> Tensor:
    """Probabilities of 0 … taps-1 under a beta-binomial law with taps-1 trials, float32."""

    def log_beta(a: float, b: float) -> float:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    n = taps - 1
    logs = [
        math.log(math.comb(n, k)) + log_beta(k + alpha, n - k + beta) - log_beta(alpha, beta)
        for k in range(taps)
    ]
    return torch.tensor([math.exp(log) for log in logs])


class GaussianMixture(nn.Module):
    """a_j = Σ_k w_k N(j; μ_k, σ_k²), μ_k = last μ_k + Δ_k: a window that can only move on.

    w = softmax(ŵ), Δ = softplus(Δ̂), σ = softplus(σ̂), and (ŵ, Δ̂, σ̂) = V tanh(W q + b) + biases,
    chosen so that at first Δ is about 1 and σ about 10. The means start at 0, the first token
    stands at 1. Source: Battenberg et al. 2020 (1910.10288), section 2.1: GMMv2b, 5 components.
    """

    COMPONENTS = 5
    FIRST_STEP, FIRST_WIDTH = 1.0, 10.0
    # In tokens. Narrower ones are numbers for no token but one that they hit exactly.
    NARROWEST = 0.01

    def __init__(self, query: int, width: int = ATTENTION_WIDTH) -> None:
        super().__init__()
        last = nn.Linear(width, 3 * self.COMPONENTS)
        self.generate = nn.Sequential(nn.Linear(query, width), nn.Tanh(), last)
        with torch.no_grad():
            shares, steps, widths = last.bias.chunk(3)
            shares.zero_()
            steps.fill_(inverse_softplus(self.FIRST_STEP))
            widths.fill_(inverse_softplus(self.FIRST_WIDTH))

    def begin(self, memory: Tensor, mask: Tensor) -> tuple[Step, Mixture]:
        positions = torch.arange(1, mask.shape[1] + 1, dtype=memory.dtype, device=memory.device)
        real = mask.to(memory.dtype)

        def step(query: Tensor, state: Mixture) -> Mixture:
            shares, steps, widths = self.generate(query).chunk(3, dim=-1)
            means = state.means + functional.softplus(steps)
            deviation = functional.softplus(widths).clamp_min(self.NARROWEST)[..., None]
            away = (positions - means[..., None]) / deviation  # [B, K, P]
            density = torch.exp(-away * away / 2) / (math.sqrt(2 * math.pi) * deviation)
            mixed = (torch.softmax(shares, dim=-1)[:, None] @ density).squeeze(1)
            return Mixture(mixed * real, means)

        return step, Mixture(torch.zeros_like(real), real.new_zeros(len(real), self.COMPONENTS))


def inverse_softplus(value: float) -> float:
    """x with log(1 + exp x) = value > 0."""
    return value + math.log(-math.expm1(-value))

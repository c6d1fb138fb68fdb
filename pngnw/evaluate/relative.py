"""Location-relative attentions: they know where they were, never what a token is like.

Guarantees: as in `attention`. The weights of `DynamicConvolution` add up to 1; those of
`GaussianMixture` are densities at the tokens and add up to 1 only nearly: less where a part of the
mixture lies beyond an end of the text.
Source: Battenberg et al. 2020 (1910.10288), section 2 and table 1.

Letters: B sequences, P tokens, M memory width, Q query width, A attention width, K taps or
components.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from pngnw.evaluate.dynamic_cell import DynamicCell
from pngnw.evaluate.location import ATTENTION_WIDTH, padding
from pngnw.evaluate.windows import windows


@dataclass(frozen=True)
class Latest:
    """Attention of the last step, [B, P]."""

    last: Tensor


@dataclass(frozen=True)
class Filters:
    """kernel [A, K]: the static filters and their linear map as one; bias [B, P]: of `padding`."""

    kernel: Tensor
    bias: Tensor


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
        # A convolution in torch runs its taps forward in space: tap 0 (stay) comes last.
        self.register_buffer("prior", taps.flip(0)[None], persistent=False)

    def prepare(self, memory: Tensor, valid: Tensor) -> Filters:
        kernel = self.static.weight @ self.filters.weight.squeeze(1)
        return Filters(kernel, padding(valid, memory))

    def start(self, prepared: Filters) -> Latest:
        first = torch.zeros_like(prepared.bias)
        first[:, 0] = 1.0
        return Latest(first)

    def forward(self, query: Tensor, state: Latest, prepared: Filters) -> Latest:
        filters = self.generate(query).view(-1, self.FILTERS, self.TAPS)
        kernel = prepared.kernel + self.dynamic.weight @ filters  # [B, A, K]
        last = state.last[:, None]
        hidden = torch.tanh(kernel @ windows(last, 10) + self.dynamic.bias[:, None])
        ahead = functional.pad(state.last, (self.PRIOR_TAPS - 1, 0)).unfold(-1, 11, 1)
        prior = torch.log((ahead * self.prior).sum(-1).clamp_min(self.FLOOR))
        energy = (self.score.weight @ hidden).squeeze(1) + prior + prepared.bias
        return Latest(torch.softmax(energy, dim=-1))

    def unrolled(self, prepared: Filters) -> tuple[type[DynamicCell], tuple[Tensor, ...]]:
        """For `recurrence.unroll`."""
        ahead = functional.pad(self.prior[0], (0, self.TAPS - self.PRIOR_TAPS))
        return DynamicCell, (
            self.filters.weight.squeeze(1),
            ahead,
            *self.generate.parameters(),  # weight and bias of the query, weight of what it makes
            torch.cat((self.static.weight, self.dynamic.weight), dim=1),
            self.dynamic.bias,
            self.score.weight[0],
            prepared.bias,
            ahead.new_tensor(self.FLOOR),
        )


@dataclass(frozen=True)
class Mixture:
    """Attention of the last step [B, P], and where its components stood [B, K], in tokens."""

    last: Tensor
    means: Tensor


@dataclass(frozen=True)
class Places:
    """places [P]: 1, 2, … of the tokens; real [B, P]: 1 for tokens, 0 for padding."""

    places: Tensor
    real: Tensor


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

    def prepare(self, memory: Tensor, valid: Tensor) -> Places:
        places = torch.arange(1, valid.shape[1] + 1, dtype=memory.dtype, device=memory.device)
        return Places(places, valid.to(memory.dtype))

    def start(self, prepared: Places) -> Mixture:
        nothing = torch.zeros_like(prepared.real)
        return Mixture(nothing, nothing.new_zeros(len(nothing), self.COMPONENTS))

    def forward(self, query: Tensor, state: Mixture, prepared: Places) -> Mixture:
        shares, steps, widths = self.generate(query).chunk(3, dim=-1)
        means = state.means + functional.softplus(steps)
        deviation = functional.softplus(widths).clamp_min(self.NARROWEST)[..., None]
        away = (prepared.places - means[..., None]) / deviation  # [B, K, P]
        density = torch.exp(-away * away / 2) / (math.sqrt(2 * math.pi) * deviation)
        mixed = (torch.softmax(shares, dim=-1)[:, None] @ density).squeeze(1)
        return Mixture(mixed * prepared.real, means)


def inverse_softplus(value: float) -> float:
    """x with log(1 + exp x) = value > 0."""
    return value + math.log(-math.expm1(-value))


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

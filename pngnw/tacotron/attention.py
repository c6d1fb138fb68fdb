"""Attentions that read where they have been: location-sensitive and dynamic convolution.

Guarantees: no state on `self`: what a step needs from the one before is passed in and out, so one
module serves any number of sequences at once. What does not change over the steps of a sequence
is computed once, in `prepare`. Padded tokens get weight 0.

Letters: B sequences, P tokens, M memory width, Q query width, A attention width, K taps.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

ATTENTION_WIDTH = 128


@dataclass(frozen=True)
class Weights:
    """Attention of the last step and its sum over all steps so far, each [B, P]."""

    last: Tensor
    total: Tensor


@dataclass(frozen=True)
class Prepared:
    """What stays the same over the steps of a sequence.

    Attributes:
        keys: [B, A, P] projected memory; empty for attentions that look at positions only.
        kernel: the two linear maps of the location features as one convolution.
        bias: [B, P], 0 for tokens and minus infinity for padding.
    """

    keys: Tensor
    kernel: Tensor
    bias: Tensor


class Attention(Protocol):
    """What the decoder asks of an attention."""

    def prepare(self, memory: Tensor, valid: Tensor) -> Prepared:
        """Memory [B, P, M] and which tokens are real [B, P] bool."""

    def start(self, prepared: Prepared) -> Weights:
        """The weights before the first step."""

    def __call__(self, query: Tensor, weights: Weights, prepared: Prepared) -> Weights:
        """Query [B, Q] and the last step's weights to this step's."""


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
        # At first only the tokens matter, not time nor place: a random draw of these two makes
        # attention sweep the text from the start, in half of all seeds from its end to its
        # beginning, and then it stays that way.
        nn.init.zeros_(self.query.weight)
        nn.init.zeros_(self.location.weight)
        nn.init.xavier_uniform_(self.memory.weight, gain=nn.init.calculate_gain("tanh"))
        nn.init.xavier_uniform_(self.score.weight)

    def prepare(self, memory: Tensor, valid: Tensor) -> Prepared:
        kernel = torch.einsum("af,fct->act", self.location.weight, self.filters.weight)
        keys = self.memory(memory).transpose(1, 2).contiguous()
        return Prepared(keys, kernel.flatten(1), _padding(valid, memory))

    def start(self, prepared: Prepared) -> Weights:
        nothing = torch.zeros_like(prepared.bias)
        return Weights(nothing, nothing)

    def forward(self, query: Tensor, weights: Weights, prepared: Prepared) -> Weights:
        located = prepared.kernel @ _neighbours(torch.stack((weights.last, weights.total), 1), 15)
        hidden = torch.tanh(located + prepared.keys + self.query(query)[..., None])
        energy = (self.score.weight @ hidden).squeeze(1) + prepared.bias
        last = torch.softmax(energy, dim=-1)
        return Weights(last, weights.total + last)


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

    def __init__(self, query: int, memory: int, width: int = ATTENTION_WIDTH) -> None:
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

    def prepare(self, memory: Tensor, valid: Tensor) -> Prepared:
        kernel = self.static.weight @ self.filters.weight.squeeze(1)
        return Prepared(memory.new_empty(0), kernel, _padding(valid, memory))

    def start(self, prepared: Prepared) -> Weights:
        first = torch.zeros_like(prepared.bias)
        first[:, 0] = 1.0
        return Weights(first, torch.zeros_like(first))

    def forward(self, query: Tensor, weights: Weights, prepared: Prepared) -> Weights:
        filters = self.generate(query).view(-1, self.FILTERS, self.TAPS)
        kernel = prepared.kernel + self.dynamic.weight @ filters  # [B, A, K]
        last = weights.last[:, None]
        hidden = torch.tanh(kernel @ _neighbours(last, 10) + self.dynamic.bias[:, None])
        ahead = functional.pad(weights.last, (self.PRIOR_TAPS - 1, 0)).unfold(-1, 11, 1)
        prior = torch.log((ahead * self.prior).sum(-1).clamp_min(self.FLOOR))
        energy = (self.score.weight @ hidden).squeeze(1) + prior + prepared.bias
        now = torch.softmax(energy, dim=-1)
        return Weights(now, weights.total + now)


def build(name: str, query: int, memory: int) -> LocationSensitive | DynamicConvolution:
    """The attention that `evaluate.attention` names."""
    if name == "lsa":
        return LocationSensitive(query, memory)
    return DynamicConvolution(query, memory)


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


def _neighbours(weights: Tensor, reach: int) -> Tensor:
    """Windows around every token: [B, C, P] to [B, C · (2 reach + 1), P]."""
    batch, channels, tokens = weights.shape
    taps = 2 * reach + 1
    windows = functional.pad(weights, (reach, reach)).unfold(-1, tokens, 1)  # [B, C, K, P]
    return windows.reshape(batch, channels * taps, tokens)


def _padding(valid: Tensor, memory: Tensor) -> Tensor:
    return memory.new_zeros(valid.shape).masked_fill(~valid, -math.inf)

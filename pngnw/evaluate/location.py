"""Location-sensitive attention: what a token is like, and where attention has been.

Letters: B sequences, P tokens, M memory width, Q query width, A attention width, K taps.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pngnw.evaluate.location_cell import REACH, LocationCell
from pngnw.evaluate.windows import windows

ATTENTION_WIDTH = 128


@dataclass(frozen=True)
class Weights:
    """Attention of the last step and its sum over all steps so far, each [B, P]."""

    last: Tensor
    total: Tensor


@dataclass(frozen=True)
class Keys:
    """What stays the same over the steps of a sequence.

    Attributes:
        keys: [B, A, P] projected memory.
        kernel: the two linear maps of the location features as one convolution, [A, 2 K].
        bias: [B, P], 0 for tokens and minus infinity for padding.
    """

    keys: Tensor
    kernel: Tensor
    bias: Tensor


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

    def prepare(self, memory: Tensor, valid: Tensor) -> Keys:
        kernel = torch.einsum("af,fct->act", self.location.weight, self.filters.weight)
        keys = self.memory(memory).transpose(1, 2).contiguous()
        return Keys(keys, kernel.flatten(1), padding(valid, memory))

    def start(self, prepared: Keys) -> Weights:
        nothing = torch.zeros_like(prepared.bias)
        return Weights(nothing, nothing)

    def forward(self, query: Tensor, weights: Weights, prepared: Keys) -> Weights:
        located = prepared.kernel @ windows(torch.stack((weights.last, weights.total), 1), REACH)
        hidden = torch.tanh(located + prepared.keys + self.query(query)[..., None])
        energy = (self.score.weight @ hidden).squeeze(1) + prepared.bias
        last = torch.softmax(energy, dim=-1)
        return Weights(last, weights.total + last)

    def unrolled(self, prepared: Keys) -> tuple[type[LocationCell], tuple[Tensor, ...]]:
        """For `recurrence.unroll`."""
        return LocationCell, (
            prepared.keys.transpose(0, 1).contiguous(),
            self.filters.weight.flatten(1),
            self.location.weight,
            self.query.weight,
            self.query.bias,
            self.score.weight[0],
            prepared.bias,
        )


def padding(valid: Tensor, memory: Tensor) -> Tensor:
    """[B, P] of the memory's type: 0 for real tokens, minus infinity for padding."""
    return memory.new_zeros(valid.shape).masked_fill(~valid, -math.inf)

"""What the tests of the attentions share: two sequences of unequal length."""

import torch
from torch import Tensor

from pngnw.evaluate.location import Weights

B, P, Q, M = 2, 6, 5, 4


def inputs() -> tuple[Tensor, Tensor, Tensor, Weights]:
    """Memory, query, real tokens (6 and 4 of 6), and some weights so far."""
    generator = torch.Generator().manual_seed(1)
    memory = torch.randn(B, P, M, generator=generator)
    query = torch.randn(B, Q, generator=generator)
    valid = torch.tensor([[True] * 6, [True] * 4 + [False] * 2])
    last = torch.rand(B, P, generator=generator) * valid
    total = torch.rand(B, P, generator=generator) * valid
    return memory, query, valid, Weights(last / last.sum(1, keepdim=True), total)

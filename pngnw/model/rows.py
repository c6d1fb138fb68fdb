"""Picking and spreading distinct rows, with a cheap backward.

Guarantees: same values and gradients as plain indexing. Plain indexing has to accumulate
gradients, since an index may repeat; here the caller promises that no index does, so backward
copies each row once.

Letters: N rows on the side of the distinct indices, S slots, F features.
"""

from typing import Any

import torch
from torch import Tensor


class _Spread(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, slots: Tensor, size: int) -> Tensor:
        ctx.save_for_backward(slots)
        return x.new_zeros(size, x.shape[1]).index_copy_(0, slots, x)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        (slots,) = ctx.saved_tensors
        return grads[0].index_select(0, slots), None, None


class _Take(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, slots: Tensor) -> Tensor:
        ctx.save_for_backward(slots)
        ctx.size = x.shape[0]
        return x.index_select(0, slots)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        (slots,) = ctx.saved_tensors
        grad = grads[0]
        return grad.new_zeros(ctx.size, grad.shape[1]).index_copy_(0, slots, grad), None


def spread(x: Tensor, slots: Tensor, size: int) -> Tensor:
    """x [N, F] to [size, F]: row i goes to the distinct slots[i], other rows are zero."""
    out: Tensor = _Spread.apply(x, slots, size)  # type: ignore[no-untyped-call] # torch types it not
    return out


def take(x: Tensor, slots: Tensor) -> Tensor:
    """x [S, F] to [N, F]: row i is row slots[i]; slots are distinct."""
    out: Tensor = _Take.apply(x, slots)  # type: ignore[no-untyped-call] # torch types it not
    return out

"""Cross-entropy over very many classes, such as all wordpieces.

Guarantees: the loss is computed in float32 whatever the precision of the logits. The gradient is
worked out beside it and kept in the precision of the logits, where it ends anyway: the
exponentials are taken once rather than twice, and half the memory is held in bfloat16. It is
rounded there before it is scaled, so it may differ from autograd's by one more rounding.

Letters: K rows, V classes.
"""

from typing import Any

import torch
from torch import Tensor


class _Surprise(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, logits: Tensor, targets: Tensor) -> Tensor:
        rows = logits.float()
        chances = rows.softmax(-1)
        # log Σ exp, from the likeliest class, whose chance is at least 1 / V
        total = rows.amax(-1) - chances.amax(-1).log()
        loss = (total - rows.gather(-1, targets[:, None])[:, 0]).sum()
        chances.scatter_add_(-1, targets[:, None], chances.new_full((len(targets), 1), -1.0))
        ctx.save_for_backward(chances.to(logits.dtype))
        return loss

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        (slope,) = ctx.saved_tensors
        return slope * grads[0].to(slope.dtype), None


def surprise(logits: Tensor, targets: Tensor) -> Tensor:
    """Sum over the rows of -log softmax(logits)[target], a float32 scalar; 0 without rows.

    Args:
        logits: [K, V] in any floating type.
        targets: [K] int64.
    """
    out: Tensor = _Surprise.apply(logits, targets)  # type: ignore[no-untyped-call] # torch types it not
    return out

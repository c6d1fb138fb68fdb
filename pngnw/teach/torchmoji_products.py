"""Matrix products of the network, with the weights laid out as the processor wants them.

Guarantees: both paths compute x W' + b. oneDNN with packed weights did 90 GFLOP/s a core where
`torch.nn.functional.linear` (MKL) did 65, on the AMD machine of this project, at the shapes of the
recurrence; elsewhere the plain path answers.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F


class Linear:
    """x W' + b for x [N, I] and W [O, I].

    Args:
        weight: [O, I], float32.
        bias: [O], or None.
        dtype: what is multiplied; sums are kept in float32 by both paths.
        packed: whether to use oneDNN.
    """

    def __init__(
        self,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        dtype: torch.dtype,
        packed: bool,
    ) -> None:
        weight = weight.to(dtype).contiguous()
        self._bias = None if bias is None else bias.to(dtype)
        self._dtype = dtype
        self._packed = packed
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight) if packed else weight

    def __call__(self, x_NI: torch.Tensor) -> torch.Tensor:
        """The product [N, O], a tensor of its own."""
        x_NI = x_NI.to(self._dtype)
        if not self._packed:
            return F.linear(x_NI, self._weight, self._bias)
        linear: Callable[..., torch.Tensor] = torch.ops.mkldnn._linear_pointwise
        return linear(x_NI, self._weight, self._bias, "none", [], "")

    def added_to(self, other_NO: torch.Tensor, x_NI: torch.Tensor) -> torch.Tensor:
        """The product plus `other`, in one pass over the result, a tensor of its own."""
        x_NI = x_NI.to(self._dtype)
        if not self._packed:
            return F.linear(x_NI, self._weight, self._bias).add_(other_NO)
        linear: Callable[..., torch.Tensor] = torch.ops.mkldnn._linear_pointwise
        return linear(x_NI, other_NO, self._weight, self._bias, "add")


def packable() -> bool:
    """Whether this build of PyTorch has oneDNN's packed products."""
    return torch._C._has_mkldnn and hasattr(torch.ops.mkldnn, "_linear_pointwise")

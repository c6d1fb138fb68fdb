"""Attention within each sequence of an unpadded batch: one entry point, two backends.

Guarantees: a token attends to the tokens of its own sequence and to nothing else, whatever the
backend; padding exists only inside the `sdpa` backend and is masked there.

`sdpa` (torch.nn.functional.scaled_dot_product_attention) runs everywhere; in bfloat16 on a CPU it
is written out as matrix products, which take a third of the time there. `flash` uses
flash-attn's `flash_attn_varlen_func` when that package is installed, else PyTorch's
`varlen_attn`; it needs CUDA and computes in bfloat16. Not yet run on a GPU: written from the two
libraries' documentation, as no machine with one was at hand.

Letters: N tokens, B sequences, L longest sequence, A heads, D width of a head.
"""

import importlib.util
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn import functional

from pngnw.core.errors import UserError
from pngnw.model.inputs import Inputs
from pngnw.model.rows import spread, take

Backend = Literal["sdpa", "flash"]
ROWS, LENGTHS = 128, 16


def choose(wanted: str, device: torch.device) -> Backend:
    """The backend for `model.attention` on a device; `auto` is flash on CUDA, else sdpa.

    Raises:
        UserError: flash was asked for without CUDA.
    """
    if wanted == "sdpa" or (wanted == "auto" and device.type != "cuda"):
        return "sdpa"
    if device.type != "cuda":
        raise UserError(
            f"model.attention = flash needs a CUDA device, this run is on {device.type}; "
            "set it to auto or sdpa"
        )
    return "flash"


@dataclass(frozen=True)
class Packing:
    """Where the sequences of a batch lie; made once per batch, used by every layer.

    Attributes:
        backend: who computes.
        rows: rows of the states that layers work on: N, or rounded up, see `of`.
        starts: [B + 1] int32, the sequences' first rows and the end of the last.
        max_length: L, or rounded up.
        slots: [rows] int64, place of each row in a padded [B · L] array.
        mask: [B, 1, 1, L] bool, true where a key is a row; None if there is no padding.
        shortest: before this column no key is masked.
    """

    backend: Backend
    rows: int
    starts: Tensor
    max_length: int
    slots: Tensor
    mask: Tensor | None
    shortest: int

    @classmethod
    def of(cls, inputs: Inputs, backend: Backend) -> "Packing":
        """Lay out a batch.

        In bfloat16 on a CPU the matrix library prepares a kernel for every new shape and keeps it
        (a fifth of the time and megabytes for each). There the rows are rounded up to a multiple
        of `ROWS` by one more sequence that nobody looks at, and lengths to one of `LENGTHS`.
        """
        starts, longest, rows = inputs.starts, inputs.max_length, len(inputs.token)
        count = len(starts) - 1
        if starts.device.type == "cpu" and torch.is_autocast_enabled("cpu"):
            extra = _round_up(rows, ROWS) - rows
            if extra:
                rows += extra
                longest = max(longest, extra)
                starts = functional.pad(starts, (0, 1), value=rows)
            longest = _round_up(longest, LENGTHS)
        lengths = starts.diff()
        sequence = torch.repeat_interleave(
            torch.arange(len(lengths), device=lengths.device), lengths, output_size=rows
        )
        column = torch.arange(rows, device=lengths.device) - starts[sequence]
        mask = torch.arange(longest, device=lengths.device) < lengths[:, None]
        mask[count:] = True  # the sequence that nobody looks at
        return cls(
            backend=backend,
            rows=rows,
            starts=starts.to(torch.int32),
            max_length=longest,
            slots=sequence * longest + column,
            mask=None if rows == len(lengths) * longest else mask[:, None, None, :],
            shortest=inputs.min_length,
        )


def _round_up(number: int, step: int) -> int:
    return -(-number // step) * step


def attend(qkv: Tensor, packing: Packing) -> Tensor:
    """Softmax attention with scale 1/√D.

    Args:
        qkv: [N, 3, A, D], queries, keys and values.
        packing: where the sequences lie.

    Returns:
        [N, A, D] in qkv's dtype.
    """
    return _flash(qkv, packing) if packing.backend == "flash" else _sdpa(qkv, packing)


def _sdpa(qkv: Tensor, packing: Packing) -> Tensor:
    rows, _, heads, width = qkv.shape
    count, longest = len(packing.starts) - 1, packing.max_length
    flat = qkv.reshape(rows, 3 * heads * width)
    if packing.mask is not None:
        flat = spread(flat, packing.slots, count * longest)
    query, key, value = flat.view(count, longest, 3, heads, width).permute(2, 0, 3, 1, 4)
    if qkv.dtype == torch.bfloat16 and qkv.device.type == "cpu":
        mixed = _products(query, key, value, packing)
    else:
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=packing.mask)
    flat = mixed.transpose(1, 2).reshape(count * longest, heads * width)
    if packing.mask is not None:
        flat = take(flat, packing.slots)
    return flat.view(rows, heads, width)


def _products(query: Tensor, key: Tensor, value: Tensor, packing: Packing) -> Tensor:
    """The same attention by two batched matrix products, [B, A, L, D]; keeps [B, A, L, L]."""
    masked = None if packing.mask is None else ~packing.mask[..., packing.shortest :]
    out: Tensor = _Products.apply(query, key, value, masked, packing.shortest)  # type: ignore[no-untyped-call] # torch types it not
    return out


class _Products(torch.autograd.Function):
    """Autograd would mask the gradient too, which is zero there already, and copy it to do so."""

    @staticmethod
    def forward(
        ctx: Any, query: Tensor, key: Tensor, value: Tensor, masked: Tensor | None, shortest: int
    ) -> Tensor:
        query = query * query.shape[-1] ** -0.5
        scores = query @ key.transpose(-1, -2)
        if masked is not None:
            scores[..., shortest:].masked_fill_(masked, float("-inf"))
        weights = scores.softmax(-1)
        ctx.save_for_backward(query, key, value, weights)
        return weights @ value

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, Tensor, None, None]:
        query, key, value, weights = ctx.saved_tensors
        (grad,) = grads
        scores = torch.ops.aten._softmax_backward_data(
            grad @ value.transpose(-1, -2), weights, -1, weights.dtype
        )
        return (
            (scores @ key) * query.shape[-1] ** -0.5,
            scores.transpose(-1, -2) @ query,
            weights.transpose(-1, -2) @ grad,
            None,
            None,
        )


def _flash(qkv: Tensor, packing: Packing) -> Tensor:
    query, key, value = qkv.to(torch.bfloat16).unbind(1)
    starts, longest = packing.starts, packing.max_length
    if importlib.util.find_spec("flash_attn") is not None:
        from flash_attn import flash_attn_varlen_func

        mixed = flash_attn_varlen_func(query, key, value, starts, starts, longest, longest)
    else:
        from torch.nn.attention.varlen import varlen_attn

        mixed = varlen_attn(query, key, value, starts, starts, longest, longest)
    out: Tensor = mixed
    return out.to(qkv.dtype)

"""Attention within each sequence of an unpadded batch: one entry point, two backends.

Guarantees: a token attends to the tokens of its own sequence and to nothing else, whatever the
backend; padding exists only inside the `sdpa` backend and is masked there.

`sdpa` (torch.nn.functional.scaled_dot_product_attention) runs everywhere; in bfloat16 on a CPU it
is written out as matrix products, which take a third of the time there. `flash` uses
flash-attn's `flash_attn_varlen_func` when that package is installed, else PyTorch's
`varlen_attn`; it needs CUDA and computes in bfloat16. It was written from the documentation of
the two libraries and has not yet run on a GPU.

Letters: N tokens, B sequences, L longest sequence, A heads, D width of a head.
"""

import importlib.util
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from pngnw.core.errors import UserError
from pngnw.model.inputs import Inputs

Backend = Literal["sdpa", "flash"]
ROW_MULTIPLE, LENGTH_MULTIPLE = 128, 16


def choose_backend(setting: str, device: torch.device) -> Backend:
    """The backend for `model.attention` on a device; `auto` is flash on CUDA, else sdpa.

    Raises:
        UserError: the setting is flash, and the device is no CUDA device.
    """
    if setting == "flash" and device.type != "cuda":
        raise UserError(
            f"model.attention = flash needs a CUDA device, this run is on {device.type}; "
            "set it to auto or sdpa"
        )
    return "flash" if setting != "sdpa" and device.type == "cuda" else "sdpa"


@dataclass(frozen=True)
class Packing:
    """Where the sequences of a batch lie; made once per batch, used by every layer.

    Attributes:
        backend: which library computes attention.
        rows: rows of the states that layers work on: N, or rounded up, see `of`.
        cu_seqlens: [B + 1] int32, first row of each sequence, and the end of the last.
        max_seqlen: L, or rounded up.
        indices: [rows] int64, index of each row in a padded [B · L] array.
        mask: [B, 1, 1, L] bool, true where a key is a token; None if there is no padding.
    """

    backend: Backend
    rows: int
    cu_seqlens: Tensor
    max_seqlen: int
    indices: Tensor
    mask: Tensor | None

    @classmethod
    def of(cls, inputs: Inputs, backend: Backend) -> "Packing":
        """Lay out a batch.

        In bfloat16 on a CPU the matrix library prepares a kernel for every new shape and keeps it
        (a fifth of the time and megabytes for each). There the rows are rounded up to
        `ROW_MULTIPLE` by one more sequence whose states are dropped, lengths to `LENGTH_MULTIPLE`.
        """
        starts, longest, rows = inputs.starts, inputs.max_length, len(inputs.token)
        sequences = len(starts) - 1
        if starts.device.type == "cpu" and torch.is_autocast_enabled("cpu"):
            extra = _round_up(rows, ROW_MULTIPLE) - rows
            if extra:
                rows += extra
                longest = max(longest, extra)
                starts = functional.pad(starts, (0, 1), value=rows)
            longest = _round_up(longest, LENGTH_MULTIPLE)
        lengths = starts.diff()
        sequence = torch.repeat_interleave(
            torch.arange(len(lengths), device=lengths.device), lengths, output_size=rows
        )
        column = torch.arange(rows, device=lengths.device) - starts[sequence]
        mask = torch.arange(longest, device=lengths.device) < lengths[:, None]
        mask[sequences:] = True  # the extra sequence: no row of the mask may be empty
        return cls(
            backend=backend,
            rows=rows,
            cu_seqlens=starts.to(torch.int32),
            max_seqlen=longest,
            indices=sequence * longest + column,
            mask=None if rows == len(lengths) * longest else mask[:, None, None, :],
        )


def _round_up(number: int, multiple: int) -> int:
    return -(-number // multiple) * multiple


def attend(qkv: Tensor, packing: Packing) -> Tensor:
    """Softmax attention with scale 1/√D.

    Args:
        qkv: [N, 3, A, D], queries, keys and values.
        packing: where the sequences lie.

    Returns:
        [N, A, D] in qkv's dtype.
    """
    if packing.backend == "flash":
        return _flash(qkv, packing)
    rows, _, heads, width = qkv.shape
    # Not `len`, which cannot be exported.
    sequences, longest = packing.cu_seqlens.shape[0] - 1, packing.max_seqlen
    flat = qkv.reshape(rows, 3 * heads * width)
    if packing.mask is not None:
        padded = flat.new_zeros(sequences * longest, flat.shape[1])
        flat = padded.index_copy(0, packing.indices, flat)
    query, key, value = flat.view(sequences, longest, 3, heads, width).permute(2, 0, 3, 1, 4)
    if qkv.dtype == torch.bfloat16 and qkv.device.type == "cpu":
        out = matmul_attention(query, key, value, packing.mask)
    else:
        out = functional.scaled_dot_product_attention(query, key, value, attn_mask=packing.mask)
    flat = out.transpose(1, 2).reshape(sequences * longest, heads * width)
    if packing.mask is not None:
        flat = flat.index_select(0, packing.indices)
    return flat.view(rows, heads, width)


def matmul_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
    """Attention as two batched matrix products: [B, A, L, D] each, mask [B, 1, 1, L] bool."""
    scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-1, -2)
    if mask is not None:
        scores.masked_fill_(~mask, float("-inf"))
    out: Tensor = scores.softmax(-1) @ value
    return out


def _flash(qkv: Tensor, packing: Packing) -> Tensor:
    query, key, value = qkv.to(torch.bfloat16).unbind(1)
    cu_seqlens, longest = packing.cu_seqlens, packing.max_seqlen
    if importlib.util.find_spec("flash_attn") is not None:
        from flash_attn import flash_attn_varlen_func as varlen
    else:
        from torch.nn.attention.varlen import varlen_attn as varlen
    out: Tensor = varlen(query, key, value, cu_seqlens, cu_seqlens, longest, longest)
    return out.to(qkv.dtype)

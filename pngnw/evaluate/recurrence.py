"""The attention LSTM over all steps of teacher forcing, gradients written out.

Guarantees: the same outputs and gradients as `Decoder.step_by_step` (the tests compare them); no
gradient flows into the returned weights. Inside the loop only what depends on the step before is
computed; the LSTM's weight gradients are one product over all steps afterwards. It costs the memory
of the steps' activations (of one step alone where no gradient is wanted). What an attention does in
a step is its `Cell`.

Letters: S steps, B sequences, P tokens, M memory width, D LSTM width.
"""

from typing import Any, NamedTuple, Protocol, runtime_checkable

import torch
from torch import Tensor


class Cell(Protocol):
    """An attention in the loop: all steps forward once, then all of them backward.

    It is made anew for every batch, from the tensors that its attention gives `unroll`.
    """

    def __init__(self, steps: int, kept: bool, *tensors: Tensor) -> None:
        """`kept`: whether there will be a backward pass."""

    def step(self, hidden: Tensor, weights: Tensor) -> None:
        """Attend: hidden [B, D] in, weights [B, P] out, in place."""

    def start_back(self, weights: Tensor) -> None:
        """Before the backward pass; weights [S, B, P]."""

    def back(self, step: int, weights: Tensor, d_weights: Tensor) -> Tensor:
        """Gradient of the step's weights by its context [B, P] to that of hidden, [B, D].

        `weights` [B, P] are those of the step; `d_weights` may be overwritten.
        """

    def gradients(self, hidden: Tensor) -> tuple[Tensor | None, ...]:
        """Of the tensors it was made from, after the backward pass; hidden [S, B, D]."""


@runtime_checkable
class Unrollable(Protocol):
    """An attention that has a cell."""

    def unrolled(self, prepared: Any) -> tuple[type[Cell], tuple[Tensor, ...]]:
        """The cell and what it is made from, given what the attention prepared."""


class Unrolled(NamedTuple):
    """hidden [S, B, D], contexts [S, B, M], weights [S, B, P]."""

    hidden: Tensor
    contexts: Tensor
    weights: Tensor


def unroll(
    gates: Tensor, recurrent: Tensor, memory: Tensor, cell: type[Cell], tensors: tuple[Tensor, ...]
) -> Unrolled:
    """Run all steps from zero states.

    Args:
        gates: [S, B, 4 D], the LSTM's inputs (input, forget, output, candidate), bias included.
        recurrent: [4 D, M + D], weights of (context, hidden).
        memory: [B, P, M].
        cell: the attention.
        tensors: what it is made from.
    """
    parts = _Recurrence.apply(  # type: ignore[no-untyped-call]  # torch leaves apply untyped
        gates, recurrent, memory, cell, torch.is_grad_enabled(), *tensors
    )
    return Unrolled(*parts)


class _Recurrence(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        gates: Tensor,
        recurrent: Tensor,
        memory: Tensor,
        kind: type[Cell],
        kept: bool,
        *tensors: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        steps, batch, _ = gates.shape
        tokens, width = memory.shape[1:]
        depth = gates.shape[2] // 4
        attention = kind(steps, kept, *tensors)
        joined = gates.new_zeros(steps + 1, batch, width + depth)
        cells = gates.new_zeros(steps + 1, batch, depth)
        lit = gates.new_empty(steps, batch, depth)  # tanh of the cells
        doors = torch.empty_like(gates)
        weights = gates.new_empty(steps, batch, tokens)
        back = recurrent.t()
        # Views of all steps at once: taking them one by one costs as much as a small product.
        places, sums = weights.unbind(0), doors.unbind(0)
        three, new = doors[:, :, : 3 * depth].unbind(0), doors[:, :, 3 * depth :].unbind(0)
        enter, keep, leave = (part.unbind(0) for part in doors.chunk(4, dim=2)[:3])
        contexts, hidden = joined[:, :, :width].unbind(0), joined[:, :, width:].unbind(0)
        before, states, bright = joined.unbind(0), cells.unbind(0), lit.unbind(0)
        for step, gate in enumerate(gates.unbind(0)):
            torch.addmm(gate, before[step], back, out=sums[step])
            three[step].sigmoid_()
            new[step].tanh_()
            torch.addcmul(keep[step] * states[step], enter[step], new[step], out=states[step + 1])
            torch.tanh(states[step + 1], out=bright[step])
            torch.mul(leave[step], bright[step], out=hidden[step + 1])
            attention.step(hidden[step + 1], places[step])
            contexts[step + 1].copy_(torch.bmm(places[step][:, None], memory).squeeze(1))
        ctx.attention = attention
        ctx.save_for_backward(recurrent, memory, joined, cells, lit, doors, weights)
        ctx.mark_non_differentiable(weights)
        return joined[1:, :, width:].clone(), joined[1:, :, :width].clone(), weights

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        d_hidden, d_context, _ = grads
        recurrent, memory, joined, cells, lit, doors, weights = ctx.saved_tensors
        attention = ctx.attention
        steps, batch, _ = weights.shape
        width = memory.shape[2]
        depth = cells.shape[2]
        through, by_door = _lstm_slopes(cells, lit, doors)
        d_doors = torch.empty_like(doors)
        d_contexts = torch.empty_like(d_context)
        d_cell = torch.zeros_like(cells[0])
        d_joined = torch.zeros_like(joined[0])
        attention.start_back(weights)
        keeps, places = doors[:, :, depth : 2 * depth].unbind(0), weights.unbind(0)
        slope, slopes, leaves = through.unbind(0), by_door.unbind(0), by_door[:, :, 2].unbind(0)
        flat, into = d_doors.unbind(0), d_doors.view(steps, batch, 4, depth)
        doors_into, leave_into = into.unbind(0), into[:, :, 2].unbind(0)
        pulls, pulls_context = d_hidden.unbind(0), d_context.unbind(0)
        collected = d_contexts.unbind(0)
        for step in range(steps - 1, -1, -1):
            d_now = torch.add(pulls_context[step], d_joined[:, :width], out=collected[step])
            d_weights = torch.bmm(memory, d_now[..., None]).squeeze(2)
            d_h = attention.back(step, places[step], d_weights)
            d_h.add_(pulls[step]).add_(d_joined[:, width:])
            d_cell = torch.addcmul(d_cell, d_h, slope[step])
            torch.mul(slopes[step], d_cell[:, None], out=doors_into[step])
            torch.mul(leaves[step], d_h, out=leave_into[step])
            d_cell = d_cell * keeps[step]
            d_joined = flat[step] @ recurrent
        hidden = joined[1:, :, width:]
        return (
            d_doors,
            d_doors.flatten(0, 1).t() @ joined[:-1].flatten(0, 1),
            torch.einsum("sbp,sbm->bpm", weights, d_contexts),
            None,
            None,
            *attention.gradients(hidden),
        )


def _lstm_slopes(cells: Tensor, lit: Tensor, doors: Tensor) -> tuple[Tensor, Tensor]:
    """Derivatives that no step has to wait for.

    Returns:
        [S, B, D]: of hidden by the cell; [S, B, 4, D]: of the cell (of hidden, for the output gate)
        by what goes into each gate.
    """
    enter, keep, leave, new = doors.chunk(4, dim=2)
    by_door = torch.stack(
        (
            new * enter * (1 - enter),
            cells[:-1] * keep * (1 - keep),
            lit * leave * (1 - leave),
            enter * (1 - new * new),
        ),
        dim=2,
    )
    return leave * (1 - lit * lit), by_door

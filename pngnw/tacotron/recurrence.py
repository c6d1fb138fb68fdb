"""The attention LSTM with location-sensitive attention over all steps, gradients written out.

Guarantees: the same outputs and gradients as stepping `attention.LocationSensitive` (the tests
compare them); no gradient flows into the returned weights. Inside the loop only what depends on
the step before is computed; every weight gradient is one product over all steps afterwards. It
costs the memory of the tanh activations, S · A · B · P floats (of one step alone where no gradient
is wanted), and is about twice as fast as autograd's graph of the loop.

Letters: S steps, B sequences, P tokens, M memory width, D LSTM width, A attention width, K taps.
"""

from typing import Any, NamedTuple

import torch
from torch import Tensor

REACH = 15
TAPS = 2 * REACH + 1
CHANNELS = 2  # the last weights and the sum of all so far


class Unrolled(NamedTuple):
    """hidden [S, B, D], contexts [S, B, M], weights [S, B, P]."""

    hidden: Tensor
    contexts: Tensor
    weights: Tensor


def unroll(
    gates: Tensor,
    recurrent: Tensor,
    memory: Tensor,
    keys: Tensor,
    kernel: Tensor,
    query: tuple[Tensor, Tensor],
    score: Tensor,
    bias: Tensor,
) -> Unrolled:
    """Run all steps from zero states.

    Args:
        gates: [S, B, 4 D], the LSTM's inputs (input, forget, output, candidate), bias included.
        recurrent: [4 D, M + D], weights of (context, hidden).
        memory: [B, P, M].
        keys: [A, B, P], projected memory.
        kernel: [A, 2 · K], the location features' two linear maps as one.
        query: weight [A, D] and bias [A].
        score: [A].
        bias: [B, P], 0 or minus infinity.
    """
    parts = _Recurrence.apply(  # type: ignore[no-untyped-call]  # torch leaves apply untyped
        gates, recurrent, memory, keys, kernel, *query, score, bias, torch.is_grad_enabled()
    )
    return Unrolled(*parts)


class _Recurrence(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, *inputs: Any) -> tuple[Tensor, Tensor, Tensor]:
        gates, recurrent, memory, keys, kernel, query, query_bias, score, bias, kept = inputs
        steps, batch, _ = gates.shape
        tokens, width = memory.shape[1:]
        depth = query.shape[1]
        joined = gates.new_zeros(steps + 1, batch, width + depth)
        cells = gates.new_zeros(steps + 1, batch, depth)
        doors = torch.empty_like(gates)
        room = steps if kept else 1  # where nothing is kept one step's room serves all of them
        activations = gates.new_empty(room, *keys.shape)
        windows = gates.new_empty(room, CHANNELS, TAPS, batch, tokens)
        weights = gates.new_empty(steps, batch, tokens)
        around = gates.new_zeros(CHANNELS, batch, tokens + 2 * REACH)
        line = tokens + 2 * REACH
        shifted = around.as_strided(windows.shape[1:], (batch * line, 1, line, 1))
        inner = around[:, :, REACH : REACH + tokens]
        back, ask = recurrent.t(), query.t()
        for step in range(steps):
            door = torch.addmm(gates[step], joined[step], back, out=doors[step])
            door[:, : 3 * depth].sigmoid_()
            door[:, 3 * depth :].tanh_()
            enter, keep, leave, new = door.chunk(4, dim=1)
            cell = torch.addcmul(keep * cells[step], enter, new, out=cells[step + 1])
            hidden = torch.mul(leave, cell.tanh(), out=joined[step + 1][:, width:])
            place = step % room
            windows[place].copy_(shifted)
            active = torch.mm(
                kernel, windows[place].view(-1, batch * tokens), out=activations[place].flatten(1)
            ).view_as(keys)
            active += keys
            active += torch.addmm(query_bias, hidden, ask).t()[..., None]
            active.tanh_()
            energy = (score @ active.flatten(1)).view(batch, tokens)
            now = torch.softmax(energy + bias, dim=1, out=weights[step])
            inner[0] = now
            inner[1] += now
            joined[step + 1][:, :width] = torch.bmm(now[:, None], memory).squeeze(1)
        ctx.save_for_backward(
            recurrent, memory, kernel, query, score,
            joined, cells, doors, activations, windows, weights,
        )  # fmt: skip
        ctx.mark_non_differentiable(weights)
        return joined[1:, :, width:].clone(), joined[1:, :, :width].clone(), weights

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        d_hidden, d_context, _ = grads
        recurrent, memory, kernel, query, score = ctx.saved_tensors[:5]
        joined, cells, doors, activations, windows, weights = ctx.saved_tensors[5:]
        steps, batch, tokens = weights.shape
        width = memory.shape[2]
        line = tokens + 2 * REACH
        d_doors = torch.empty_like(doors)
        d_active = torch.empty_like(activations)
        d_energy = torch.empty_like(weights)
        d_query = weights.new_empty(steps, len(score), batch)
        d_contexts = torch.empty_like(d_context)
        d_cell = torch.zeros_like(cells[0])
        d_joined = torch.zeros_like(joined[0])
        d_last = torch.zeros_like(weights[0])
        d_total = torch.zeros_like(weights[0])
        # Rows one element apart in this view add up each token's gradient from all its windows.
        room = weights.new_zeros(CHANNELS, TAPS, batch, line)
        skewed = room.as_strided(room.shape, (TAPS * batch * line, batch * line - 1, line, 1))
        for step in range(steps - 1, -1, -1):
            d_now = torch.add(d_context[step], d_joined[:, :width], out=d_contexts[step])
            d_weights = torch.bmm(memory, d_now[..., None]).squeeze(2) + d_last + d_total
            pulled = d_weights * weights[step]
            d_e = torch.addcmul(
                pulled, weights[step], pulled.sum(1, keepdim=True), value=-1, out=d_energy[step]
            )
            d_a = torch.mul(activations[step], activations[step], out=d_active[step])
            d_a.neg_().add_(1).mul_(score[:, None, None]).mul_(d_e)
            d_q = torch.sum(d_a, dim=2, out=d_query[step])
            room[..., :tokens] = (kernel.t() @ d_a.flatten(1)).view(CHANNELS, TAPS, batch, tokens)
            d_around = skewed.sum(1)[:, :, REACH : REACH + tokens]
            d_last = d_around[0]
            d_total = d_total + d_around[1]
            d_h = torch.addmm(d_hidden[step] + d_joined[:, width:], d_q.t(), query)
            d_cell = _lstm_backward(d_h, d_cell, cells, doors[step], d_doors[step], step)
            d_joined = d_doors[step] @ recurrent
        flat_active = d_active.flatten(2).transpose(0, 1).flatten(1)  # [A, S · B · P]
        flat_windows = windows.flatten(3).flatten(1, 2).transpose(0, 1).flatten(1)
        hidden = joined[1:, :, width:].flatten(0, 1)
        by_query = d_query.transpose(1, 2).flatten(0, 1)
        return (
            d_doors,
            d_doors.flatten(0, 1).t() @ joined[:-1].flatten(0, 1),
            torch.einsum("sbp,sbm->bpm", weights, d_contexts),
            d_active.sum(0),
            flat_active @ flat_windows.t(),
            by_query.t() @ hidden,
            by_query.sum(0),
            torch.bmm(activations.flatten(2), d_energy.flatten(1)[..., None]).sum(0).squeeze(1),
            None,
            None,
        )


def _lstm_backward(
    d_hidden: Tensor, d_cell: Tensor, cells: Tensor, doors: Tensor, out: Tensor, step: int
) -> Tensor:
    """Gradient of one LSTM step's gate inputs into `out` [B, 4 D]; returns the last cell's."""
    enter, keep, leave, new = doors.chunk(4, dim=1)
    lit = cells[step + 1].tanh()
    d_cell = d_cell + d_hidden * leave * (1 - lit * lit)
    depth = lit.shape[1]
    three = doors[:, : 3 * depth]
    torch.cat((d_cell * new, d_cell * cells[step], d_hidden * lit, d_cell * enter), 1, out=out)
    out[:, : 3 * depth] *= three * (1 - three)
    out[:, 3 * depth :] *= 1 - new * new
    return d_cell * keep

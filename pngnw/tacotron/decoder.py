"""The Tacotron 2 decoder under teacher forcing, arranged so that little is left in the loop.

Guarantees: the same function as the step-by-step decoder of the paper; only the attention LSTM
and the attention itself need the step before them, everything else (prenet, input products,
decoder LSTM, projections) runs over all steps at once. No state on `self`. The postnet is left
out: it follows the attention and feeds nothing back to it. The stop token is learnt without a
gradient into the rest: otherwise its loss, large at first, teaches attention to tell the end of
the text from the beginning before it teaches which phoneme is spoken.
Source: Shen et al. 2018 (1712.05884), section 2.2; r frames per step as in 1703.10135.

Letters: B utterances, T mel frames (a multiple of r), S = T / r steps, P tokens, M memory width,
D decoder width.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from pngnw.tacotron.attention import LocationSensitive, Prepared, build
from pngnw.tacotron.mel import BANDS
from pngnw.tacotron.recurrence import Unrolled, unroll

PRENET_DROPOUT = 0.5
# Share of steps that are shown no frame in training, so that the text is worth attending to.
# Source: Liu et al. 2019 (1909.01145), section 3.1, "drop teacher forcing frames".
FRAME_DROPOUT = 0.5


@dataclass(frozen=True)
class Decoded:
    """mel [B, T, 80]; stop [B, S] logits; attention [B, S, P]."""

    mel: Tensor
    stop: Tensor
    attention: Tensor


class Decoder(nn.Module):
    """Memory and the frames so far to the next `reduction` frames.

    Args:
        memory: M, width of the text side.
        width: D, of prenet, attention LSTM and decoder LSTM.
        reduction: r, frames per step.
        attention: lsa or dca.
    """

    def __init__(self, memory: int, width: int, reduction: int, attention: str) -> None:
        super().__init__()
        self.width = width
        self.reduction = reduction
        self.prenet = nn.ModuleList((nn.Linear(BANDS, width), nn.Linear(width, width)))
        self.attention_input = nn.Linear(width, 4 * width)
        self.attention_recurrent = nn.Linear(memory + width, 4 * width, bias=False)
        self.attention = build(attention, width, memory)
        self.decoder_rnn = nn.LSTM(memory + width, width, batch_first=True)
        self.frames = nn.Linear(memory + width, BANDS * reduction)
        self.stop = nn.Linear(memory + width, 1)
        self._read_nothing_at_first(memory)

    def forward(
        self, memory: Tensor, valid: Tensor, mel: Tensor, generator: torch.Generator
    ) -> Decoded:
        """Predict every frame from the true frames before it.

        Args:
            memory: [B, P, M].
            valid: [B, P] bool, false for padding.
            mel: [B, T, 80], the true frames, T a multiple of r.
            generator: draws the dropout of frames and prenet; untouched in eval mode.
        """
        batch, steps = len(mel), mel.shape[1] // self.reduction
        shown = functional.pad(mel[:, self.reduction - 1 : -1 : self.reduction], (0, 0, 1, 0))
        gates = self.attention_input(self._prenet(shown, generator)).transpose(0, 1)
        prepared = self.attention.prepare(memory, valid)
        if isinstance(self.attention, LocationSensitive):
            unrolled = self._unroll(gates, memory, prepared, self.attention)
        else:
            unrolled = self.step_by_step(gates, memory, prepared)
        hidden, context = unrolled.hidden.transpose(0, 1), unrolled.contexts.transpose(0, 1)
        out, _ = self.decoder_rnn(torch.cat((hidden, context), dim=2))
        joined = torch.cat((out, context), dim=2)
        return Decoded(
            mel=self.frames(joined).view(batch, steps * self.reduction, BANDS),
            stop=self.stop(joined.detach()).squeeze(2),
            attention=unrolled.weights.transpose(0, 1),
        )

    @torch.no_grad()
    def _read_nothing_at_first(self, memory: int) -> None:
        """Start with zero weights on the context, so that its meaning is learnt before its use.

        With random ones the first gradients pull attention to whichever tokens happen to look
        like silence through them; in half of all seeds that is the wrong end of the text, and the
        alignment stays reversed.
        """
        self.attention_recurrent.weight[:, :memory] = 0
        self.decoder_rnn.get_parameter("weight_ih_l0")[:, self.width :] = 0
        self.frames.weight[:, self.width :] = 0

    def step_by_step(self, gates: Tensor, memory: Tensor, prepared: Prepared) -> Unrolled:
        """The loop as the paper has it, for any attention; gates [S, B, 4 D] from the prenet."""
        weights = self.attention.start(prepared)
        hidden = memory.new_zeros(len(memory), self.width)
        cell = torch.zeros_like(hidden)
        context = memory.new_zeros(len(memory), memory.shape[2])
        recurrent = self.attention_recurrent.weight.t()
        steps = []
        for gate in gates.unbind(0):
            joined = torch.cat((context, hidden), dim=1)
            hidden, cell = lstm_step(torch.addmm(gate, joined, recurrent), cell)
            weights = self.attention(hidden, weights, prepared)
            context = torch.bmm(weights.last[:, None], memory).squeeze(1)
            steps.append((hidden, context, weights.last))
        return Unrolled(*(torch.stack(part) for part in zip(*steps, strict=True)))

    def _unroll(
        self, gates: Tensor, memory: Tensor, prepared: Prepared, attention: LocationSensitive
    ) -> Unrolled:
        """The same for location-sensitive attention, with its gradients written out."""
        return unroll(
            gates,
            self.attention_recurrent.weight,
            memory,
            prepared.keys.transpose(0, 1).contiguous(),
            prepared.kernel,
            (attention.query.weight, attention.query.bias),
            attention.score.weight[0],
            prepared.bias,
        )

    def _prenet(self, frames: Tensor, generator: torch.Generator) -> Tensor:
        if self.training:
            shown = torch.rand(frames.shape[:2], generator=generator) >= FRAME_DROPOUT
            frames = frames * shown[..., None]
        for layer in self.prenet:
            frames = torch.relu(layer(frames))
            if self.training:
                kept = torch.rand(frames.shape, generator=generator) >= PRENET_DROPOUT
                frames = frames * kept / (1 - PRENET_DROPOUT)
        return frames


def lstm_step(gates: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
    """One LSTM step from summed gate inputs [B, 4 D] (input, forget, output, candidate)."""
    width = cell.shape[1]
    doors = torch.sigmoid(gates[:, : 3 * width])
    enter, keep, leave = doors.chunk(3, dim=1)
    cell = torch.addcmul(keep * cell, enter, torch.tanh(gates[:, 3 * width :]))
    return leave * torch.tanh(cell), cell

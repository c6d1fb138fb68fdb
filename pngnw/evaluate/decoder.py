"""The Tacotron 2 decoder: under teacher forcing with little left in the loop, or free running.

Guarantees: the same function as the step-by-step decoder of the paper; under teacher forcing only
the attention LSTM and the attention itself need the step before them, everything else (prenet,
input products, decoder LSTM, projections) runs over all steps at once. No state on `self`. The
postnet is left out: it follows the attention and feeds nothing back to it. The stop token is
learnt without a gradient into the rest: otherwise its loss, large at first, teaches attention to
tell the end of the text from the beginning before it teaches which phoneme is spoken.
Source: Shen et al. 2018 (1712.05884), section 2.2; r frames per step as in 1703.10135.

Letters: B utterances, T mel frames (a multiple of r), S = T / r steps, P tokens, M memory width,
D decoder width.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from pngnw.evaluate.attention import Attention, State, build
from pngnw.evaluate.recurrence import Unrollable, Unrolled, unroll
from pngnw.speech.mel import BANDS

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


@dataclass(frozen=True)
class Spoken:
    """What the decoder said by itself.

    Attributes:
        mel: [B, T, 80]; attention: [B, S, P]; both mean nothing after an utterance's last step.
        steps: [B] int64, steps up to the stop token; all S where there was none.
        stopped: [B] bool, whether the stop token came.
    """

    mel: Tensor
    attention: Tensor
    steps: Tensor
    stopped: Tensor


@dataclass(frozen=True)
class _Step:
    """Between two steps: hidden, cell [B, D] of the attention LSTM, context [B, M], attention."""

    hidden: Tensor
    cell: Tensor
    context: Tensor
    state: State


class Decoder(nn.Module):
    """Memory and the frames so far to the next `reduction` frames.

    Args:
        memory: M, width of the text side.
        width: D, of prenet, attention LSTM and decoder LSTM.
        reduction: r, frames per step.
        attention: lsa, dca or gmm.
    """

    def __init__(self, memory: int, width: int, reduction: int, attention: str) -> None:
        super().__init__()
        self.width = width
        self.reduction = reduction
        self.prenet = nn.ModuleList((nn.Linear(BANDS, width), nn.Linear(width, width)))
        self.attention_input = nn.Linear(width, 4 * width)
        self.attention_recurrent = nn.Linear(memory + width, 4 * width, bias=False)
        self.attention: Attention = build(attention, width, memory)
        self.decoder_rnn = nn.LSTM(memory + width, width, batch_first=True)
        self.frames = nn.Linear(memory + width, BANDS * reduction)
        self.stop = nn.Linear(memory + width, 1)

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
        if isinstance(self.attention, Unrollable):
            weights = self.attention_recurrent.weight
            unrolled = unroll(gates, weights, memory, *self.attention.unrolled(prepared))
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

    def free_running(self, memory: Tensor, valid: Tensor, limit: int) -> Spoken:
        """Predict every frame from its own frames before it, without dropout.

        Args:
            memory: [B, P, M].
            valid: [B, P] bool, false for padding.
            limit: most steps; ends sooner when every utterance has had its stop token.

        Raises:
            RuntimeError: the decoder is in training mode.
        """
        if self.training:
            raise RuntimeError("free running is for eval mode: dropout would change what is said")
        prepared = self.attention.prepare(memory, valid)
        step, state = self._start(memory, prepared), None
        frame = memory.new_zeros(len(memory), BANDS)
        stopped = torch.zeros(len(memory), dtype=torch.bool, device=memory.device)
        taken = torch.zeros_like(stopped, dtype=torch.int64)
        mels: list[Tensor] = []
        attentions: list[Tensor] = []
        while len(mels) < limit and not stopped.all():
            gate = self.attention_input(self._prenet(frame))
            step = self._advance(step, gate, memory, prepared)
            joined = torch.cat((step.hidden, step.context), dim=1)
            out, state = self.decoder_rnn(joined[:, None], state)
            joined = torch.cat((out.squeeze(1), step.context), dim=1)
            mels.append(self.frames(joined).view(len(memory), self.reduction, BANDS))
            attentions.append(step.state.last)
            frame = mels[-1][:, -1]
            taken += ~stopped
            stopped |= self.stop(joined).squeeze(1) > 0
        return Spoken(torch.cat(mels, dim=1), torch.stack(attentions, dim=1), taken, stopped)

    def step_by_step(self, gates: Tensor, memory: Tensor, prepared: Any) -> Unrolled:
        """The loop as the paper has it, for any attention; gates [S, B, 4 D] from the prenet."""
        step = self._start(memory, prepared)
        steps = []
        for gate in gates.unbind(0):
            step = self._advance(step, gate, memory, prepared)
            steps.append((step.hidden, step.context, step.state.last))
        return Unrolled(*(torch.stack(part) for part in zip(*steps, strict=True)))

    def _start(self, memory: Tensor, prepared: Any) -> _Step:
        hidden = memory.new_zeros(len(memory), self.width)
        context = memory.new_zeros(len(memory), memory.shape[2])
        return _Step(hidden, torch.zeros_like(hidden), context, self.attention.start(prepared))

    def _advance(self, before: _Step, gate: Tensor, memory: Tensor, prepared: Any) -> _Step:
        """One step of the attention LSTM and the attention; gate [B, 4 D] from the prenet."""
        joined = torch.cat((before.context, before.hidden), dim=1)
        summed = torch.addmm(gate, joined, self.attention_recurrent.weight.t())
        hidden, cell = lstm_step(summed, before.cell)
        state = self.attention(hidden, before.state, prepared)
        context = torch.bmm(state.last[:, None], memory).squeeze(1)
        return _Step(hidden, cell, context, state)

    def _prenet(self, frames: Tensor, generator: torch.Generator | None = None) -> Tensor:
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

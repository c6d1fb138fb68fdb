"""Tacotron 2: a text encoder, and the decoder that all arms share.

Whatever the arm, its states pass a LayerNorm and a projection to one width, and the decoder has the
same parameters and, for a seed, the same initial weights. The loop over steps has the attention
LSTM and the attention alone; all else runs over all steps at once.

The postnet is left out: it follows the attention and feeds nothing back to it. The stop token is
learned without a gradient into the rest (docs/decisions.md).
Source: Shen et al. 2018 (1712.05884), section 2.2; r frames per step as in 1703.10135.

Letters: B utterances, T mel frames (a multiple of r), S = T / r steps, P tokens, M memory width,
D decoder width.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from pngnw.arms.encoders import TextEncoder
from pngnw.arms.text import TextBatch
from pngnw.evaluate import attention
from pngnw.evaluate.attention import State
from pngnw.evaluate.dataset import Batch
from pngnw.params import Attention, Evaluate
from pngnw.speech.mel import BANDS

PRENET_DROPOUT = 0.5
# Share of steps that are shown no frame in training, so that the text is worth attending to.
# Source: Liu et al. 2019 (1909.01145), section 3.1, "drop teacher forcing frames".
FRAME_DROPOUT = 0.5


@dataclass(frozen=True)
class TeacherForced:
    """mel [B, T, 80]; stop [B, S] logits; attention [B, S, P]."""

    mel: Tensor
    stop: Tensor
    attention: Tensor


@dataclass(frozen=True)
class FreeRunning:
    """The decoder's own speech: mel [B, T, 80] and attention [B, S, P], which mean nothing after an
    utterance's last step; steps [B] int64 up to the stop token, all S without one; stopped [B]
    bool, whether it came."""

    mel: Tensor
    attention: Tensor
    steps: Tensor
    stopped: Tensor


@dataclass(frozen=True)
class DecoderState:
    """Between two steps: hidden, cell [B, D] of the attention LSTM, context [B, M], attention."""

    hidden: Tensor
    cell: Tensor
    context: Tensor
    attention: State


class Tacotron2(nn.Module):
    """Utterances to predicted mels; with `evaluate.convolution` a residual convolution follows a
    transformer (docs/alignment.md). `seed` is that of the decoder's initial weights."""

    TAPS = 5  # of the convolution, as of those in the `tacotron2` arm

    def __init__(
        self, text: TextEncoder, settings: Evaluate, attention: Attention, seed: int
    ) -> None:
        super().__init__()
        self.text = text
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            # The decoder comes first: its weights must not depend on the arm's width.
            self.decoder = Decoder(settings.width, settings.width, settings.reduction, attention)
            self.norm = nn.LayerNorm(text.width)
            self.bridge = nn.Linear(text.width, settings.width)
            self.convolution = None
            if settings.convolution and not text.local:
                padding = self.TAPS // 2
                self.convolution = nn.Conv1d(text.width, text.width, self.TAPS, padding=padding)

    def forward(self, batch: Batch, generator: torch.Generator) -> TeacherForced:
        """Every frame predicted from the true frames before it."""
        out: TeacherForced = self.decoder(
            self.memory(batch.text), batch.text.mask, batch.mel, generator
        )
        return out

    def free_running(self, text: TextBatch, limit: int) -> FreeRunning:
        """The decoder's own speech, for `limit` steps at most; in eval mode."""
        return self.decoder.free_running(self.memory(text), text.mask, limit)

    def memory(self, text: TextBatch) -> Tensor:
        """What the decoder attends to, [B, P, M]."""
        states = self.norm(self.text(text))
        if self.convolution is not None:
            states = states * text.mask[..., None]
            states = states + torch.relu(self.convolution(states.transpose(1, 2))).transpose(1, 2)
        out: Tensor = self.bridge(states)
        return out


class Decoder(nn.Module):
    """Memory of width M and the frames so far to the next `reduction` frames.

    `width` is D, of prenet, attention LSTM and decoder LSTM.
    """

    def __init__(self, memory: int, width: int, reduction: int, name: str) -> None:
        super().__init__()
        self.width = width
        self.reduction = reduction
        self.prenet = nn.ModuleList((nn.Linear(BANDS, width), nn.Linear(width, width)))
        self.attention_input = nn.Linear(width, 4 * width)
        self.attention_recurrent = nn.Linear(memory + width, 4 * width, bias=False)
        self.attention = attention.build(name, width, memory)
        self.decoder_rnn = nn.LSTM(memory + width, width, batch_first=True)
        self.frames = nn.Linear(memory + width, BANDS * reduction)
        self.stop = nn.Linear(memory + width, 1)

    def forward(
        self, memory: Tensor, mask: Tensor, mel: Tensor, generator: torch.Generator
    ) -> TeacherForced:
        """Predict every frame of mel [B, T, 80] from the true frames before it.

        `memory` is [B, P, M], `mask` [B, P] false for padding; `generator` draws the dropout of
        frames and prenet, and is untouched in eval mode.
        """
        shown = functional.pad(mel[:, self.reduction - 1 : -1 : self.reduction], (0, 0, 1, 0))
        inputs = self.attention_input(self._prenet(shown, generator))  # [B, S, 4 D]
        attend, state = self._begin(memory, mask)
        hidden, contexts, weights = [], [], []
        for gates in inputs.unbind(1):
            state = self._step(state, gates, memory, attend)
            hidden.append(state.hidden)
            contexts.append(state.context)
            weights.append(state.attention.last)
        context = torch.stack(contexts, dim=1)
        out, _ = self.decoder_rnn(torch.cat((torch.stack(hidden, dim=1), context), dim=2))
        joined = torch.cat((out, context), dim=2)
        return TeacherForced(
            mel=self.frames(joined).view(mel.shape),
            stop=self.stop(joined.detach()).squeeze(2),
            attention=torch.stack(weights, dim=1),
        )

    def free_running(self, memory: Tensor, mask: Tensor, limit: int) -> FreeRunning:
        """Predict every frame from its own frames before it, in eval mode; ends after `limit`
        steps, or sooner when every utterance has had its stop token."""
        attend, state = self._begin(memory, mask)
        rnn_state = None
        frame = memory.new_zeros(len(memory), BANDS)
        stopped = torch.zeros(len(memory), dtype=torch.bool, device=memory.device)
        steps = torch.zeros_like(stopped, dtype=torch.int64)
        mels: list[Tensor] = []
        attentions: list[Tensor] = []
        while len(mels) < limit and not stopped.all():
            gates = self.attention_input(self._prenet(frame))
            state = self._step(state, gates, memory, attend)
            joined = torch.cat((state.hidden, state.context), dim=1)
            out, rnn_state = self.decoder_rnn(joined[:, None], rnn_state)
            joined = torch.cat((out.squeeze(1), state.context), dim=1)
            mels.append(self.frames(joined).view(len(memory), self.reduction, BANDS))
            attentions.append(state.attention.last)
            frame = mels[-1][:, -1]
            steps += ~stopped
            stopped |= self.stop(joined).squeeze(1) > 0
        return FreeRunning(torch.cat(mels, dim=1), torch.stack(attentions, dim=1), steps, stopped)

    def _begin(self, memory: Tensor, mask: Tensor) -> tuple[attention.Step, DecoderState]:
        attend, state = self.attention.begin(memory, mask)
        hidden = memory.new_zeros(len(memory), self.width)
        context = memory.new_zeros(len(memory), memory.shape[2])
        return attend, DecoderState(hidden, hidden, context, state)

    def _step(
        self, before: DecoderState, gates: Tensor, memory: Tensor, attend: attention.Step
    ) -> DecoderState:
        """One step of the attention LSTM and the attention; gates [B, 4 D] from the prenet."""
        joined = torch.cat((before.context, before.hidden), dim=1)
        gates = torch.addmm(gates, joined, self.attention_recurrent.weight.t())
        hidden, cell = lstm_step(gates, before.cell)
        state = attend(hidden, before.attention)
        context = torch.bmm(state.last[:, None], memory).squeeze(1)
        return DecoderState(hidden, cell, context, state)

    def _prenet(self, frames: Tensor, generator: torch.Generator | None = None) -> Tensor:
        if self.training:
            shown = torch.rand(frames.shape[:2], generator=generator) >= FRAME_DROPOUT
            frames = frames * shown[..., None]
        for layer in self.prenet:
            frames = torch.relu(layer(frames))
            if self.training:
                keep = torch.rand(frames.shape, generator=generator) >= PRENET_DROPOUT
                frames = frames * keep / (1 - PRENET_DROPOUT)
        return frames


def lstm_step(gates: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
    """One LSTM step from summed gate inputs [B, 4 D] (input, forget, output, candidate)."""
    input, forget, output, candidate = gates.chunk(4, dim=1)
    cell = torch.sigmoid(forget) * cell + torch.sigmoid(input) * torch.tanh(candidate)
    return torch.sigmoid(output) * torch.tanh(cell), cell


def loss(predicted: TeacherForced, batch: Batch) -> Tensor:
    """Mean squared error over real frames plus the stop token's cross-entropy over all steps."""
    mel, frames = batch.mel, batch.frames
    reduction = mel.shape[1] // predicted.stop.shape[1]
    real = torch.arange(mel.shape[1]) < frames[:, None]
    error = functional.mse_loss(predicted.mel, mel, reduction="none").mean(-1)
    last = (torch.arange(predicted.stop.shape[1]) + 1) * reduction >= frames[:, None]
    stop = functional.binary_cross_entropy_with_logits(predicted.stop, last.to(mel.dtype))
    return error[real].mean() + stop

"""The voice's network: a text encoder, predictors of prosody, a length regulator and a mel decoder.

FastSpeech 2's shape (Ren et al. 2021, 2006.04558), made small: what is heard of each token enters
as numbers through one convolution (as in FastPitch, Łańcucki 2021, 2006.06873) instead of tables;
a decoder block is a depthwise convolution and two linear layers (Liu et al. 2022, 2201.03545), and
a step of the decoder makes two frames (Wang et al. 2017, 1703.10135). Two of the blocks work on the
tokens, of which there are fewer. A table of the tokens stands beside the arm's states: few
utterances tell sooner from it which sound is which. The predictor is told the utterance's tempo,
which the text does not say. docs/voice.md has what was tried.

Guarantees: padding changes nothing; in eval mode an utterance's mel does not depend on those beside
it (to 1e-4). Mels and what is heard are in their natural units outside, standardized inside.

Letters: B utterances, P tokens, T frames, E width of the arm, D width of the decoder.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from pngnw.align.symbols import TOKENS
from pngnw.arms.encoders import TextEncoder
from pngnw.arms.text import TextBatch
from pngnw.params import Voice
from pngnw.speech.mel import BANDS
from pngnw.voice.dataset import ENERGY, HEARD, LOG_F0, VOICING, Batch, Utterances

PREDICTOR_TAPS, PREDICTOR_LAYERS, PREDICTOR_DROPOUT = 3, 2, 0.2
TOKEN_BLOCKS, TOKEN_TAPS, DECODER_TAPS = 2, 3, 7
AT_A_STEP: Final = 2  # frames
PLACE: Final = 3  # numbers that say where in its token a frame lies
UNHEARD: Final = 0.1  # predicted share of voiced frames below which a token has no pitch
AT_ONCE: Final = 32  # utterances
TOLD: Final = ("duration", *HEARD)  # what is predicted of a token; the first as log(1 + frames)
LEAST: Final = 1e-3  # deviation of what never varies
_LOG_F0, _VOICING = HEARD.index(LOG_F0), HEARD.index(VOICING)


@dataclass(frozen=True)
class Prosody:
    """What is heard of the tokens of B utterances: `duration` [B, P] int64 frames, `heard`
    [B, P, 3] as in `pngnw.voice.dataset.Batch`."""

    duration: Tensor
    heard: Tensor


class VoiceNetwork(nn.Module):
    """An arm and what speaks from its states.

    Args:
        text: the arm.
        settings: the section `voice`.
        seed: of the initial weights, which do not depend on the arm but for its width.
    """

    def __init__(self, text: TextEncoder, settings: Voice, seed: int) -> None:
        super().__init__()
        self.text = text
        width = settings.width
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.place = nn.Linear(AT_A_STEP * PLACE, width)
            self.spread = nn.Linear(width, AT_A_STEP * width)
            self.token_blocks = nn.ModuleList(Block(width, TOKEN_TAPS) for _ in range(TOKEN_BLOCKS))
            self.blocks = nn.ModuleList(Block(width, DECODER_TAPS) for _ in range(settings.blocks))
            self.out_norm = nn.LayerNorm(width)
            self.out = nn.Linear(width, AT_A_STEP * BANDS)
            self.prosody = nn.Conv1d(len(HEARD), width, PREDICTOR_TAPS, padding="same")
            self.predictor = Predictor(width)
            self.bridge = nn.Sequential(nn.LayerNorm(text.width), nn.Linear(text.width, width))
            self.token = nn.Embedding(len(TOKENS), width)
        self.mel_mean = nn.Buffer(torch.zeros(BANDS))
        self.mel_deviation = nn.Buffer(torch.ones(BANDS))
        self.told_mean = nn.Buffer(torch.zeros(len(TOLD)))
        self.told_deviation = nn.Buffer(torch.ones(len(TOLD)))
        self.tempo_mean = nn.Buffer(torch.zeros(()))
        self.tempo_deviation = nn.Buffer(torch.ones(()))
        self.longer = nn.Buffer(torch.ones(()))

    def forward(self, text: TextBatch, prosody: Prosody) -> tuple[Tensor, Tensor]:
        """Mels [B, T, 80] with a given prosody; and what is predicted of the tokens, [B, P, 4]:
        log(1 + frames), then what is heard. All is standardized."""
        states = self.states(text)
        predicted: Tensor = self.predictor(states, text.mask, self.tempo(prosody.duration))
        return self.decode(states, text, prosody), predicted

    def states(self, text: TextBatch) -> Tensor:
        """What predictor and decoder read, [B, P, D]; zero where padded."""
        out: Tensor = self.bridge(self.text(text)) + self.token(text.tokens)
        return out * text.mask[..., None]

    def tempo(self, duration: Tensor) -> Tensor:
        """How slow utterances are, [B]: the log of the mean frames of the tokens that have any
        [B, P], standardized."""
        frames = duration.sum(1) / (duration > 0).sum(1).clamp(min=1)
        return (frames.log() - self.tempo_mean) / self.tempo_deviation

    def decode(self, states: Tensor, text: TextBatch, prosody: Prosody) -> Tensor:
        """Mels from states, [B, T, 80], standardized; zero where padded."""
        tokens = text.mask[..., None]
        heard = self.standardized(prosody.heard) * tokens
        x = (states + self.prosody(heard.transpose(1, 2)).transpose(1, 2)) * tokens
        for block in self.token_blocks:
            x = block(x) * tokens
        parts = self.spread(x).chunk(AT_A_STEP, dim=2)
        index, place, mask = regulate(prosody.duration)
        count = index.shape[1]
        more = -count % AT_A_STEP
        index, inside = (functional.pad(each, (0, more)) for each in (index, mask))
        place = functional.pad(place, (0, 0, 0, more))
        real = inside[:, ::AT_A_STEP, None]
        x = self.place(place.reshape(len(place), -1, AT_A_STEP * PLACE))
        for number, part in enumerate(parts):
            chosen = index[:, number::AT_A_STEP, None].expand(-1, -1, part.shape[2])
            x = x + part.gather(1, chosen) * inside[:, number::AT_A_STEP, None]
        x = x * real
        for block in self.blocks:
            x = block(x) * real
        mel: Tensor = self.out(self.out_norm(x)).reshape(len(x), -1, BANDS)
        return mel[:, :count] * mask[..., None]

    def tell(self, states: Tensor, text: TextBatch, rate: float, pitch: float) -> Prosody:
        """The predicted prosody, for speech `rate` times as fast and `pitch` times as high."""
        predicted, frames = self.plain(states, text)
        frames = frames * self.longer / rate
        heard = predicted[..., 1:]
        voiced = heard[..., _VOICING].clamp(max=1)
        heard[..., _VOICING] = voiced * (voiced >= UNHEARD)
        heard[..., _LOG_F0] += math.log(pitch)
        return Prosody(whole(frames), heard)

    def plain(self, states: Tensor, text: TextBatch) -> tuple[Tensor, Tensor]:
        """What is predicted at the mean tempo, [B, P, 4] in its own units, and the frames of it,
        [B, P]: not whole ones, none where padded."""
        predicted = self.predictor(states, text.mask, states.new_zeros(len(states)))
        predicted = predicted * self.told_deviation + self.told_mean
        return predicted, predicted[..., 0].exp().sub(1).clamp(min=0) * text.mask

    def standardized(self, heard: Tensor) -> Tensor:
        """What is heard [B, P, 3], around 0; a pitch that nobody hears is 0."""
        out = (heard - self.told_mean[1:]) / self.told_deviation[1:]
        out[..., _LOG_F0] *= heard[..., _VOICING] > 0
        return out

    def natural(self, mel: Tensor) -> Tensor:
        """A standardized mel in its own unit."""
        return mel * self.mel_deviation + self.mel_mean

    @torch.no_grad()
    def lengthen(self, speech: Utterances) -> None:
        """Make what is predicted as long as the training part, when all is learned.

        The mean of logs that the loss asks for is the log of less than the mean.
        """
        order = np.argsort(speech.frames, kind="stable")
        told = 0.0
        for first in range(0, len(order), AT_ONCE):
            text = TextBatch.of(speech.sentences, order[first : first + AT_ONCE], "phonemes")
            told += float(self.plain(self.states(text), text)[1].sum())
        self.longer.fill_(speech.frames.sum() / max(told, 1.0))

    @torch.no_grad()
    def measure(self, speech: Utterances) -> None:
        """Take means and deviations from the training part."""
        mel = torch.from_numpy(np.concatenate(speech.mels).astype(np.float32))
        self.mel_mean.copy_(mel.mean(0))
        self.mel_deviation.copy_(mel.std(0).clamp(min=LEAST))
        duration = torch.from_numpy(np.concatenate(speech.duration))
        lasts = duration > 0
        told = wanted(duration, torch.from_numpy(np.concatenate(speech.heard)))
        voiced = lasts & (told[:, TOLD.index(VOICING)] > 0)
        for name, rows in (("duration", lasts), (LOG_F0, voiced), (ENERGY, lasts)):
            column = TOLD.index(name)
            values = told[rows, column]
            if len(values) > 1:
                self.told_mean[column] = values.mean()
                self.told_deviation[column] = values.std().clamp(min=LEAST)
        self.tempo_mean.zero_()
        self.tempo_deviation.fill_(1.0)
        slow = torch.cat([self.tempo(torch.from_numpy(each)[None]) for each in speech.duration])
        self.tempo_mean.copy_(slow.mean())
        self.tempo_deviation.copy_(slow.std(correction=0).clamp(min=LEAST))


def whole(frames: Tensor) -> Tensor:
    """Whole frames [B, P] int64, cut from the running sum so that rounding does not add up."""
    return functional.pad(frames.cumsum(1), (1, 0)).round().long().diff(dim=1)


def wanted(duration: Tensor, heard: Tensor) -> Tensor:
    """What is to be predicted of tokens in its own units, [..., 4], of their frames [...] and what
    is heard [..., 3]."""
    return torch.cat(((1.0 + duration).log()[..., None], heard), dim=-1)


def regulate(duration: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The length regulator: which token each frame belongs to.

    Args:
        duration: [B, P] int64 frames.

    Returns:
        index [B, T] int64 into P; place [B, T, 3]: how far through its token a frame is (0 to 1),
        a half wave over it, and the log of its length; mask [B, T] bool, false for padding.
    """
    ends = duration.cumsum(1)
    frames = torch.arange(int(ends[:, -1].max()), device=duration.device)
    mask = frames < ends[:, -1:]
    asked = frames.expand(len(duration), -1).contiguous()
    index = torch.searchsorted(ends, asked, right=True).clamp(max=duration.shape[1] - 1)
    length = duration.gather(1, index).clamp(min=1)
    through = (frames - ends.gather(1, index) + length + 0.5) / length * mask
    place = torch.stack((through, (math.pi * through).sin(), length.float().log()), dim=2)
    return index, place * mask[..., None], mask


class Block(nn.Module):
    """A residual block over tokens or steps of the decoder, [B, P or T / 2, D]."""

    def __init__(self, width: int, taps: int) -> None:
        super().__init__()
        self.mix = nn.Conv1d(width, width, taps, padding="same", groups=width)
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, 2 * width)
        self.down = nn.Linear(2 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        mixed = self.mix(x.transpose(1, 2)).transpose(1, 2)
        out: Tensor = x + self.down(functional.gelu(self.up(self.norm(mixed))))
        return out


class Predictor(nn.Module):
    """States [B, P, D] and the tempo [B] to what is predicted of every token, [B, P, 4]: FastSpeech
    2's variance predictor, one trunk for all."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList(
            nn.Conv1d(width, width, PREDICTOR_TAPS, padding="same") for _ in range(PREDICTOR_LAYERS)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(PREDICTOR_LAYERS))
        self.dropout = nn.Dropout(PREDICTOR_DROPOUT)
        self.tempo = nn.Linear(1, width)
        self.out = nn.Linear(width, len(TOLD))

    def forward(self, states: Tensor, mask: Tensor, tempo: Tensor) -> Tensor:
        real = mask[..., None]
        x = (states + self.tempo(tempo[:, None, None])) * real
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            x = torch.relu(convolution(x.transpose(1, 2)).transpose(1, 2))
            x = self.dropout(norm(x)) * real
        out: Tensor = self.out(x)
        return out


def losses(
    mel: Tensor, predicted: Tensor, network: VoiceNetwork, batch: Batch
) -> dict[str, Tensor]:
    """Mean absolute error of the mel over real frames; mean squared errors of what is predicted of
    the tokens: the pitch of voiced ones, the rest of all."""
    target = (batch.mel - network.mel_mean) / network.mel_deviation
    real = torch.arange(mel.shape[1]) < batch.duration.sum(1)[:, None]
    voiced = batch.text.mask & (batch.heard[..., _VOICING] > 0)
    told = wanted(batch.duration, batch.heard)
    error = (predicted - (told - network.told_mean) / network.told_deviation).square()
    out = {"mel": (mel - target)[real].abs().mean()}
    for column, name in enumerate(TOLD):
        rows = voiced if name == LOG_F0 else batch.text.mask
        out[name] = error[..., column][rows].mean() if rows.any() else error.new_zeros(())
    return out

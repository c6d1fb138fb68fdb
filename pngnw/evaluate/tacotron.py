"""A text encoder and the decoder that all arms share.

Guarantees: whatever the arm, its states pass a LayerNorm and a projection to one width, and the
decoder has the same parameters and, for a seed, the same initial weights. Between the two the
transformer arms may have a residual convolution: Tacotron 2's own encoder has three, and looking at
the neighbours is what a transformer has to learn anew for speech.

Letters: B utterances, P tokens, T frames, S steps.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from pngnw.evaluate import sides
from pngnw.evaluate.dataset import Ints, SpeechSet
from pngnw.evaluate.decoder import Decoded, Decoder, Spoken
from pngnw.evaluate.text_encoders import ConvolutionalText, TransformerText
from pngnw.params import Attention, Evaluate


class Network(nn.Module):
    """Utterances of a speech set to predicted mels.

    Args:
        text: the arm.
        settings: width of memory and decoder, r, and whether a convolution follows a transformer.
        attention: lsa, dca or gmm.
        seed: of the decoder's initial weights.
    """

    TAPS = 5  # of the convolution, as of those in the `tacotron2` arm

    def __init__(
        self,
        text: ConvolutionalText | TransformerText,
        settings: Evaluate,
        attention: Attention,
        seed: int,
    ) -> None:
        super().__init__()
        self.text = text
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            # The decoder comes first: its weights must not depend on the arm's width.
            self.decoder = Decoder(settings.width, settings.width, settings.reduction, attention)
            self.norm = nn.LayerNorm(text.width)
            self.bridge = nn.Linear(text.width, settings.width)
            local = settings.convolution and isinstance(text, TransformerText)
            self.convolution = (
                nn.Conv1d(text.width, text.width, self.TAPS, padding=self.TAPS // 2)
                if local
                else None
            )

    def forward(
        self, speech: SpeechSet, indices: Ints, mel: Tensor, generator: torch.Generator
    ) -> Decoded:
        """Teacher-forced mels [B, T, 80] of the utterances `indices`; `mel` are the true ones."""
        out: Decoded = self.decoder(*self._read(speech, indices), mel, generator)
        return out

    def speak(self, speech: SpeechSet, indices: Ints, limit: int) -> Spoken:
        """What the decoder says by itself, for `limit` steps at most; in eval mode only."""
        return self.decoder.free_running(*self._read(speech, indices), limit)

    def _read(self, speech: SpeechSet, indices: Ints) -> tuple[Tensor, Tensor]:
        """The memory [B, P, M], and which of it is real [B, P] bool."""
        states = self.text(speech, indices)
        lengths = sides.lengths(speech, indices, self.text.side)
        valid = torch.arange(states.shape[1]) < lengths[:, None]
        states = self.norm(states)
        if self.convolution is not None:
            states = states * valid[..., None]
            states = states + torch.relu(self.convolution(states.transpose(1, 2))).transpose(1, 2)
        return self.bridge(states), valid


def loss(decoded: Decoded, mel: Tensor, frames: Tensor) -> Tensor:
    """Mean squared error over real frames plus the stop token's cross-entropy over all steps.

    Args:
        mel: [B, T, 80] true frames; frames: [B], how many of them are real.
    """
    reduction = mel.shape[1] // decoded.stop.shape[1]
    real = torch.arange(mel.shape[1]) < frames[:, None]
    error = functional.mse_loss(decoded.mel, mel, reduction="none").mean(-1)
    last = (torch.arange(decoded.stop.shape[1]) + 1) * reduction >= frames[:, None]
    stop = functional.binary_cross_entropy_with_logits(decoded.stop, last.to(mel.dtype))
    return error[real].mean() + stop

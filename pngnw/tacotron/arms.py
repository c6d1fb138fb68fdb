"""The text encoders under test: Tacotron 2's own, and ours, untrained and pretrained.

Guarantees: every arm gives phoneme-side states alone, one per token of the align row; `random`
and `pretrained` are the same module but for the weights.

Letters: B utterances, P the most phoneme-side tokens, E the arm's width.
"""

from pathlib import Path
from typing import Literal, Protocol, get_args

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from pngnw.model.encoder import PnGNWEncoder
from pngnw.model.inputs import assemble
from pngnw.model.io import load
from pngnw.tacotron.speechset import Ints, SpeechSet
from pngnw.words.symbols import TOKENS

Arm = Literal["tacotron2", "random", "pretrained"]
ARMS: tuple[Arm, ...] = get_args(Arm)


class TextEncoder(Protocol):
    """Reads utterances of a speech set."""

    width: int

    def __call__(self, speech: SpeechSet, indices: Ints) -> Tensor:
        """States [B, P, E], zero where padded."""


class ConvolutionalText(nn.Module):
    """Embedding, 3 convolutions of 5 tokens with batch norm, ReLU and dropout, and a BiLSTM.

    Source: Shen et al. 2018 (1712.05884), section 2.2. Batch statistics are taken over real tokens
    only. Dropout is 0.1: at the paper's 0.5, meant for width 512, this arm aligned later.
    """

    LAYERS, TAPS, DROPOUT = 3, 5, 0.1

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width
        self.embedding = nn.Embedding(len(TOKENS), width)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(width, width, self.TAPS, padding=self.TAPS // 2) for _ in range(self.LAYERS)
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(width) for _ in range(self.LAYERS))
        self.dropout = nn.Dropout(self.DROPOUT)
        self.rnn = nn.LSTM(width, width // 2, batch_first=True, bidirectional=True)

    def forward(self, speech: SpeechSet, indices: Ints) -> Tensor:
        tokens, lengths = speech.phonemes(indices)
        real = torch.arange(tokens.shape[1]) < lengths[:, None]
        x = self.embedding(tokens) * real[..., None]
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            rows = convolution(x.transpose(1, 2)).transpose(1, 2)[real]
            x = torch.zeros_like(x).masked_scatter(
                real[..., None], self.dropout(torch.relu(norm(rows)))
            )
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.rnn(packed)[0], batch_first=True)
        return states


class TransformerText(nn.Module):
    """Our encoder; it reads both sides, the decoder gets the phoneme side.

    Args:
        encoder: its weights are trained on.
        layer: how many of its layers to run; None for all.
    """

    def __init__(self, encoder: PnGNWEncoder, layer: int | None) -> None:
        super().__init__()
        self.encoder = encoder
        self.layer = layer
        self.width = encoder.model.width

    def forward(self, speech: SpeechSet, indices: Ints) -> Tensor:
        inputs = assemble(speech.sentences, indices, self.encoder.model)
        states, _ = self.encoder.phoneme_states(inputs, self.layer)
        return states


def build(
    arm: Arm, folder: Path, layer: int | None, width: int, seed: int
) -> ConvolutionalText | TransformerText:
    """A fresh text encoder.

    Args:
        arm: which.
        folder: the pretrained encoder; `random` takes its configuration from there.
        layer: for the transformer arms.
        width: of the `tacotron2` arm.
        seed: of the initial weights.
    """
    if arm == "tacotron2":
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return ConvolutionalText(width)
    encoder, _, config = load(folder)
    if arm == "random":
        encoder = PnGNWEncoder(config.model, config.pieces, torch.Generator().manual_seed(seed))
    return TransformerText(encoder, layer)

"""The text encoders under test, or arms: Tacotron 2's own, and ours, untrained and pretrained.

Guarantees: every arm gives states of one kind of token alone, one per token of the align row:
phonemes, but for `letters`. `random` and `pretrained` are the same module but for the weights;
`frozen` is `pretrained` whose weights stay, `phoneme-only` is `random` that never sees the
spelling.

Letters: B utterances, P the most tokens of one of them, E the arm's width.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from pngnw.align.symbols import TOKENS
from pngnw.model.inputs import Inputs, assemble, phonemes_only
from pngnw.model.io import load
from pngnw.model.network import PnGNWEncoder
from pngnw.model.sentences import Int, Sentences
from pngnw.params import Arm

TokenKind = Literal["phonemes", "letters"]

ARMS: tuple[Arm, ...] = get_args(Arm)
CONVOLUTIONAL: tuple[Arm, ...] = ("tacotron2", "letters")
PRETRAINED: tuple[Arm, ...] = ("pretrained", "frozen")


@dataclass(frozen=True)
class TextBatch:
    """The text of B utterances.

    Attributes:
        sentences, indices: the align columns, and the B rows of them.
        tokens: [B, P] int64 ids of one kind of token, <pad> where padded.
        lengths: [B] int64.
        mask: [B, P] bool, false for padding.
    """

    sentences: Sentences
    indices: Int
    tokens: Tensor
    lengths: Tensor
    mask: Tensor

    @classmethod
    def of(cls, sentences: Sentences, indices: Int, kind: TokenKind) -> "TextBatch":
        """Cut out and pad the tokens of these rows."""
        if kind == "phonemes":
            start, flat = sentences.phoneme_start, sentences.phonemes
        else:
            start, flat = sentences.grapheme_start, sentences.graphemes
        rows = [torch.from_numpy(flat[start[i] : start[i + 1]].astype(np.int64)) for i in indices]
        tokens = pad_sequence(rows, batch_first=True, padding_value=TOKENS.pad)
        lengths = torch.tensor([len(row) for row in rows])
        mask = torch.arange(tokens.shape[1]) < lengths[:, None]
        return cls(sentences, indices, tokens, lengths, mask)


class ConvolutionalText(nn.Module):
    """Embedding, 3 convolutions of 5 tokens with batch norm, ReLU and dropout, and a BiLSTM.

    Source: Shen et al. 2018 (1712.05884), section 2.2. Batch statistics are taken over real tokens
    only. Dropout is 0.1: at the paper's 0.5, meant for width 512, this arm aligned later.
    """

    LAYERS, TAPS, DROPOUT = 3, 5, 0.1

    def __init__(self, width: int, kind: TokenKind) -> None:
        super().__init__()
        self.width = width
        self.kind: TokenKind = kind
        self.embedding = nn.Embedding(len(TOKENS), width)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(width, width, self.TAPS, padding=self.TAPS // 2) for _ in range(self.LAYERS)
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(width) for _ in range(self.LAYERS))
        self.dropout = nn.Dropout(self.DROPOUT)
        self.rnn = nn.LSTM(width, width // 2, batch_first=True, bidirectional=True)

    def forward(self, text: TextBatch) -> Tensor:
        """States [B, P, E], zero where padded."""
        real = text.mask
        x = self.embedding(text.tokens) * real[..., None]
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            rows = convolution(x.transpose(1, 2)).transpose(1, 2)[real]
            x = torch.zeros_like(x).masked_scatter(
                real[..., None], self.dropout(torch.relu(norm(rows)))
            )
        packed = pack_padded_sequence(x, text.lengths, batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.rnn(packed)[0], batch_first=True)
        return states

    def fits(self, sentences: Sentences, index: int) -> bool:
        """Whether an utterance is short enough to be read."""
        return True


class TransformerText(nn.Module):
    """Our encoder; the decoder gets the phoneme side.

    Args:
        encoder: its weights are trained on, those that take gradients.
        layer: how many of its layers to run; None for all.
        phonemes_only: whether it reads the phoneme side only.
    """

    kind: TokenKind = "phonemes"

    def __init__(self, encoder: PnGNWEncoder, layer: int | None, phonemes_only: bool) -> None:
        super().__init__()
        self.encoder = encoder
        self.layer = layer
        self.phonemes_only = phonemes_only
        self.width = encoder.config.width

    def forward(self, text: TextBatch) -> Tensor:
        """States [B, P, E], zero where padded."""
        inputs = self._inputs(text.sentences, text.indices)
        states, _ = self.encoder.phoneme_states(inputs, self.layer)
        return states

    def fits(self, sentences: Sentences, index: int) -> bool:
        """Whether an utterance is short enough: tables of positions have `max_tokens` rows."""
        positions = self._inputs(sentences, np.array([index])).positions
        rows = self.encoder.config.max_tokens
        kinds = self.encoder.embeddings.positions.kinds
        return all(int(positions[kind].max()) < rows for kind in kinds)

    def _inputs(self, sentences: Sentences, indices: Int) -> Inputs:
        inputs = assemble(sentences, indices, self.encoder.config)
        return phonemes_only(inputs) if self.phonemes_only else inputs


def build(
    arm: Arm, folder: Path, layer: int | None, width: int, seed: int
) -> ConvolutionalText | TransformerText:
    """A fresh text encoder.

    Args:
        arm: which.
        folder: the pretrained encoder; untrained ones take their configuration from there.
        layer: for the transformer arms.
        width: of the convolutional arms.
        seed: of the initial weights.
    """
    if arm in CONVOLUTIONAL:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return ConvolutionalText(width, "letters" if arm == "letters" else "phonemes")
    encoder, _, config = load(folder)
    if arm not in PRETRAINED:
        encoder = PnGNWEncoder(config.model, config.vocab_size, torch.Generator().manual_seed(seed))
    encoder.requires_grad_(arm != "frozen")
    return TransformerText(encoder, layer, phonemes_only=arm == "phoneme-only")

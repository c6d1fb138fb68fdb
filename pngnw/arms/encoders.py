"""Tacotron 2's text encoder and ours, untrained and pretrained; and how to build any arm.

Every arm (docs/alignment.md) gives states of one kind of token alone, one per token of the align
row: phonemes, but for `letters`. `random` and `pretrained` are the same module but for the weights.

Letters: B utterances, P the most tokens of one of them, E the arm's width.
"""

from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from pngnw.align.symbols import TOKENS
from pngnw.arms.text import TextBatch, TokenKind
from pngnw.model.inputs import Inputs, assemble, phonemes_only
from pngnw.model.io import load
from pngnw.model.network import PnGNWEncoder
from pngnw.model.sentences import Int, Sentences
from pngnw.params import Arm

ARMS: tuple[Arm, ...] = get_args(Arm)
CONVOLUTIONAL: tuple[Arm, ...] = ("tacotron2", "letters", "composite")
PRETRAINED: tuple[Arm, ...] = ("pretrained", "frozen")


class TextEncoder(nn.Module):
    """An arm: [B, P, E] states of a `TextBatch`, zero where padded.

    Attributes:
        width: E.
        kind: the tokens that have states.
        local: whether convolutions of its own mix neighboring tokens.
    """

    width: int
    kind: TokenKind = "phonemes"
    local = False

    def fits(self, sentences: Sentences, index: int) -> bool:
        """Whether an utterance is short enough to be read."""
        return True

    def uncounted_flop(self, text: TextBatch) -> float:
        """Operations on a batch that PyTorch's counter does not know."""
        return 0.0


class ConvolutionalText(TextEncoder):
    """Embedding, 3 convolutions of 5 tokens with batch norm, ReLU and dropout, and a BiLSTM.

    Source: Shen et al. 2018 (1712.05884), section 2.2. Batch statistics are taken over real tokens
    only. Dropout is 0.1: at the paper's 0.5, meant for width 512, this arm aligned later. `beside`
    is the width of the states that `joined` sets beside those of the convolutions.
    """

    LAYERS, TAPS, DROPOUT = 3, 5, 0.1
    local = True

    def __init__(self, width: int, kind: TokenKind, beside: int = 0) -> None:
        super().__init__()
        self.width = width
        self.kind = kind
        self.embedding = nn.Embedding(len(TOKENS), width)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(width, width, self.TAPS, padding=self.TAPS // 2) for _ in range(self.LAYERS)
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(width) for _ in range(self.LAYERS))
        self.dropout = nn.Dropout(self.DROPOUT)
        self.rnn = nn.LSTM(width + beside, width // 2, batch_first=True, bidirectional=True)

    def forward(self, text: TextBatch) -> Tensor:
        """States [B, P, E], zero where padded."""
        real = text.mask
        x = self.embedding(text.tokens) * real[..., None]
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            rows = convolution(x.transpose(1, 2)).transpose(1, 2)[real]
            x = torch.zeros_like(x).masked_scatter(
                real[..., None], self.dropout(torch.relu(norm(rows)))
            )
        x = self.joined(x, text)
        packed = pack_padded_sequence(x, text.lengths, batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.rnn(packed)[0], batch_first=True)
        return states

    def joined(self, states: Tensor, text: TextBatch) -> Tensor:
        """What the BiLSTM reads: the states [B, P, E] of the convolutions."""
        return states


class TransformerText(TextEncoder):
    """The phoneme side of our encoder's states behind `layer` layers, or all; with `phonemes_only`
    it reads no spelling."""

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


def build(arm: Arm, folder: Path, layer: int | None, width: int, seed: int) -> TextEncoder:
    """A fresh text encoder: `layer` is for the transformer arms, which take their configuration, or
    weights, from `folder`; `width` for the convolutional ones; `seed` draws the initial weights."""
    if arm in CONVOLUTIONAL:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            if arm == "composite":
                from pngnw.arms.composite import CompositeText

                return CompositeText(width)
            return ConvolutionalText(width, "letters" if arm == "letters" else "phonemes")
    encoder, _, config = load(folder)
    if arm not in PRETRAINED:
        encoder = PnGNWEncoder(config.model, config.vocab_size, torch.Generator().manual_seed(seed))
    encoder.requires_grad_(arm != "frozen")
    return TransformerText(encoder, layer, phonemes_only=arm == "phoneme-only")


def parameter_groups(
    network: nn.Module, text: TextEncoder, rate: float, multiplier: float
) -> list[dict[str, Any]]:
    """Of a network on an arm: the arm's parameters, with a multiple of the rate, and the others."""
    own = {id(parameter) for parameter in text.parameters()}
    others = [parameter for parameter in network.parameters() if id(parameter) not in own]
    return [
        {"params": [*text.parameters()], "lr": rate * multiplier},
        {"params": others, "lr": rate},
    ]

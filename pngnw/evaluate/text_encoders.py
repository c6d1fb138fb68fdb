"""The text encoders under test: Tacotron 2's own, and ours, untrained and pretrained.

Guarantees: every arm gives states of one side alone, one per token of the align row: phonemes, but
for `letters`. `random` and `pretrained` are the same module but for the weights; `frozen` is
`pretrained` whose weights stay, `phoneme-only` is `random` that never sees the spelling.

Letters: B utterances, P the most phoneme-side tokens, E the arm's width.
"""

from pathlib import Path
from typing import Protocol, get_args

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from pngnw.align.symbols import TOKENS
from pngnw.evaluate import sides
from pngnw.evaluate.dataset import Ints, SpeechSet
from pngnw.evaluate.sides import Side
from pngnw.model.inputs import HIDDEN_TYPE, HIDDEN_WORD, Inputs, assemble
from pngnw.model.io import load
from pngnw.model.network import PnGNWEncoder
from pngnw.model.sentences import offsets, spans
from pngnw.params import Arm

ARMS: tuple[Arm, ...] = get_args(Arm)
CONVOLUTIONAL: tuple[Arm, ...] = ("tacotron2", "letters")
PRETRAINED: tuple[Arm, ...] = ("pretrained", "frozen")


class TextEncoder(Protocol):
    """Reads utterances of a speech set."""

    width: int
    side: Side

    def __call__(self, speech: SpeechSet, indices: Ints) -> Tensor:
        """States [B, P, E], zero where padded."""

    def reaches(self, speech: SpeechSet, index: int) -> bool:
        """Whether an utterance is short enough to be read."""


class ConvolutionalText(nn.Module):
    """Embedding, 3 convolutions of 5 tokens with batch norm, ReLU and dropout, and a BiLSTM.

    Source: Shen et al. 2018 (1712.05884), section 2.2. Batch statistics are taken over real tokens
    only. Dropout is 0.1: at the paper's 0.5, meant for width 512, this arm aligned later.

    Args:
        width: of its states.
        side: what it reads.
    """

    LAYERS, TAPS, DROPOUT = 3, 5, 0.1

    def __init__(self, width: int, side: Side) -> None:
        super().__init__()
        self.width = width
        self.side = side
        self.embedding = nn.Embedding(len(TOKENS), width)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(width, width, self.TAPS, padding=self.TAPS // 2) for _ in range(self.LAYERS)
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(width) for _ in range(self.LAYERS))
        self.dropout = nn.Dropout(self.DROPOUT)
        self.rnn = nn.LSTM(width, width // 2, batch_first=True, bidirectional=True)

    def forward(self, speech: SpeechSet, indices: Ints) -> Tensor:
        tokens = sides.tokens(speech, indices, self.side)
        lengths = sides.lengths(speech, indices, self.side)
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

    def reaches(self, speech: SpeechSet, index: int) -> bool:
        return True


class TransformerText(nn.Module):
    """Our encoder; the decoder gets the phoneme side.

    Args:
        encoder: its weights are trained on, those that take gradients.
        layer: how many of its layers to run; None for all.
        spelling: whether it reads the grapheme side too.
    """

    side: Side = "phonemes"

    def __init__(self, encoder: PnGNWEncoder, layer: int | None, spelling: bool) -> None:
        super().__init__()
        self.encoder = encoder
        self.layer = layer
        self.spelling = spelling
        self.width = encoder.model.width

    def forward(self, speech: SpeechSet, indices: Ints) -> Tensor:
        states, _ = self.encoder.phoneme_states(self._inputs(speech, indices), self.layer)
        return states

    def reaches(self, speech: SpeechSet, index: int) -> bool:
        """Tables of positions have `model.max_tokens` rows."""
        positions = self._inputs(speech, np.array([index])).positions
        rows = self.encoder.model.max_tokens
        return all(
            int(positions[kind].max()) < rows for kind in self.encoder.embeddings.positions.kinds
        )

    def _inputs(self, speech: SpeechSet, indices: Ints) -> Inputs:
        inputs = assemble(speech.sentences, indices, self.encoder.model)
        return inputs if self.spelling else phonemes_alone(inputs)


def build(
    arm: Arm, folder: Path, layer: int | None, width: int, seed: int
) -> ConvolutionalText | TransformerText:
    """A fresh text encoder.

    Args:
        arm: which.
        folder: the pretrained encoder; untrained ones take their configuration from there.
        layer: for the transformer arms.
        width: of the convolutional arms, `tacotron2` and `letters`.
        seed: of the initial weights.
    """
    if arm in CONVOLUTIONAL:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return ConvolutionalText(width, "letters" if arm == "letters" else "phonemes")
    encoder, _, config = load(folder)
    if arm not in PRETRAINED:
        encoder = PnGNWEncoder(config.model, config.pieces, torch.Generator().manual_seed(seed))
    encoder.requires_grad_(arm != "frozen")
    return TransformerText(encoder, layer, spelling=arm != "phoneme-only")


def phonemes_alone(inputs: Inputs) -> Inputs:
    """Sequences `CLS p… SEP`, and nothing in them that tells the spelling: no word values, no
    word types (which say where capitals are)."""
    lengths = inputs.phoneme_lengths.numpy() + 2
    starts = offsets(lengths)
    rows = torch.from_numpy(spans(inputs.starts[:-1].numpy(), lengths))
    in_word = inputs.word[rows] >= 0
    return Inputs(
        token=inputs.token[rows],
        word_value=inputs.word_value[rows].masked_fill(in_word, HIDDEN_WORD),
        word_type=inputs.word_type[rows].masked_fill(in_word, HIDDEN_TYPE),
        segment=inputs.segment[rows],
        positions={kind: values[rows] for kind, values in inputs.positions.items()},
        word=inputs.word[rows],
        first_of_piece=inputs.first_of_piece[rows],
        starts=torch.from_numpy(starts),
        phoneme_lengths=inputs.phoneme_lengths,
        max_length=int(lengths.max(initial=0)),
        min_length=int(lengths.min(initial=starts[-1])),
    )

"""Frozen states of the words asked about, of encoders of ours.

Guarantees: only states of the phoneme side are read, which is what a speech decoder gets; nothing
is trained. All of them see the same sentences with the same phonemes hidden.

Letters: N tokens, Q questions, H width.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pngnw.core.errors import UserError
from pngnw.core.ragged import offsets
from pngnw.model.inputs import (
    HIDDEN_WORD,
    MASK,
    PHONEME_SIDE,
    Inputs,
    assemble,
    phonemes_only,
)
from pngnw.model.io import load
from pngnw.model.network import PnGNWEncoder
from pngnw.model.sentences import Int
from pngnw.probe.questions import Questions

BATCH_TOKENS = 8192


@dataclass(frozen=True)
class Reader:
    """An encoder, and whether it reads phonemes only."""

    encoder: PnGNWEncoder
    phonemes_only: bool = False

    def digest(self) -> str:
        """Of all that its states depend on besides questions, layer and code."""
        digest = hashlib.blake2b(digest_size=16)
        digest.update(f"{self.encoder.config.model_dump_json()} {self.phonemes_only}".encode())
        for name, tensor in self.encoder.state_dict().items():
            digest.update(name.encode() + tensor.numpy().tobytes())
        return digest.hexdigest()


def load_readers(folder: Path, seed: int) -> dict[str, Reader]:
    """Encoders to ask, by the name of their arm.

    `phoneme-only` is `random` without the spelling, as in the evaluate stage;
    `pretrained-phoneme-only` is the pretrained one without.

    Raises:
        UserError: the folder holds no encoder.
    """
    pretrained, _, config = load(folder)
    generator = torch.Generator().manual_seed(seed)
    untrained = PnGNWEncoder(config.model, config.vocab_size, generator).eval()
    return {
        "phoneme-only": Reader(untrained, phonemes_only=True),
        "random": Reader(untrained),
        "pretrained-phoneme-only": Reader(pretrained, phonemes_only=True),
        "pretrained": Reader(pretrained),
    }


def without_too_long(questions: Questions, encoder: PnGNWEncoder) -> Questions:
    """Without the questions about sentences that are too long for the model (counted)."""
    fits = questions.sentences.lengths(encoder.config.grapheme_unit) <= encoder.config.max_tokens
    return questions.filter(fits[questions.sentence], "too_long")


@torch.no_grad()
def word_states(questions: Questions, reader: Reader, layer: int | None) -> NDArray[np.float32]:
    """The mean state of the phonemes asked about, [Q, H].

    Args:
        questions: any.
        reader: which encoder.
        layer: whose states, see `PnGNWEncoder.forward`; None is the last.

    Raises:
        UserError: the encoder has no such layer.
    """
    encoder = reader.encoder
    if layer is not None and layer > len(encoder.layers):
        raise UserError(f"probe.layer = {layer}: the encoder has layers 0 to {len(encoder.layers)}")
    out = np.zeros((len(questions), encoder.config.width), dtype=np.float32)
    for indices in _batches(questions, encoder):
        inputs, selected = assemble_hidden(questions, indices, encoder)
        read = phonemes_only(inputs) if reader.phonemes_only else inputs
        hidden_NH = encoder(read, layer).float()
        out[selected] = _means(hidden_NH, read, questions, indices, selected)
    return out


def _batches(questions: Questions, encoder: PnGNWEncoder) -> Iterator[Int]:
    """Sentences that are asked about, those of like length together."""
    selected = np.unique(questions.sentence)
    lengths = questions.sentences.lengths(encoder.config.grapheme_unit)[selected]
    order = np.argsort(lengths, kind="stable")
    cuts = np.flatnonzero(np.diff(np.cumsum(lengths[order]) // BATCH_TOKENS)) + 1
    yield from (part for part in np.split(selected[order], cuts) if len(part))


def assemble_hidden(
    questions: Questions, indices: Int, encoder: PnGNWEncoder
) -> tuple[Inputs, Int]:
    """A batch as the encoder reads it, and which questions [q] are about its sentences.

    Hides the phonemes of the words asked about where the questions say so: their tokens, and on
    their side the wordpieces, as the task g2p does.
    """
    selected = np.flatnonzero(np.isin(questions.sentence, indices))
    inputs = assemble(questions.sentences, indices, encoder.config)
    if not questions.hide_phonemes:
        return inputs, selected
    first, stop = _words(questions, indices, selected)
    is_hidden = np.zeros(int(inputs.word.max()) + 1, dtype=np.bool_)
    for start, end in zip(first, stop, strict=True):
        is_hidden[start:end] = True
    word = inputs.word.numpy()
    hidden = (word >= 0) & is_hidden[word] & (inputs.segment.numpy() == PHONEME_SIDE)
    rows = torch.from_numpy(hidden)
    return replace(
        inputs,
        token=inputs.token.masked_fill(rows, MASK),
        word_value=inputs.word_value.masked_fill(rows, HIDDEN_WORD),
    ), selected


def _words(questions: Questions, indices: Int, selected: Int) -> tuple[Int, Int]:
    """First and last (exclusive) word [q] of some questions, as a batch numbers its words."""
    counts = np.diff(questions.sentences.word_start)[indices]
    base = np.zeros(len(questions.sentences), dtype=np.int64)
    base[indices] = offsets(counts)[:-1]
    start = base[questions.sentence[selected]]
    return start + questions.first[selected], start + questions.stop[selected]


def _means(
    hidden_NH: Tensor, inputs: Inputs, questions: Questions, indices: Int, selected: Int
) -> NDArray[np.float32]:
    """Mean over the phoneme-side tokens of the words of each question, [q, H]."""
    rows = (inputs.word >= 0) & (inputs.segment == PHONEME_SIDE)
    word = inputs.word[rows]
    first, stop = _words(questions, indices, selected)
    # Sums up to each word, whose differences are sums over any run of words.
    total = int(np.diff(questions.sentences.word_start)[indices].sum())
    sums = torch.zeros(total + 1, hidden_NH.shape[1], dtype=torch.float64)
    sums.index_add_(0, word + 1, hidden_NH[rows].double())
    counts = torch.zeros(total + 1, dtype=torch.float64)
    counts.index_add_(0, word + 1, torch.ones(len(word), dtype=torch.float64))
    sums, counts = sums.cumsum(0), counts.cumsum(0)
    mean = (sums[stop] - sums[first]) / (counts[stop] - counts[first])[:, None]
    return np.asarray(mean.float().numpy())

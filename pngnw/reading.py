"""What texts are to a model before any network runs: its sentences, and what each row stands for.

Guarantees: the same for `Encoder` and for an exported one; a text that a model cannot take is
refused by its number and its first words.

Letters: B texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pngnw.align.symbols import TOKENS
from pngnw.core.errors import UserError
from pngnw.model.sentences import Int, Sentences
from pngnw.params import ModelConfig
from pngnw.text import Reader


@dataclass(frozen=True)
class Reading:
    """B texts as they are read, before any network.

    Attributes:
        sentences: what `assemble` and `Bags.of` take.
        lengths: [B] int64 tokens of each text.
        phonemes, words, word_index, unspoken: as in `pngnw.encoder.EncoderOutput`.
    """

    sentences: Sentences
    lengths: Int
    phonemes: list[list[str]]
    words: list[list[str]]
    word_index: list[list[int]]
    unspoken: list[list[str]]


def read(reader: Reader, model: ModelConfig, texts: Sequence[str]) -> Reading:
    """Read texts for a model.

    Raises:
        UserError: a text holds nothing to say, or more than the model can take at once.
    """
    if isinstance(texts, str):
        raise UserError("Encoder: got one string; give a list of strings")
    words, unspoken, sentences = reader(texts)
    lengths = sentences.lengths(model.grapheme_unit)
    for row in np.flatnonzero(lengths > model.max_tokens)[:1]:
        raise UserError(
            f"text {row}: {lengths[row]} tokens, the model takes {model.max_tokens}; split it "
            f"into sentences ({texts[row][:40]!r}…)"
        )
    owners = _owners(sentences)
    return Reading(
        sentences=sentences,
        lengths=lengths,
        phonemes=[
            [TOKENS.symbols[i] for i in sentences.phonemes[start:end]]
            for start, end in pairwise(sentences.phoneme_start)
        ],
        words=[[row[i].text for i in index] for row, index in zip(words, owners, strict=True)],
        word_index=owners,
        unspoken=unspoken,
    )


def _owners(sentences: Sentences) -> list[list[int]]:
    """For each sentence and each of its phoneme rows the number of the row's word."""
    start = sentences.word_start
    counts = [sentences.phonemes_per_word[a:b] for a, b in pairwise(start)]
    return [np.repeat(np.arange(len(count)), count).tolist() for count in counts]

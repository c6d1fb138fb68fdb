"""Distinct words as numbers: letters, phonemes, pieces, and which piece each of them belongs to.

Guarantees: the entry of a word depends on its text and its phonemes alone. A punctuation word
holds its mark on both sides; every other word holds letters on one side and phonemes on the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from pngnw.align.aligner import Aligner, spread_evenly
from pngnw.align.symbols import TOKENS
from pngnw.align.wordpieces import Wordpieces
from pngnw.core.ragged import Ragged

Method = Literal["aligned", "nearest"]
# Values of word_type; 0 is what has no case: specials, marks, scripts without capitals.
NONE, LOWER, UPPER, TITLE, OTHER = range(5)


@dataclass(frozen=True)
class WordTable:
    """N distinct words: [N][...] ragged ids, and word_type [N] uint8."""

    graphemes: Ragged
    phonemes: Ragged
    pieces: Ragged
    piece_of_grapheme: Ragged
    piece_of_phoneme: Ragged
    word_type: npt.NDArray[np.uint8]

    def extend(self, other: "WordTable") -> "WordTable":
        """These words, then the other's."""
        columns = {
            field.name: getattr(self, field.name).extend(getattr(other, field.name))
            for field in fields(self)
            if field.name != "word_type"
        }
        return WordTable(**columns, word_type=np.concatenate([self.word_type, other.word_type]))

    @property
    def longest(self) -> npt.NDArray[np.int64]:
        """The largest count of letters, phonemes or pieces of every word [N]."""
        longest: npt.NDArray[np.int64] = np.maximum(self.graphemes.counts, self.phonemes.counts)
        return np.maximum(longest, self.pieces.counts)


def word_type(text: str) -> int:
    """How a word is written: lower, UPPER, Title (a single capital too: I, A) or oTHer."""
    if text == text.lower():
        return LOWER if text != text.upper() else NONE
    if text[:1] != text[:1].lower() and text[1:] == text[1:].lower():
        return TITLE
    return UPPER if text == text.upper() else OTHER


def encode_words(
    texts: Sequence[str],
    phonemes: Sequence[Sequence[str]],
    is_mark: Sequence[bool],
    wordpieces: Wordpieces,
    aligner: Aligner,
    method: Method,
) -> WordTable:
    """Turn distinct words into numbers.

    Args:
        texts: the words, none of them empty.
        phonemes: ARPAbet of each, for a punctuation word the mark itself.
        is_mark: whether a word is punctuation.
        wordpieces: the vocabulary.
        aligner: says which letter a phoneme belongs to.
        method: `aligned`, or `nearest` to spread phonemes evenly over the letters instead.
    """
    letter_id, mark_id, phoneme_id = cache(TOKENS.letter), cache(TOKENS.mark), cache(TOKENS.phoneme)
    graphemes = []
    sounds = []
    for text, symbols, mark in zip(texts, phonemes, is_mark, strict=True):
        graphemes.append(np.array([mark_id(c) if mark else letter_id(c) for c in text]))
        ids = [mark_id(c) for c in "".join(symbols)] if mark else [phoneme_id(s) for s in symbols]
        sounds.append(np.array(ids, dtype=np.int64))
    pieces, piece_of_grapheme = wordpieces.encode(texts)
    letters = [spread_evenly(len(text), len(ids)) for text, ids in zip(texts, sounds, strict=True)]
    if method == "aligned":
        words = [index for index, mark in enumerate(is_mark) if not mark]
        aligned = aligner.align([texts[i] for i in words], [phonemes[i] for i in words])
        for index, owners in zip(words, aligned, strict=True):
            letters[index] = owners
    letter_of_phoneme = Ragged.of(letters, np.int64)
    first = np.repeat(piece_of_grapheme.offsets[:-1], letter_of_phoneme.counts)
    piece_of_phoneme = Ragged(
        piece_of_grapheme.values[first + letter_of_phoneme.values], letter_of_phoneme.offsets
    )
    types = [NONE if mark else word_type(t) for t, mark in zip(texts, is_mark, strict=True)]
    return WordTable(
        Ragged.of(graphemes, np.uint16),
        Ragged.of(sounds, np.uint16),
        pieces,
        piece_of_grapheme,
        piece_of_phoneme,
        np.array(types, dtype=np.uint8),
    )

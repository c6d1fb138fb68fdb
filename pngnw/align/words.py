"""Distinct words as numbers: letters, phonemes, pieces, and which piece each of them belongs to.

Guarantees: the entry of a word depends on its text and its phonemes alone. A punctuation word
holds its mark on both sides; every other word holds letters on one side and phonemes on the other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
import numpy.typing as npt

from pngnw.align.aligner import Aligner, spread
from pngnw.align.symbols import TOKENS
from pngnw.align.wordpieces import Wordpieces
from pngnw.core.ragged import Ragged

Method = Literal["aligned", "nearest"]
# Values of word_type; 0 is what has no case: specials, marks, scripts without capitals.
NONE, LOWER, UPPER, TITLE, OTHER = range(5)


@dataclass(frozen=True)
class Spelled:
    """N distinct words: [N][...] ragged ids, and word_type [N] uint8."""

    graphemes: Ragged
    phonemes: Ragged
    pieces: Ragged
    piece_of_grapheme: Ragged
    piece_of_phoneme: Ragged
    word_type: npt.NDArray[np.uint8]

    def extend(self, other: "Spelled") -> "Spelled":
        """These words, then the other's."""
        columns = {
            field.name: getattr(self, field.name).extend(getattr(other, field.name))
            for field in fields(self)
            if field.name != "word_type"
        }
        return Spelled(**columns, word_type=np.concatenate([self.word_type, other.word_type]))

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


def spell(
    texts: Sequence[str],
    phonemes: Sequence[Sequence[str]],
    marks: Sequence[bool],
    wordpieces: Wordpieces,
    aligner: Aligner,
    method: Method,
) -> Spelled:
    """Turn distinct words into numbers.

    Args:
        texts: the words, none of them empty.
        phonemes: ARPAbet of each, for a punctuation word the mark itself.
        marks: whether a word is punctuation.
        wordpieces: the vocabulary.
        aligner: says which letter a phoneme belongs to.
        method: `aligned`, or `nearest` to spread phonemes evenly over the letters instead.
    """
    letter_ids = _Cached(TOKENS.letter)
    mark_ids = _Cached(TOKENS.mark)
    phoneme_ids = _Cached(TOKENS.phoneme)
    graphemes = []
    spoken = []
    for text, sounds, mark in zip(texts, phonemes, marks, strict=True):
        graphemes.append(np.array([(mark_ids if mark else letter_ids)[c] for c in text]))
        if mark:
            spoken.append(np.array([mark_ids[c] for c in "".join(sounds)], dtype=np.int64))
        else:
            spoken.append(np.array([phoneme_ids[symbol] for symbol in sounds], dtype=np.int64))
    pieces, piece_of_grapheme = wordpieces.encode(texts)
    letters = [spread(len(text), len(ids)) for text, ids in zip(texts, spoken, strict=True)]
    if method == "aligned":
        words = [index for index, mark in enumerate(marks) if not mark]
        found = aligner.align([texts[i] for i in words], [phonemes[i] for i in words])
        for index, owners in zip(words, found, strict=True):
            letters[index] = owners
    letter_of_phoneme = Ragged.of(letters, np.int64)
    first = np.repeat(piece_of_grapheme.offsets[:-1], letter_of_phoneme.counts)
    piece_of_phoneme = Ragged(
        piece_of_grapheme.values[first + letter_of_phoneme.values], letter_of_phoneme.offsets
    )
    return Spelled(
        Ragged.of(graphemes, np.uint16),
        Ragged.of(spoken, np.uint16),
        pieces,
        piece_of_grapheme,
        piece_of_phoneme,
        np.array(
            [NONE if mark else word_type(t) for t, mark in zip(texts, marks, strict=True)],
            dtype=np.uint8,
        ),
    )


class _Cached(dict[str, int]):
    """Symbol to id, looked up once for each symbol."""

    def __init__(self, look_up: Callable[[str], int]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, symbol: str) -> int:
        self[symbol] = self._look_up(symbol)
        return self[symbol]

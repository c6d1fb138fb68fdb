"""Words and pronunciations as small integers, the input of the grapheme-phoneme aligner.

Guarantees: a word of n characters gives n letter classes, whatever the characters; stress does
not count. Class 0 of the phonemes pads, so that words of unequal length share an array.
"""

import string
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pngnw.align.symbols import TWINS
from pngnw.phonemize.arpabet import CONSONANTS, VOWELS

Ids = npt.NDArray[np.int64]

LETTER_CLASSES = (*string.ascii_lowercase, "'", "-", "other")
PHONEME_CLASSES = ("pad", *VOWELS, *CONSONANTS, "other")
_LETTER = {letter: number for number, letter in enumerate(LETTER_CLASSES)}
_PHONEME = {phoneme: number for number, phoneme in enumerate(PHONEME_CLASSES)}
# Letters that Unicode does not take apart into a base letter and an accent.
_BASE = {"æ": "a", "œ": "o", "ø": "o", "ß": "s", "ð": "d", "þ": "t", "ł": "l", "đ": "d", "ı": "i"}


def letter_class(character: str) -> int:
    """Class of one character: accents and case do not count, strangers are "other"."""
    character = TWINS.get(character, character)
    found = _LETTER.get(character)
    if found is None:
        base = unicodedata.normalize("NFKD", character)[:1].lower()
        found = _LETTER.get(_BASE.get(base, base), _LETTER["other"])
    return found


def phoneme_class(symbol: str) -> int:
    """Class of an ARPAbet symbol, with or without stress; strangers are "other"."""
    return _PHONEME.get(symbol.rstrip("012"), _PHONEME["other"])


def encode(words: Sequence[str], phonemes: Sequence[Sequence[str]]) -> tuple[Ids, Ids, Ids]:
    """Arrays of words that have the same number of letters.

    Returns:
        letters [N, L]; phonemes [N, P] padded with 0 to the longest; phoneme counts [N].
    """
    letters = np.array([[letter_class(c) for c in word] for word in words], dtype=np.int64)
    counts = np.array([len(spoken) for spoken in phonemes], dtype=np.int64)
    padded = np.zeros((len(words), int(counts.max(initial=0))), dtype=np.int64)
    for row, spoken in zip(padded, phonemes, strict=True):
        row[: len(spoken)] = [phoneme_class(symbol) for symbol in spoken]
    return letters.reshape(len(words), -1), padded, counts

"""What is known of a neighbor of a homograph, whatever the sentence: class, clusters, traits.

`Vocabulary` is a table of words and of endings for words that are not listed, made in training from
a tagger's counts and from word vectors (`pngnw.tools.homographs.vocabulary`).
"""

import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pngnw.phonemize.tokenizer import Ints

Keys = NDArray[np.uint64]
Keys32 = NDArray[np.uint32]

# Traits, bits of a number: what the searches for subject, auxiliary and tense go by.
(
    ADVERB, AUXILIARY, NOMINAL, STOP, PAST, PRESENT, MODAL, PAST_TIME, PRESENT_TIME,
    PLURAL, SINGULAR, HE, WE,
) = TRAITS = tuple(np.uint64(1 << bit) for bit in range(13))  # fmt: skip
_NAME: Final = 1  # the class of a capitalized word that is not listed; 0 is that of any other


@dataclass(frozen=True)
class Vocabulary:
    """Words and endings ("-ing") by key, rising; the other fields are of each.

    Attributes:
        keys: of lower-case words, and of endings for words that are not listed.
        classes: kinds of words by their tags ("verb or plural noun"), from 2 on.
        fine, broad: clusters of words of like meaning, from 1 on; 0 is none.
        traits: `TRAITS` of the word, added up.
    """

    keys: Keys32
    classes: NDArray[np.uint8]
    fine: NDArray[np.uint16]
    broad: NDArray[np.uint8]
    traits: NDArray[np.uint16]

    def of(self, words: Keys, endings: Keys, are_names: NDArray[np.bool_]) -> Keys:
        """Class, fine and broad cluster, and traits of every word (rows of 4 x words).

        Args:
            words: keys of the words.
            endings: keys of their endings.
            are_names: whether a word is capitalized.
        """
        columns = (self.classes, self.fine, self.broad, self.traits)
        table = np.stack([np.append(each, 0).astype(np.uint64) for each in columns])
        at = find(self.keys, words.astype(np.uint32))
        listed = table[:, at]
        others = table[:, find(self.keys, endings.astype(np.uint32))]
        others[0, are_names], others[3, are_names] = _NAME, NOMINAL | SINGULAR
        return np.where(at < len(self.keys), listed, others)


def key(text: str) -> int:
    """The number of a string."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def ending(word: str) -> str:
    """The last three letters, marked so that no word is taken for an ending."""
    return f"-{word[-3:]}"


def find(rising: Keys32, wanted: Keys32) -> Ints:
    """Where each wanted key stands among rising ones; `len(rising)` for one that is missing."""
    at = np.searchsorted(rising, wanted)
    is_there = np.append(rising, np.uint32(0))[at] == wanted
    return np.where(is_there & (at < len(rising)), at, len(rising))

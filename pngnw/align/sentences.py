"""Words and sentences as id arrays that know which wordpiece every token belongs to.

Guarantees: the entry of a word depends on its text and its phonemes alone. A punctuation word holds
its mark on both sides; every other word holds letters on one side and phonemes on the other. A
sentence gives the same arrays alone, in a batch and in any shard; work is done once for each
distinct word, then copied by index.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, Protocol, Self

import numpy as np
import numpy.typing as npt

from pngnw.align import ALIGNER, WORDPIECES
from pngnw.align.aligner import Aligner, spread_evenly
from pngnw.align.symbols import TOKENS
from pngnw.align.wordpieces import Wordpieces
from pngnw.core.ragged import Ragged

LONGEST = 255  # letters, phonemes or pieces of a word: they are counted in a byte
MEMORY = 1_000_000  # distinct words that a worker remembers before it starts afresh

Method = Literal["aligned", "nearest"]
Key = tuple[str, str, bool]  # text, phonemes with spaces between them, whether it is punctuation
Indices = npt.NDArray[np.int64]
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


class PronouncedWord(Protocol):
    """A word of the phonemizer (`pngnw.phonemize`), as far as alignment needs it."""

    @property
    def text(self) -> str: ...
    @property
    def phonemes(self) -> tuple[str, ...]: ...
    @property
    def origin(self) -> str: ...


@dataclass(frozen=True)
class AlignedSentence:
    """One row of the align stage: G graphemes, P phonemes, W words, V wordpieces."""

    graphemes: npt.NDArray[np.uint16]  # [G]
    phonemes: npt.NDArray[np.uint16]  # [P]
    graphemes_per_word: npt.NDArray[np.uint8]  # [W]
    phonemes_per_word: npt.NDArray[np.uint8]  # [W]
    pieces: npt.NDArray[np.uint32]  # [V]
    pieces_per_word: npt.NDArray[np.uint8]  # [W]
    piece_of_grapheme: npt.NDArray[np.uint8]  # [G], index within the word
    piece_of_phoneme: npt.NDArray[np.uint8]  # [P], index within the word
    word_type: npt.NDArray[np.uint8]  # [W]


def key_of(word: PronouncedWord) -> Key:
    """What decides how a word is aligned."""
    return word.text, " ".join(word.phonemes), word.origin == "punctuation"


class WordAligner:
    """Aligns words and remembers the distinct ones; what it remembers changes no result.

    Safe to call from many threads without a lock, hence after a fork and in a copy too: what is
    known is one pair that is replaced and never changed. Of two threads that learn words at once
    one may have to learn them again.
    """

    def __init__(
        self, wordpieces: Wordpieces, aligner: Aligner, method: Method = "aligned"
    ) -> None:
        self.wordpieces = wordpieces
        self.aligner = aligner
        self.method = method
        self._known: tuple[dict[Key, int], WordTable] = ({}, self._encode([]))

    @classmethod
    def load(cls, folder: Path, method: Method = "aligned") -> Self:
        """From a folder that holds `wordpieces.txt` and `aligner.json`."""
        return cls(Wordpieces.load(folder / WORDPIECES), Aligner.load(folder / ALIGNER), method)

    def align(self, words: Sequence[PronouncedWord]) -> AlignedSentence:
        """One sentence; raises ValueError for a word beyond `LONGEST`."""
        table, indices = self.look_up([key_of(word) for word in words])
        if len(indices) and int(table.longest[indices].max()) > LONGEST:
            raise ValueError(f"a word has more than {LONGEST} letters, phonemes or pieces")
        columns = sentence_columns(table, indices)
        return AlignedSentence(**{name: column.values for name, column in columns.items()})

    def look_up(self, keys: Sequence[Key]) -> tuple[WordTable, Indices]:
        """The remembered words, and the index among them of each of these [len(keys)]."""
        index, table = self._known
        new = list(dict.fromkeys(key for key in keys if key not in index))
        if new:
            if len(index) > MEMORY:
                index, table = {}, self._encode([])
                new = list(dict.fromkeys(keys))
            table = table.extend(self._encode(new))
            index = index | {key: len(index) + number for number, key in enumerate(new)}
            self._known = index, table
        return table, np.array([index[key] for key in keys], dtype=np.int64)

    def _encode(self, keys: Sequence[Key]) -> WordTable:
        """Distinct words, none of them empty, as numbers."""
        texts = [text for text, _, _ in keys]
        symbols = [phonemes.split() for _, phonemes, _ in keys]
        graphemes, sounds, types = [], [], []
        for (text, _, is_mark), word in zip(keys, symbols, strict=True):
            if is_mark:
                graphemes.append(np.array([TOKENS.mark(c) for c in text]))
                sounds.append(np.array([TOKENS.mark(c) for c in "".join(word)]))
            else:
                graphemes.append(np.array([TOKENS.letter(c) for c in text]))
                sounds.append(np.array([TOKENS.phoneme(each) for each in word]))
            types.append(NONE if is_mark else word_type(text))
        pieces, piece_of_grapheme = self.wordpieces.encode(texts)
        letters = [
            spread_evenly(len(text), len(ids)) for text, ids in zip(texts, sounds, strict=True)
        ]
        if self.method == "aligned":
            words = [index for index, (_, _, is_mark) in enumerate(keys) if not is_mark]
            aligned = self.aligner.align([texts[i] for i in words], [symbols[i] for i in words])
            for index, owners in zip(words, aligned, strict=True):
                letters[index] = owners
        letter_of_phoneme = Ragged.of(letters, np.int64)
        first = np.repeat(piece_of_grapheme.offsets[:-1], letter_of_phoneme.counts)
        piece_of_phoneme = Ragged(
            piece_of_grapheme.values[first + letter_of_phoneme.values], letter_of_phoneme.offsets
        )
        return WordTable(
            Ragged.of(graphemes, np.uint16),
            Ragged.of(sounds, np.uint16),
            pieces,
            piece_of_grapheme,
            piece_of_phoneme,
            np.array(types, dtype=np.uint8),
        )


def sentence_columns(table: WordTable, words: Indices) -> dict[str, Ragged]:
    """The align columns of a run of words, one ragged row per word."""
    one_each = np.arange(len(words) + 1)

    def per_word(values: npt.NDArray[np.int64]) -> Ragged:
        return Ragged(values[words].astype(np.uint8), one_each)

    def within_word(values: Ragged) -> Ragged:
        taken = values.take(words)
        return Ragged(taken.values.astype(np.uint8), taken.offsets)

    return {
        "graphemes": table.graphemes.take(words),
        "phonemes": table.phonemes.take(words),
        "graphemes_per_word": per_word(table.graphemes.counts),
        "phonemes_per_word": per_word(table.phonemes.counts),
        "pieces": table.pieces.take(words),
        "pieces_per_word": per_word(table.pieces.counts),
        "piece_of_grapheme": within_word(table.piece_of_grapheme),
        "piece_of_phoneme": within_word(table.piece_of_phoneme),
        "word_type": per_word(table.word_type.astype(np.int64)),
    }

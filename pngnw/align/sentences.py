"""Sentences of spoken words as id arrays that know which wordpiece every token belongs to.

Guarantees: a sentence gives the same arrays alone, in a batch and in any shard (`align_words` and
the stage share all code); work is done once for each distinct word, then copied by index. A
sentence with a word that the counts (8 bits) cannot hold is dropped and counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from pngnw.align.aligner import Aligner
from pngnw.align.wordpieces import Wordpieces
from pngnw.align.words import Method, Spelled, spell
from pngnw.core.ragged import Ragged, offsets
from pngnw.core.shards import Stats

LONGEST = 255  # letters, phonemes or pieces of a word: they are counted in a byte
MEMORY = 1_000_000  # distinct words that a worker remembers before it starts afresh

Key = tuple[str, str, bool]
Words = npt.NDArray[np.int64]


class Spoken(Protocol):
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


def key_of(word: Spoken) -> Key:
    """What decides how a word is aligned."""
    return word.text, " ".join(word.phonemes), word.origin == "punctuation"


class WordAligner:
    """Aligns words and remembers the distinct ones; what it remembers changes no result."""

    def __init__(
        self, wordpieces: Wordpieces, aligner: Aligner, method: Method = "aligned"
    ) -> None:
        self.wordpieces = wordpieces
        self._aligner = aligner
        self._method = method
        self._index: dict[Key, int] = {}
        self._spelled = self._spell([])

    def _spell(self, keys: Sequence[Key]) -> Spelled:
        return spell(
            [text for text, _, _ in keys],
            [spoken.split() for _, spoken, _ in keys],
            [mark for _, _, mark in keys],
            self.wordpieces,
            self._aligner,
            self._method,
        )

    def look_up(self, keys: Sequence[Key]) -> tuple[Spelled, Words]:
        """The memory, and where in it the words with these keys are [len(keys)]."""
        if len(self._index) > MEMORY:
            self._index.clear()
            self._spelled = self._spell([])
        new = list(dict.fromkeys(key for key in keys if key not in self._index))
        if new:
            known = len(self._index)
            self._spelled = self._spelled.extend(self._spell(new))
            self._index.update((key, known + number) for number, key in enumerate(new))
        return self._spelled, np.array([self._index[key] for key in keys], dtype=np.int64)

    def __call__(self, table: pa.Table) -> tuple[pa.Table, Stats]:
        """Rows of the phonemize stage to rows of the align stage, with their statistics."""
        spelled, words, per_row = self._words(table)
        long = spelled.longest[words] > LONGEST
        starts = offsets(per_row)
        too_long = np.diff(offsets(long)[starts]) > 0
        empty = per_row == 0
        keep = ~(too_long | empty)
        kept_words = words[np.repeat(keep, per_row)]
        result = _table(table.filter(pa.array(keep)), spelled, kept_words, per_row[keep])
        stats = self._stats(spelled, kept_words)
        stats["dropped.word_too_long"] = int(too_long.sum())
        stats["dropped.no_words"] = int(empty.sum())
        return result, stats

    def _words(self, table: pa.Table) -> tuple[Spelled, Words, Words]:
        """The memory, the index in it of every word of the table, and words per row."""
        column = pl.from_arrow(table.select(["words"]))
        assert isinstance(column, pl.DataFrame)
        per_row = column["words"].list.len().to_numpy().astype(np.int64)
        flat = column["words"].explode(empty_as_null=False).struct.unnest()
        keys = flat.select(
            pl.col("text"),
            pl.col("phonemes").cast(pl.List(pl.String)).list.join(" "),
            pl.col("origin").cast(pl.String) == "punctuation",
        )
        distinct = keys.unique(maintain_order=True).with_row_index("number")
        number = keys.join(distinct, on=keys.columns, how="left", maintain_order="left")[
            "number"
        ].to_numpy()
        rows = distinct.drop("number").rows()
        spelled, places = self.look_up([(text, spoken, mark) for text, spoken, mark in rows])
        return spelled, places[number], per_row

    def align(self, words: Sequence[Spoken]) -> AlignedSentence:
        """One sentence; raises ValueError for a word beyond `LONGEST`."""
        spelled, places = self.look_up([key_of(word) for word in words])
        if len(places) and int(spelled.longest[places].max()) > LONGEST:
            raise ValueError(f"a word has more than {LONGEST} letters, phonemes or pieces")
        return AlignedSentence(**{name: c.values for name, c in columns(spelled, places).items()})

    def _stats(self, spelled: Spelled, words: Words) -> Stats:
        """Counts over the words that stay; sums, so that shards add up."""
        used, times = np.unique(words, return_counts=True)
        pieces, owners = spelled.pieces.take(used), spelled.piece_of_phoneme.take(used)
        row = np.repeat(np.arange(len(used)), owners.counts)
        steps = np.diff(owners.values.astype(np.int64), prepend=0)
        backwards = np.bincount(row[(steps < 0) & (np.diff(row, prepend=-1) == 0)])
        spoken = np.unique(row * (LONGEST + 1) + owners.values) // (LONGEST + 1)
        unknown = np.repeat(np.arange(len(used)), pieces.counts)[
            pieces.values == self.wordpieces.unknown
        ]
        speaks = owners.counts > 0
        all_spoken = np.bincount(spoken, minlength=len(used)) == pieces.counts
        monotone = np.bincount(np.flatnonzero(backwards), minlength=len(used)) == 0
        return {
            "words": len(words),
            "graphemes": int((spelled.graphemes.counts[used] * times).sum()),
            "phonemes": int((owners.counts * times).sum()),
            "pieces": int((pieces.counts * times).sum()),
            "unknown_pieces": int(times[unknown].sum()),
            "words_without_phonemes": int(times[~speaks].sum()),
            "words_monotone": int(times[monotone].sum()),
            "words_every_piece_spoken": int(times[all_spoken].sum()),
        }


def align_words(
    words: Sequence[Spoken],
    wordpieces: Wordpieces,
    aligner: Aligner,
    method: Method = "aligned",
) -> AlignedSentence:
    """The align row of one sentence, equal to what the stage writes for it.

    For many sentences keep a `WordAligner`: it remembers words.
    Raises ValueError for a word of more than `LONGEST` letters, phonemes or pieces.
    """
    return WordAligner(wordpieces, aligner, method).align(words)


def columns(spelled: Spelled, words: Words) -> dict[str, Ragged]:
    """The align columns of a run of words, one ragged row per word."""
    one_each = np.arange(len(words) + 1)

    def per_word(values: npt.NDArray[np.int64], dtype: npt.DTypeLike = np.uint8) -> Ragged:
        return Ragged(values[words].astype(dtype), one_each)

    return {
        "graphemes": spelled.graphemes.take(words),
        "phonemes": spelled.phonemes.take(words),
        "graphemes_per_word": per_word(spelled.graphemes.counts),
        "phonemes_per_word": per_word(spelled.phonemes.counts),
        "pieces": spelled.pieces.take(words),
        "pieces_per_word": per_word(spelled.pieces.counts),
        "piece_of_grapheme": _bytes(spelled.piece_of_grapheme.take(words)),
        "piece_of_phoneme": _bytes(spelled.piece_of_phoneme.take(words)),
        "word_type": per_word(spelled.word_type.astype(np.int64)),
    }


def _bytes(ragged: Ragged) -> Ragged:
    return Ragged(ragged.values.astype(np.uint8), ragged.offsets)


def _table(rows: pa.Table, spelled: Spelled, words: Words, per_row: Words) -> pa.Table:
    """The align table of `rows`, whose words are `words`, `per_row` of them in each."""
    starts = offsets(per_row)
    arrays = {name: rows[name] for name in ("id", "split")}
    for name, ragged in columns(spelled, words).items():
        arrays[name] = pa.ListArray.from_arrays(
            pa.array(ragged.offsets[starts].astype(np.int32)), pa.array(ragged.values)
        )
    return pa.table(arrays)

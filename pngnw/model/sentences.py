"""Aligned sentences as flat arrays with offsets: what batches are cut from.

Guarantees: any subset of sentences is taken with numpy indexing alone, no loop over sentences or
tokens. Costs about 30 bytes per word and 3 bytes per token of memory for the sentences held.

Letters: S sentences, W words, P phoneme-side tokens, G grapheme-side letters, V wordpieces, all
counted over everything held.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pngnw.core.errors import UserError
from pngnw.core.ragged import gather, offsets

Int = NDArray[np.int64]
Flat = NDArray[Any]

# Flat columns: of words, cut at `word_start`, and of tokens, cut at `<name>_start`; a word has
# `<name>s_per_word` of these.
OF_WORDS = ("phonemes_per_word", "graphemes_per_word", "pieces_per_word", "word_type")
OF_TOKENS = {
    "phoneme": ("phonemes", "piece_of_phoneme"),
    "grapheme": ("graphemes", "piece_of_grapheme"),
    "piece": ("pieces",),
}
COLUMNS = ("id", *OF_WORDS, *(column for columns in OF_TOKENS.values() for column in columns))


@dataclass(frozen=True)
class Sentences:
    """S sentences. Columns as in an align shard, flattened; `*_start` are offsets [S + 1].

    `word_start` cuts the per-word columns, `phoneme_start` / `grapheme_start` / `piece_start` the
    per-token ones. The per-word counts are uint8, ids are the shard's own unsigned types.
    """

    id: NDArray[np.uint64]
    word_start: Int
    phoneme_start: Int
    grapheme_start: Int
    piece_start: Int
    phonemes_per_word: Flat
    graphemes_per_word: Flat
    pieces_per_word: Flat
    word_type: Flat
    phonemes: Flat
    piece_of_phoneme: Flat
    graphemes: Flat
    piece_of_grapheme: Flat
    pieces: Flat

    def __len__(self) -> int:
        return len(self.id)

    @classmethod
    def from_table(cls, table: pa.Table) -> "Sentences":
        """Take the columns of an align table.

        Raises:
            UserError: the per-word counts of some sentence do not add up to its tokens.
        """
        flat: dict[str, Flat] = {"id": table.column("id").combine_chunks().to_numpy()}
        start: dict[str, Int] = {}
        for column in COLUMNS[1:]:
            flat[column], start[column] = _ragged(table.column(column))
        out = cls(
            word_start=start["phonemes_per_word"],
            phoneme_start=start["phonemes"],
            grapheme_start=start["graphemes"],
            piece_start=start["pieces"],
            **flat,
        )
        for column in ("phonemes", "graphemes", "pieces"):
            counts = offsets(flat[f"{column}_per_word"])[start[f"{column}_per_word"]]
            if not np.array_equal(counts, start[column]):
                row = int(np.flatnonzero(counts != start[column])[0]) - 1
                raise UserError(
                    f"align row {row} (id {flat['id'][row]}): {column}_per_word does not add up "
                    f"to its {column}; delete data/align and run `dvc repro align`"
                )
        return out

    @classmethod
    def concat(cls, parts: "Sequence[Sentences]") -> "Sentences":
        """One after the other; at least one part."""
        joined: dict[str, Any] = {}
        for field in fields(cls):
            columns = [getattr(part, field.name) for part in parts]
            if field.name.endswith("_start"):
                joined[field.name] = offsets(np.concatenate([np.diff(c) for c in columns]))
            else:
                joined[field.name] = np.concatenate(columns)
        return cls(**joined)

    def select(self, indices: NDArray[Any]) -> "Sentences":
        """The sentences `indices`, in that order; repeats are fine."""
        taken: dict[str, Any] = {"id": self.id[indices]}
        for name, columns in {"word": OF_WORDS, **OF_TOKENS}.items():
            begin = getattr(self, f"{name}_start")
            lengths = np.diff(begin)[indices]
            rows = gather(begin[:-1][indices], lengths)
            taken[f"{name}_start"] = offsets(lengths)
            for column in columns:
                taken[column] = getattr(self, column)[rows]
        return Sentences(**taken)

    def lengths(self, grapheme_unit: str) -> Int:
        """Tokens of each sentence's sequence, [S] int64: both sides, CLS and two SEPs."""
        written = self.grapheme_start if grapheme_unit == "letter" else self.piece_start
        return np.asarray(np.diff(self.phoneme_start) + np.diff(written) + 3)


def _ragged(column: pa.ChunkedArray) -> tuple[Flat, Int]:
    """A list column to its flat values and offsets that start at 0."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # no chunk at all
        array = pa.array([], type=column.type)
    begin = array.offsets.to_numpy().astype(np.int64)
    values = array.values.to_numpy()[begin[0] : begin[-1]]
    return values, begin - begin[0]

"""Tokens of many texts as flat columns: every distinct chunk is cut once, the rest is numpy.

Guarantees: row by row the tokens of `pngnw.phonemes.words.tokenize`.
Letters in the names of arrays: R texts, C chunks (runs without white space, and what separates
them), W tokens.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from pngnw.phonemes.words import SPACE, split_chunk

Ints = NDArray[np.int64]
# One space goes with the chunk in front of it, which halves the number of pieces.
_PIECE: Final = rf"[^{SPACE}]+ ?|[{SPACE}]+"
# Nineteen chunks of twenty: a word of plain letters, perhaps in marks. No need to look closer.
_SIMPLE: Final = (
    r"""^(?P<opening>["(]?)(?P<word>[A-Za-z]+(?:[-'][A-Za-z]+)*)"""
    r"""(?P<first>[,.;:!?)"]?)(?P<second>[,.;:!?)"]?) ?$"""
)


@dataclass(frozen=True)
class Tokens:
    """Tokens of R texts: `distinct[kind_W[w]]` stands at `start_W[w]:end_W[w]` of its text.

    Attributes:
        distinct: every spelling that occurs, in order of first occurrence.
        kind_W: index into `distinct`.
        start_W, end_W: offsets in code points.
        bounds_R: tokens of text r are `bounds_R[r]:bounds_R[r + 1]`; R + 1 values.
    """

    distinct: list[str]
    kind_W: Ints
    start_W: Ints
    end_W: Ints
    bounds_R: Ints


def tokenize(texts: pa.ChunkedArray | pa.Array) -> Tokens:
    """The tokens of every text (string column without nulls)."""
    pieces = pl.Series("texts", texts, dtype=pl.String).str.extract_all(_PIECE).to_arrow()
    coded = pieces.flatten().dictionary_encode()
    chunks: list[str] = coded.dictionary.to_pylist()
    chunk_C = coded.indices.to_numpy().astype(np.int64)
    chunk_bounds_R = pieces.offsets.to_numpy().astype(np.int64)

    cuts = _Cuts()
    cut_C = np.array(cuts.numbers(chunks), np.int64)[chunk_C]
    opening = np.flatnonzero(np.array(cuts.opens, bool)[cut_C])
    for row, positions in by_row(opening, chunk_bounds_R):
        quoted = False
        for at in range(positions[0], chunk_bounds_R[row + 1]):
            cut_C[at] = cuts.number(chunks[chunk_C[at]], quoted)
            quoted = cuts.opens[cut_C[at]]

    count_C = np.array(cuts.counts, np.int64)[cut_C]
    token_W = gather(np.array(cuts.firsts, np.int64)[cut_C], count_C)
    through_C = cumulated(np.array([len(chunk) for chunk in chunks], np.int64)[chunk_C])
    row_start_C = np.repeat(through_C[chunk_bounds_R[:-1]], np.diff(chunk_bounds_R))
    base_W = np.repeat(through_C[:-1] - row_start_C, count_C)
    return Tokens(
        distinct=list(cuts.kinds),
        kind_W=np.array(cuts.kind, np.int64)[token_W],
        start_W=base_W + np.array(cuts.start, np.int64)[token_W],
        end_W=base_W + np.array(cuts.end, np.int64)[token_W],
        bounds_R=cumulated(count_C)[chunk_bounds_R],
    )


def gather(firsts: Ints, counts: Ints) -> Ints:
    """Indices `first, first + 1, ... first + count - 1` of every group, one after the other."""
    before = cumulated(counts)
    return np.repeat(firsts - before[:-1], counts) + np.arange(before[-1])


def cumulated(counts: Ints) -> Ints:
    """Bounds of consecutive groups: 0 and the running sums; one value more than groups."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])


def by_row(positions: Ints, bounds_R: Ints) -> Iterator[tuple[int, Ints]]:
    """Rising positions in a flat column, row by row: `(row, its positions)`, rows without none."""
    rows = np.searchsorted(bounds_R, positions, "right") - 1
    breaks = np.flatnonzero(np.diff(rows)) + 1
    for group in np.split(positions, breaks) if len(positions) else ():
        yield int(np.searchsorted(bounds_R, group[0], "right")) - 1, group


class _Cuts:
    """Cuts of distinct chunks, each made once; cut n has `counts[n]` tokens from `firsts[n]` on."""

    def __init__(self) -> None:
        self.kinds: dict[str, int] = {}
        self.kind: list[int] = []
        self.start: list[int] = []
        self.end: list[int] = []
        self.firsts: list[int] = []
        self.counts: list[int] = []
        self.opens: list[bool] = []
        self._known: dict[tuple[str, bool], int] = {}

    def numbers(self, pieces: list[str]) -> list[int]:
        """The numbers of the cuts of distinct pieces, no single quote being open."""
        groups = pl.Series(pieces, dtype=pl.String).str.extract_groups(_SIMPLE).struct
        parts = (groups.field(name).to_list() for name in ("opening", "word", "first", "second"))
        return [
            self.number(piece, quoted=False)
            if word is None
            else self._add([part for part in (opening, word, first, second) if part], opens=False)
            for piece, opening, word, first, second in zip(pieces, *parts, strict=True)
        ]

    def number(self, piece: str, quoted: bool) -> int:
        """The number of the cut of a piece; `opens[number]`: is a single quote open behind it?"""
        known = self._known.get((piece, quoted))
        if known is None:
            chunk = piece.strip() if piece.isspace() else piece.removesuffix(" ")
            spans, opens = split_chunk(chunk, quoted)
            known = self._add([chunk[start:end] for start, end in spans], opens)
            self._known[piece, quoted] = known
        return known

    def _add(self, tokens: list[str], opens: bool) -> int:
        """Note the tokens of a cut; together they are the whole chunk."""
        self.firsts.append(len(self.kind))
        self.counts.append(len(tokens))
        self.opens.append(opens)
        at = 0
        for token in tokens:
            self.kind.append(self.kinds.setdefault(token, len(self.kinds)))
            self.start.append(at)
            at += len(token)
            self.end.append(at)
        return len(self.firsts) - 1

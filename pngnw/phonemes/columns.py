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
_SLOTS: Final = ("opening", "word", "first", "second")


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

    cuts = _Cuts.of(chunks)
    cut_C = chunk_C.copy()
    for row, positions in by_row(np.flatnonzero(cuts.opens[chunk_C]), chunk_bounds_R):
        quoted = False
        for at in range(positions[0], chunk_bounds_R[row + 1]):
            cut_C[at], quoted = cuts.quoted(int(chunk_C[at]), quoted)

    tokens, start_T, end_T, count_K = cuts.joined()
    coded_T = pa.array(tokens, pa.large_string()).dictionary_encode()
    count_C = count_K[cut_C]
    token_W = gather(cumulated(count_K)[cut_C], count_C)
    length_K = pl.Series(chunks, dtype=pl.String).str.len_chars().to_numpy().astype(np.int64)
    through_C = cumulated(length_K[chunk_C])
    row_start_C = np.repeat(through_C[chunk_bounds_R[:-1]], np.diff(chunk_bounds_R))
    base_W = np.repeat(through_C[:-1] - row_start_C, count_C)
    return Tokens(
        distinct=coded_T.dictionary.to_pylist(),
        kind_W=coded_T.indices.to_numpy().astype(np.int64)[token_W],
        start_W=base_W + start_T[token_W],
        end_W=base_W + end_T[token_W],
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
    """Cuts of distinct chunks: cut n is chunk n's while no single quote is open.

    Simple chunks are cut in columns; `opens[n]` says whether a single quote is open behind chunk n.
    Chunks behind an open quote, which are few, get cuts of their own when they are asked for.
    """

    def __init__(self, chunks: list[str], simple: pl.DataFrame) -> None:
        self._chunks = chunks
        self._slots = simple
        self._is_simple = simple["word"].is_not_null().to_numpy()
        others = np.flatnonzero(~self._is_simple).tolist()
        split = {n: _split(chunks[n], quoted=False) for n in others}
        self._tokens = {n: tokens for n, (tokens, _) in split.items()}
        self.opens = np.zeros(len(chunks), bool)
        self.opens[[n for n, (_, opens) in split.items() if opens]] = True
        self._quoted: dict[int, tuple[int, bool]] = {}

    @classmethod
    def of(cls, chunks: list[str]) -> "_Cuts":
        """Cut distinct chunks."""
        return cls(
            chunks, pl.Series(chunks, dtype=pl.String).str.extract_groups(_SIMPLE).struct.unnest()
        )

    def quoted(self, chunk: int, quoted: bool) -> tuple[int, bool]:
        """The cut of a chunk behind an open quote or none; and whether one is open behind it."""
        if not quoted or self._is_simple[chunk]:
            return chunk, quoted or bool(self.opens[chunk])
        known = self._quoted.get(chunk)
        if known is None:
            tokens, opens = _split(self._chunks[chunk], quoted=True)
            known = len(self._chunks) + len(self._quoted), opens
            self._tokens[known[0]] = tokens
            self._quoted[chunk] = known
        return known

    def joined(self) -> tuple[NDArray[np.object_], Ints, Ints, Ints]:
        """Tokens of all cuts in a row, their starts and ends in the chunk, and tokens per cut."""
        slots = [self._slots[name] for name in _SLOTS]
        sizes = [slot.str.len_chars().fill_null(0).to_numpy().astype(np.int64) for slot in slots]
        counts = np.zeros(len(self._chunks) + len(self._quoted), np.int64)
        counts[: len(self._chunks)] = sum((size > 0).astype(np.int64) for size in sizes)
        for cut, tokens in self._tokens.items():
            counts[cut] = len(tokens)
        firsts = cumulated(counts)
        found = np.empty(firsts[-1], object)
        length = np.zeros(firsts[-1], np.int64)
        place = firsts[: len(self._chunks)].copy()
        for slot, size in zip(slots, sizes, strict=True):
            has = np.flatnonzero(size)
            found[place[has]] = slot.gather(has).to_numpy()
            length[place[has]] = size[has]
            place[has] += 1
        for cut, tokens in self._tokens.items():
            at = firsts[cut]
            found[at : at + len(tokens)] = tokens
            length[at : at + len(tokens)] = [len(token) for token in tokens]
        through = cumulated(length)
        starts = through[:-1] - np.repeat(through[firsts[:-1]], counts)
        return found, starts, starts + length, counts


def _split(piece: str, quoted: bool) -> tuple[list[str], bool]:
    """The tokens of a piece, and whether a single quote is open behind it."""
    chunk = piece.strip() if piece.isspace() else piece.removesuffix(" ")
    spans, opens = split_chunk(chunk, quoted)
    return [chunk[start:end] for start, end in spans], opens

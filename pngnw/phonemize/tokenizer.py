"""Tokens of many texts as flat columns: every distinct chunk is cut once, the rest is numpy.

Guarantees: row by row the tokens of `pngnw.phonemize.words.tokenize`. Where tokens stand in their
text is worked out when it is first asked for.
Letters in the names of arrays: R texts, C chunks (what stands between two spaces), K distinct
chunks, T tokens of the distinct chunks, W tokens.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pngnw.phonemize.words import SPACE, split_chunk

Ints = NDArray[np.int64]
Spans = tuple[tuple[int, int], ...]
# Nineteen chunks of twenty: a word of plain letters, perhaps in marks. No need to look closer.
_SIMPLE: Final = (
    r"""^(?P<opening>["(]?)(?P<word>[A-Za-z]+(?:[-'][A-Za-z]+)*)"""
    r"""(?P<first>[,.;:!?)"]?)(?P<second>[,.;:!?)"]?)$"""
)
_SLOTS: Final = ("opening", "word", "first", "second")
_RUN: Final = re.compile(f"[^{SPACE}]+")  # spoken text has no other white space, any text may


@dataclass(frozen=True)
class Tokens:
    """Tokens of R texts: `distinct[kind_W[w]]` stands at `start_W[w]:end_W[w]` of its text.

    Attributes:
        distinct: every spelling that occurs.
        kind_W: index into `distinct`.
        bounds_R: tokens of text r are `bounds_R[r]:bounds_R[r + 1]`; R + 1 values.
        places: what `start_W` and `end_W` are worked out from.
    """

    distinct: list[str]
    kind_W: Ints
    bounds_R: Ints
    places: "Places"

    @cached_property
    def start_W(self) -> Ints:
        """Where each token starts in its text, in code points."""
        return self.places.base_W + self.places.start_T[self.places.token_W]

    @cached_property
    def end_W(self) -> Ints:
        """Where each token ends in its text, in code points."""
        return self.places.base_W + self.places.end_T[self.places.token_W]


@dataclass(frozen=True)
class Places:
    """Where tokens stand in their chunk, and chunks in their text, in code points.

    Attributes:
        token_W: of every token, which of the distinct chunks' tokens it is.
        start_T, end_T: of these, in their chunk.
        chunk_C: which of the distinct chunks each is.
        length_K: of these.
        count_C: tokens of every chunk.
        bounds_R: chunks of text r are `bounds_R[r]:bounds_R[r + 1]`.
    """

    token_W: Ints
    start_T: Ints
    end_T: Ints
    chunk_C: Ints
    length_K: Ints
    count_C: Ints
    bounds_R: Ints

    @cached_property
    def base_W(self) -> Ints:
        """Where the chunk of every token starts in its text."""
        # A space stands behind each but the last.
        through_C = cumulated(self.length_K[self.chunk_C] + 1)
        base_C = through_C[:-1] - np.repeat(through_C[self.bounds_R[:-1]], np.diff(self.bounds_R))
        return np.repeat(base_C, self.count_C)


def tokenize(texts: pa.ChunkedArray | pa.Array) -> Tokens:
    """The tokens of every text (string column without nulls)."""
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    pieces = pc.split_pattern(whole, " ")
    coded = pieces.flatten().dictionary_encode()
    chunks = pl.Series("chunks", coded.dictionary, dtype=pl.String)
    chunk_C = coded.indices.to_numpy().astype(np.int64)
    bounds_R = pieces.offsets.to_numpy().astype(np.int64)

    cuts = _Cuts(chunks)
    cut_C = chunk_C.copy()
    for row, positions in by_row(np.flatnonzero(cuts.opens[chunk_C]), bounds_R):
        quoted = False
        for at in range(positions[0], bounds_R[row + 1]):
            cut_C[at], quoted = cuts.quoted(int(chunk_C[at]), quoted)

    distinct, kind_T, start_T, end_T, count_K = cuts.joined()
    count_C = count_K[cut_C]
    token_W = gather(cumulated(count_K)[cut_C], count_C)
    length_K = chunks.str.len_chars().to_numpy().astype(np.int64)
    return Tokens(
        distinct=distinct,
        kind_W=kind_T[token_W],
        bounds_R=cumulated(count_C)[bounds_R],
        places=Places(token_W, start_T, end_T, chunk_C, length_K, count_C, bounds_R),
    )


def gather(firsts: Ints, counts: Ints) -> Ints:
    """Indices `first, first + 1, ... first + count - 1` of every group, one after the other."""
    before = cumulated(counts)
    indices = np.repeat(firsts - before[:-1], counts)
    indices += np.arange(before[-1])
    return indices


def cumulated(counts: Ints) -> Ints:
    """Bounds of consecutive groups: 0 and the running sums; one value more than groups."""
    bounds = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=bounds[1:])
    return bounds


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

    def __init__(self, chunks: pl.Series) -> None:
        self._chunks = chunks
        self._slots = chunks.str.extract_groups(_SIMPLE).struct.unnest()
        self._is_simple = self._slots["word"].is_not_null().to_numpy()
        others = np.flatnonzero(~self._is_simple)
        texts = zip(others.tolist(), chunks.gather(others).to_list(), strict=True)
        self._spans: dict[int, tuple[str, Spans]] = {}
        self.opens = np.zeros(len(chunks), bool)
        for cut, text in texts:
            spans, self.opens[cut] = _split(text, quoted=False)
            self._spans[cut] = text, spans
        self._quoted: dict[int, tuple[int, bool]] = {}

    def quoted(self, chunk: int, quoted: bool) -> tuple[int, bool]:
        """The cut of a chunk behind an open quote or none; and whether one is open behind it."""
        if not quoted or self._is_simple[chunk]:
            return chunk, quoted or bool(self.opens[chunk])
        known = self._quoted.get(chunk)
        if known is None:
            text = self._spans[chunk][0]
            spans, opens = _split(text, quoted=True)
            known = len(self._chunks) + len(self._quoted), opens
            self._spans[known[0]] = text, spans
            self._quoted[chunk] = known
        return known

    def joined(self) -> tuple[list[str], Ints, Ints, Ints, Ints]:
        """Tokens of all cuts in a row.

        Returns:
            Their distinct spellings; of every token which of these it is, where it starts and ends
            in its chunk; and tokens per cut.
        """
        slots = [self._slots[name] for name in _SLOTS]
        sizes = [slot.str.len_chars().fill_null(0).to_numpy().astype(np.int64) for slot in slots]
        counts = np.zeros(len(self._chunks) + len(self._quoted), np.int64)
        counts[: len(self._chunks)] = sum((size > 0).astype(np.int64) for size in sizes)
        for cut, (_, spans) in self._spans.items():
            counts[cut] = len(spans)
        firsts = cumulated(counts)
        starts, ends = np.zeros((2, firsts[-1]), np.int64)
        places, texts = [], []
        place, offset = firsts[: len(self._chunks)].copy(), np.zeros(len(self._chunks), np.int64)
        for slot, size in zip(slots, sizes, strict=True):
            has = np.flatnonzero(size)
            places.append(place[has])
            texts.append(slot.gather(has).alias("token"))
            starts[places[-1]] = offset[has]
            offset += size
            ends[places[-1]] = offset[has]
            place[has] += 1
        found = [
            (at, text[start:end], start, end)
            for cut, (text, spans) in self._spans.items()
            for at, (start, end) in enumerate(spans, start=int(firsts[cut]))
        ]
        others = np.array([at for at, *_ in found], np.int64)
        places.append(others)
        texts.append(pl.Series("token", [text for _, text, *_ in found], dtype=pl.String))
        starts[others] = [start for *_, start, _ in found]
        ends[others] = [end for *_, end in found]
        coded = pl.concat(texts).to_arrow().dictionary_encode()
        kinds = np.empty(firsts[-1], np.int64)
        kinds[np.concatenate(places)] = coded.indices.to_numpy()
        return coded.dictionary.to_pylist(), kinds, starts, ends, counts


def _split(chunk: str, quoted: bool) -> tuple[Spans, bool]:
    """The tokens of a chunk, and whether a single quote is open behind it."""
    found: list[tuple[int, int]] = []
    for run in _RUN.finditer(chunk):
        spans, quoted = split_chunk(run[0], quoted)
        found += ((run.start() + start, run.start() + end) for start, end in spans)
    return tuple(found), quoted

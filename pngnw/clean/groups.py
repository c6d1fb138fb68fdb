"""Rows with equal hashes, found part by part of the range of hashes.

Guarantees: the answer depends on the rows alone, not on their order, the number of shards or the
size of a part; memory is bounded by one part. Every part looks into every file, where sorted row
groups let it skip what lies outside.

A place is a row's shard and number in one integer: shard * 2^32 + row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

PART_ROWS = 4_000_000
SHARD = np.uint64(32)  # bits of a place below its shard

Places = npt.NDArray[np.uint64]
Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Part:
    """Hashes from `low` to `high`, both included."""

    low: int
    high: int


def parts(rows: int) -> list[Part]:
    """Parts of about `PART_ROWS` of so many rows."""
    count = max(1, -(-rows // PART_ROWS))
    edges = [number * 2**64 // count for number in range(count + 1)]
    return [Part(low, high - 1) for low, high in pairwise(edges)]


def count(paths: Sequence[Path]) -> int:
    """Rows in all the files."""
    return sum(pq.read_metadata(path).num_rows for path in paths)


@dataclass(frozen=True)
class Repeats:
    """Which rows share a hash with an earlier one; earlier is a smaller id.

    Args:
        paths: shards in order, with `id`, `row` and the column of hashes.
        column: its name.
        paired: whether to give every row's first companion too.
    """

    paths: Sequence[Path]
    column: str
    paired: bool

    def __call__(self, part: Part) -> Places:
        """The places of such rows, [R], or beside those of their firsts, [R, 2]."""
        low, high = pa.scalar(part.low, pa.uint64()), pa.scalar(part.high, pa.uint64())
        within = (ds.field(self.column) >= low) & (ds.field(self.column) <= high)
        hashes, ids, places = (
            np.concatenate(found)
            for found in zip(
                *(self._read(path, number, within) for number, path in enumerate(self.paths)),
                strict=True,
            )
        )
        return repeats(hashes, ids, places, paired=self.paired)

    def _read(self, path: Path, number: int, within: ds.Expression) -> tuple[Places, ...]:
        table = ds.dataset(path, format="parquet").to_table([self.column, "id", "row"], within)
        hashes, ids, rows = (column.to_numpy() for column in table.columns)
        return hashes, ids, (np.uint64(number) << SHARD) + rows.astype(np.uint64)


def repeats(hashes: Hashes, ids: Hashes, places: Places, *, paired: bool) -> Places:
    """See `Repeats`; the three arrays are [N]."""
    order = np.argsort(hashes, kind="stable")
    later = _as_before(hashes[order])
    shared = order[later | np.append(later[1:], False)[: len(order)]]
    order = shared[np.lexsort((places[shared], ids[shared], hashes[shared]))]
    later = _as_before(hashes[order])
    found: Places = places[order]
    if paired:
        first = np.maximum.accumulate(np.where(later, 0, np.arange(len(order))))
        found = np.stack([found, found[first]], axis=1)
    repeated: Places = found[later]
    return repeated


def _as_before(values: Hashes) -> npt.NDArray[np.bool_]:
    """Whether each value equals the one before it."""
    same = np.zeros(len(values), dtype=bool)
    same[1:] = values[1:] == values[:-1]
    return same

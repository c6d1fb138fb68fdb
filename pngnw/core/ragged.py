"""Ragged arrays: rows of unequal length as flat values and row offsets; no loop over rows."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Array = npt.NDArray[Any]


def offsets(counts: Array) -> npt.NDArray[np.int64]:
    """Row offsets of row lengths: [N] to [N + 1], the end of the last row included."""
    result = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=result[1:])
    return result


def gather(firsts: Array | int, counts: Array) -> npt.NDArray[np.int64]:
    """Indices `first, first + 1, ... first + count - 1` of every row, one after the other."""
    ends = offsets(counts)
    return np.repeat(firsts - ends[:-1], counts) + np.arange(ends[-1])


def as_bytes(values: Array, counts: Array) -> pa.Array:
    """Rows of `counts` values each as binary strings [N] of uint32 numbers, to be compared."""
    ends = offsets(counts) * 4
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(values.astype(np.uint32))]
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(counts), buffers)


@dataclass(frozen=True)
class Ragged:
    """Rows of unequal length: row n is `values[offsets[n] : offsets[n + 1]]`."""

    values: Array
    offsets: npt.NDArray[np.int64]

    @classmethod
    def of(cls, rows: list[Array], dtype: npt.DTypeLike) -> Self:
        values = np.concatenate(rows) if rows else np.zeros(0)
        return cls(values.astype(dtype), offsets(np.array([len(row) for row in rows], dtype=int)))

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """Length of every row [N]."""
        return np.diff(self.offsets)

    def take(self, rows: Array) -> "Ragged":
        """The rows with these indices, in this order; an index may repeat."""
        counts = self.counts[rows]
        return Ragged(self.values[gather(self.offsets[:-1][rows], counts)], offsets(counts))

    def extend(self, other: "Ragged") -> "Ragged":
        """These rows, then the other's."""
        return Ragged(
            np.concatenate([self.values, other.values]),
            np.concatenate([self.offsets, other.offsets[1:] + self.offsets[-1]]),
        )

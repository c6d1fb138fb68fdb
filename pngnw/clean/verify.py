"""Pairs of rows to whether their signatures agree: bands only say who may be alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pngnw.clean.groups import SHARD, Places
from pngnw.clean.minhash import PERMUTATIONS, Signatures, matrix
from pngnw.core import shards

BLOCK = 200_000  # pairs whose signatures are held at a time, 256 bytes each


@dataclass(frozen=True)
class Alike:
    """The rows of pairs [R, 2] of places whose estimated similarity reaches `near`.

    The first of a pair may go, the second is what it is like.
    """

    paths: Sequence[Path]
    near: float

    def __call__(self, pairs: Places) -> Places:
        """Places [at most R]."""
        needed, where = np.unique(pairs, return_inverse=True)
        signatures = self._signatures(needed)
        first, second = where.reshape(pairs.shape).T
        equal = (signatures[first] == signatures[second]).mean(axis=1)
        alike: Places = pairs[equal >= self.near, 0]
        return alike

    def _signatures(self, places: Places) -> Signatures:
        """The signatures at sorted places."""
        found = np.empty((len(places), PERMUTATIONS), dtype=np.uint32)
        shard = (places >> SHARD).astype(np.int64)
        for number in np.unique(shard):
            chosen = np.flatnonzero(shard == number)
            rows = (places[chosen] & np.uint64(2**32 - 1)).astype(np.int64)
            found[chosen] = _rows(self.paths[number], rows)
        return found


def _rows(path: Path, rows: npt.NDArray[np.int64]) -> Signatures:
    """The signatures of sorted rows; row groups without any are not read."""
    taken = []
    start = 0
    with shards.open_shard(path) as (file, _):
        for group in range(file.num_row_groups):
            end = start + file.metadata.row_group(group).num_rows
            inside = rows[np.searchsorted(rows, start) : np.searchsorted(rows, end)] - start
            if len(inside):
                table = file.read_row_group(group, columns=["signature"]).take(inside)
                taken.append(matrix(table["signature"]))
            start = end
    return np.concatenate(taken)

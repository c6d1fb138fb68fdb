"""The tables of many shards merged into one: linear in their rows, memory bounded by what is left.

A merge of all that was seen with each next shard would be quadratic; here tables wait until they
have as many rows as the merged one.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from pngnw.core import shards

LEAST = 1_000_000  # rows that wait in any case


def fold(paths: Sequence[Path], merge: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """What `merge` makes of all rows together.

    Args:
        paths: at least one shard; all of one schema.
        merge: gives the same answer when parts of the rows were merged before.
    """
    merged: list[pl.DataFrame] = []
    waiting: list[pl.DataFrame] = []
    for path in paths:
        table = pl.from_arrow(shards.read(path))
        assert isinstance(table, pl.DataFrame)
        waiting.append(table)
        if sum(map(len, waiting)) > max(LEAST, *map(len, merged), 0):
            merged, waiting = [merge(pl.concat([*merged, *waiting]))], []
    return merge(pl.concat([*merged, *waiting]))

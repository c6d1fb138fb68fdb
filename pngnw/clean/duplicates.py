"""Exact and near duplicates over the whole corpus: maps to hashes, small deterministic reduces.

Guarantees: of equal sentences the one with the smallest id stays, of near-equal ones at least
one; the answer does not depend on the order or number of shards. Memory is bounded by a part of
the range of hashes and by the number of duplicates (16 bytes each), not by the corpus. Trades
recall for a linear cost: inside a bucket sentences are compared with the bucket's first only.

A location is a row's shard and number in one integer: shard * 2^32 + row.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pngnw import engine
from pngnw.clean import minhash
from pngnw.clean.minhash import Signatures
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.shards import Stats
from pngnw.params import Run

ROWS = pa.schema([("row", pa.uint32()), ("near", pa.bool_())])
PART_ROWS = 4_000_000  # rows whose hashes are compared at a time
BLOCK = 200_000  # pairs whose signatures are held at a time, 256 bytes each
_CODE = ("pngnw.clean.duplicates", "pngnw.clean.minhash")
_SHARD = 32  # bits of a location below its shard
_ROW = np.uint64(2**_SHARD - 1)

Locations = npt.NDArray[np.uint64]


def find(candidates: Sequence[Path], out: Path, near: float, run: Run) -> None:
    """Write which rows are duplicates: `out/all/part-N` has those of shard N, as `ROWS`.

    Args:
        candidates: shards with the columns id, row (its number in the shard), key and signature.
        out: a scratch folder.
        near: estimated Jaccard similarity of word pairs from which two sentences are near
            duplicates; above 1 none are.
        run: workers.
    """
    count = len(candidates)
    exact = _concatenate(partial(_repeats, candidates, "key", False), _parts(candidates), run)
    similar = exact[:0]
    _write(out / "exact", count, exact, similar)
    if near <= 1:
        engine.map_shards(
            partial(opened, _buckets_without), candidates, out / "buckets", stage="clean.buckets",
            config=None, code=_CODE, run=run, per_shard=True, beside=out / "exact", in_process=True,
        )  # fmt: skip
        buckets = shards.paths(out / "buckets")
        repeats = _concatenate(partial(_repeats, buckets, "bucket", True), _parts(buckets), run)
        pairs = np.unique(repeats, axis=0)
        blocks = [pairs[start : start + BLOCK] for start in range(0, len(pairs), BLOCK)]
        if blocks:
            similar = np.unique(_concatenate(partial(_similar, candidates, near), blocks, run))
    _write(out / "all", count, exact, similar)


def _concatenate(work: Callable[[Any], Locations], items: Sequence[Any], run: Run) -> Locations:
    """What `work` finds in all items; a single one is not worth a process."""
    if len(items) == 1:
        return work(items[0])
    results = []
    for _, result in engine.map_unordered(partial(opened, work), items, run):
        if isinstance(result, engine.Failure):
            raise UserError(f"clean: duplicates: {result.reason}")
        results.append(result)
    return np.concatenate(results)


def opened(work: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """For the engine, which has a worker open its work: there is nothing to open."""
    return work


def _write(out: Path, count: int, exact: Locations, similar: Locations) -> None:
    """Tables of `ROWS`, one for each shard."""
    locations = np.concatenate([exact, similar])
    near = np.repeat([False, True], [len(exact), len(similar)])
    order = np.argsort(locations)
    locations, near = locations[order], near[order]
    edges = np.searchsorted(locations, np.arange(count + 1, dtype=np.uint64) << np.uint64(_SHARD))
    for number in range(count):
        of_shard = slice(edges[number], edges[number + 1])
        rows = (locations[of_shard] & _ROW).astype(np.uint32)
        table = pa.table([pa.array(rows), pa.array(near[of_shard])], schema=ROWS)
        path = out / shards.name(number)
        shards.write(path, table, stage="clean.duplicates", fingerprint="")


def _buckets_without(exact: Path | None) -> engine.Transform:
    assert exact is not None
    return partial(_buckets, shards.read(exact, ["row"])["row"].to_numpy())


def _buckets(exact: npt.NDArray[np.uint32], table: pa.Table) -> tuple[pa.Table, Stats]:
    """A row for every band of every sentence with a signature that is no exact duplicate.

    Sorted by bucket, the hash of a band.
    """
    unique = pa.array(~np.isin(table["row"].to_numpy(), exact))
    table = table.filter(pc.and_(unique, pc.is_valid(table["signature"])))
    buckets = minhash.bands(minhash.matrix(table["signature"])).ravel()
    order = np.argsort(buckets, kind="stable")
    columns = {
        "bucket": buckets[order],
        "id": np.repeat(table["id"].to_numpy(), minhash.BANDS)[order],
        "row": np.repeat(table["row"].to_numpy(), minhash.BANDS)[order],
    }
    return pa.table(columns), {}


Part = tuple[int, int]  # hashes from the first to the last, both included


def _parts(paths: Sequence[Path]) -> list[Part]:
    """Parts of the range of hashes, each with about `PART_ROWS` of the rows of all files."""
    rows = sum(pq.read_metadata(path).num_rows for path in paths)
    count = max(1, -(-rows // PART_ROWS))
    edges = [number * 2**64 // count for number in range(count + 1)]
    return [(low, high - 1) for low, high in pairwise(edges)]


def _repeats(paths: Sequence[Path], column: str, paired: bool, part: Part) -> Locations:
    """Which rows share a hash of this part with an earlier one; earlier is a smaller id.

    Args:
        paths: shards in order, with `id`, `row` and the column of hashes. Every part looks into
            every file, where sorted row groups let it skip what lies outside.
        column: its name.
        paired: whether to give every row's first companion too.
        part: the hashes that are looked at.

    Returns:
        The locations of such rows, [R], or beside those of their firsts, [R, 2].
    """
    low, high = (pl.lit(end, pl.UInt64) for end in part)
    of_shards = [
        pl.scan_parquet(path, glob=False)
        .filter(pl.col(column).is_between(low, high))
        .select(column, "id", location=pl.col("row") + pl.lit(number << _SHARD, pl.UInt64))
        for number, path in enumerate(paths)
    ]
    rows = pl.concat(of_shards).collect()
    repeated = (
        rows.filter(pl.col(column).is_duplicated())
        .sort(column, "id", "location")
        .with_columns(first=pl.col("location").first().over(column))
        .filter(~pl.col(column).is_first_distinct())
    )
    if paired:
        return repeated.select("location", "first").to_numpy()
    return repeated["location"].to_numpy()


def _similar(paths: Sequence[Path], near: float, pairs: Locations) -> Locations:
    """The first of each of the pairs [R, 2] whose estimated similarity reaches `near`.

    Bands only say who may be alike; the signatures decide.
    """
    needed, where = np.unique(pairs, return_inverse=True)
    signatures = _signatures(paths, needed)
    first, second = where.reshape(pairs.shape).T
    equal = (signatures[first] == signatures[second]).mean(axis=1)
    result: Locations = pairs[equal >= near, 0]
    return result


def _signatures(paths: Sequence[Path], locations: Locations) -> Signatures:
    """The signatures at sorted locations, of which there is at least one."""
    signatures = []
    shard = locations >> np.uint64(_SHARD)
    for number in np.unique(shard):
        rows = pa.array((locations[shard == number] & _ROW).astype(np.uint32))
        for table in shards.row_groups(paths[number], ["row", "signature"]):
            here = table.filter(pc.is_in(table["row"], rows))
            signatures.append(minhash.matrix(here["signature"]))
    return np.concatenate(signatures)

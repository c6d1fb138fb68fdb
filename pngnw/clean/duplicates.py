"""Exact and near duplicates over the whole corpus: maps to hashes, small deterministic reduces.

Guarantees: of equal sentences the one with the smallest id stays, of near-equal ones at least
one; the answer does not depend on the order or number of shards. Memory is bounded by a part of
the range of hashes and by the number of duplicates (16 bytes each), not by the corpus. Trades
recall for a linear cost: inside a bucket sentences are compared with the bucket's first only.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pngnw import engine
from pngnw.clean.groups import SHARD, Places, Repeats, count, parts
from pngnw.clean.minhash import BANDS, KEYS, bands, keys, matrix
from pngnw.clean.verify import BLOCK, Alike
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.shards import Stats
from pngnw.params import Run

__all__ = ["KEYS", "find", "keys"]

ROWS = pa.schema([("row", pa.uint32()), ("near", pa.bool_())])
CODE = ("pngnw.clean.duplicates",)


def find(candidates: Sequence[Path], out: Path, near: float, run: Run) -> None:
    """Write which rows are duplicates: `out/part-N` has those of shard N, as `ROWS`.

    Args:
        candidates: shards with the columns id, row (its number in the shard), key and signature.
        out: a scratch folder.
        near: estimated Jaccard similarity of word pairs from which two sentences are near
            duplicates; above 1 none are.
        run: workers.
    """
    exact = _reduce(Repeats(candidates, "key", paired=False), parts(count(candidates)), run)
    _write(out / "exact", len(candidates), exact, exact[:0])
    alike = exact[:0]
    if near <= 1:
        engine.map_shards(
            _open_buckets, candidates, out / "buckets", stage="clean.buckets", config=None,
            code=CODE, run=run, per_shard=True, beside=out / "exact", in_process=True,
        )  # fmt: skip
        buckets = shards.paths(out / "buckets")
        look = Repeats(buckets, "bucket", paired=True)
        pairs = np.unique(_reduce(look, parts(count(buckets)), run), axis=0)
        blocks = [pairs[start : start + BLOCK] for start in range(0, len(pairs), BLOCK)]
        alike = np.unique(_reduce(Alike(candidates, near), blocks, run)) if blocks else alike
    _write(out / "all", len(candidates), exact, alike)


def _reduce(work: Callable[[Any], Places], items: Sequence[Any], run: Run) -> Places:
    """What `work` finds in all items; a single one is not worth a process."""
    if len(items) == 1:
        return work(items[0])
    found = []
    for _, places in engine.map_unordered(partial(_opened, work), items, run):
        if isinstance(places, engine.Failure):
            raise UserError(f"clean: duplicates: {places.reason}")
        found.append(places)
    return np.concatenate(found)


def _opened(work: Callable[[Any], Places]) -> Callable[[Any], Places]:
    return work


def _write(out: Path, count: int, exact: Places, alike: Places) -> None:
    """Tables of `ROWS`, one for each shard."""
    places = np.concatenate([exact, alike])
    near = np.repeat([False, True], [len(exact), len(alike)])
    order = np.argsort(places)
    places, near = places[order], near[order]
    edges = np.searchsorted(places, np.arange(count + 1, dtype=np.uint64) << SHARD)
    for number in range(count):
        here = slice(edges[number], edges[number + 1])
        rows = (places[here] & np.uint64(2**32 - 1)).astype(np.uint32)
        table = pa.table([pa.array(rows), pa.array(near[here])], schema=ROWS)
        path = out / shards.name(number)
        shards.write(path, table, stage="clean.duplicates", fingerprint="", durable=False)


def _open_buckets() -> Callable[[Path | None], engine.Transform]:
    return _buckets_without


def _buckets_without(exact: Path | None) -> engine.Transform:
    assert exact is not None
    gone = shards.read(exact, ["row"])["row"].to_numpy()
    return partial(_buckets, gone)


def _buckets(gone: Places, table: pa.Table) -> tuple[pa.Table, Stats]:
    """A row for every band of every sentence that has a signature and stays; sorted by bucket."""
    rows = table["row"].to_numpy()
    stays = pa.array(~np.isin(rows, gone))
    kept = table.filter(pc.and_(stays, pc.is_valid(table["signature"])))
    buckets = bands(matrix(kept["signature"])).ravel()
    order = np.argsort(buckets, kind="stable")
    columns = {
        "bucket": buckets[order],
        "id": np.repeat(kept["id"].to_numpy(), BANDS)[order],
        "row": np.repeat(kept["row"].to_numpy(), BANDS)[order],
    }
    return pa.table(columns), {}

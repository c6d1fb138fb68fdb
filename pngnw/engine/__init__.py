"""The engine: maps a function over shards in parallel and never computes the same shard twice.

Guarantees: shard n of the output is made from shard n of the input alone, so the bytes depend
neither on the number of workers nor on the engine; a shard whose inputs, configuration and code are
unchanged is taken from `.cache/shards`, after its bytes were checked; a worker that is killed costs
one more attempt; when a shard fails the others are finished, and the error names it.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
import pyarrow as pa
from tqdm import tqdm

from pngnw.core import atomic, shards
from pngnw.core.errors import UserError
from pngnw.core.shards import Stats
from pngnw.engine import local
from pngnw.engine.jobs import Job, Maker, reuse
from pngnw.engine.work import Failure, OpenWork, attempt
from pngnw.params import Run

__all__ = [
    "Failure", "MapResult", "Transform", "format_failures", "map_shards", "map_unordered", "reduce",
]  # fmt: skip

SMALL_COUNT, SMALL_BYTES = 4, 1 << 20  # shards, and bytes of input in all: seconds of work
MAX_NAMED = 5  # failed shards that an error names
MIN_WAITING = 1_000_000  # rows that `reduce` collects before it merges
Transform = Callable[[pa.Table], tuple[pa.Table, Stats]]
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class MapResult:
    """Summed statistics of a map; how many shards were computed, how many the store had."""

    stats: Stats
    computed: int
    reused: int

    @property
    def cost(self) -> dict[str, Any]:
        return {"shards": {"computed": self.computed, "reused": self.reused}}


def map_shards(
    open_transform: Callable[[], Any],
    inputs: Sequence[Path],
    out: Path,
    *,
    stage: str,
    config: object,
    code: Sequence[str],
    run: Run,
    per_shard: bool = False,
    beside: Path | None = None,
    in_process: bool = False,
) -> MapResult:
    """Write `out/part-N` for every input `part-N`.

    Args:
        open_transform: picklable; called once per worker, may load heavy state. It returns a
            `Transform`, which turns one row group into one table and its counts.
        inputs: the shards to read.
        out: the folder to write, same shard names; shards of other names are removed from it.
        config: all that the result depends on besides the input and the code (JSON-able).
        code: modules whose source the result depends on.
        per_shard: `open_transform` returns a function instead, which is called once per shard with
            its path in `beside` (or None) and returns the `Transform` of that shard's row groups.
        beside: a folder with a second input for each shard, under the same name.
        in_process: whether a small input (`SMALL_COUNT`, `SMALL_BYTES`) is mapped in this process,
            sooner than workers start; not for transforms that depend on the number of threads.

    Returns:
        Summed statistics with `rows_in`, `rows_out`, and the number of shards computed and reused.

    Raises:
        UserError: the shards that failed, and why, after the others are done.
    """
    key = shards.fingerprint(
        stage, config, shards.code_digest(*sorted(code), "pngnw.core.shards", "pngnw.engine.jobs")
    )
    out = out.absolute()
    store = (shards.cache_root() / "shards").absolute()
    source_stage = None  # of all inputs
    with suppress(UserError):  # of a damaged shard; its own job reports it, the others are made
        source_stage = shards.read_info(inputs[0]).stage if inputs else None
    jobs = [
        Job(
            source=source.absolute(),
            target=out / source.name,
            stage=stage,
            key=key,
            store=store,
            source_stage=source_stage,
            beside=None if beside is None else (beside / source.name).absolute(),
            per_shard=per_shard,
        )
        for source in inputs
    ]
    with atomic.marked_unfinished(out):
        store.mkdir(parents=True, exist_ok=True)
        _clean_up(out, store, {path.name for path in inputs})
        return _map(jobs, partial(Maker, open_transform), stage, run, in_process)


def _clean_up(out: Path, store: Path, names: set[str]) -> None:
    """Remove temporary files of killed runs, and shards that this run does not write."""
    for folder in (out, store):
        if not os.access(folder, os.W_OK):
            raise UserError(f"{folder}: no permission to write here")
        atomic.clean_up(folder)
    for path in out.glob("part-*.parquet"):
        if path.name not in names:
            path.unlink(missing_ok=True)


def _map(
    jobs: Sequence[Job], open_work: OpenWork[Job, Stats], stage: str, run: Run, in_process: bool
) -> MapResult:
    """Put every shard in its place: from the store, or made."""
    total: Counter[str] = Counter()
    failures: list[str] = []
    missing: list[Job] = []
    with tqdm(total=len(jobs), desc=stage, unit="shard", disable=None) as bar:
        for job in jobs:
            stats = reuse(job)
            if stats is None:
                missing.append(job)
            else:
                total.update(stats)
                bar.update()
        missing.sort(key=_size, reverse=True)  # the largest first: no worker ends long after others
        small = len(missing) <= SMALL_COUNT and sum(map(_size, missing)) <= SMALL_BYTES
        if missing and in_process and small:
            work = open_work()
            answers = ((job, attempt(work, job)) for job in missing)
        else:
            answers = map_unordered(open_work, missing, run)
        with closing(answers):
            for job, answer in answers:
                if isinstance(answer, Failure):
                    failures.append(f"{job.source}: {answer.reason}")
                else:
                    total.update(answer)
                bar.update()
    if failures:
        raise UserError(format_failures(failures))
    reused = len(jobs) - len(missing)
    tqdm.write(f"{stage}: {len(missing)} shards computed, {reused} reused", file=sys.stderr)
    return MapResult({name: total[name] for name in sorted(total)}, len(missing), reused)


def _size(job: Job) -> int:
    return job.source.stat().st_size if job.source.exists() else 0  # `Maker` reports the missing


def map_unordered(
    open_work: OpenWork[Item, Result], items: Sequence[Item], run: Run
) -> Generator[tuple[Item, Result | Failure], None, None]:
    """Every item with the answer to it, as the answers come.

    `open_work` is called once per worker, before its first item, and returns the function; it and
    the items are picklable. One worker is a process too: the same environment, the same answers.
    Closed before the end, it ends what is still working.
    """
    if not items:
        return
    if run.engine == "ray":
        from pngnw.engine import cluster  # only here: ray is an extra

        yield from cluster.map_unordered(open_work, items, run)
    else:
        yield from local.map_unordered(open_work, items, min(run.workers, len(items)))


def format_failures(failures: Sequence[str]) -> str:
    """The first failures in one line, and how many more there are."""
    more = len(failures) - MAX_NAMED
    first = "; ".join(sorted(failures)[:MAX_NAMED])
    return f"{first}; and {more} more" if more > 0 else first


def reduce(paths: Sequence[Path], merge: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """The tables of many shards merged into one; memory is bounded by what merging leaves.

    Merging each shard at once would be quadratic: tables wait until they have as many rows as the
    merged one.

    Args:
        paths: at least one shard; all of one schema.
        merge: gives the same result when parts of the rows were merged before.
    """
    merged: list[pl.DataFrame] = []
    waiting: list[pl.DataFrame] = []
    for path in paths:
        table = pl.from_arrow(shards.read(path))
        assert isinstance(table, pl.DataFrame)
        waiting.append(table)
        if sum(map(len, waiting)) > max(MIN_WAITING, *map(len, merged), 0):
            merged, waiting = [merge(pl.concat([*merged, *waiting]))], []
    return merge(pl.concat([*merged, *waiting]))

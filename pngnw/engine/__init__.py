"""Map a function over shards in parallel, and never compute the same shard twice.

Guarantees: shard n of the output is made from shard n of the input alone, so the bytes depend
neither on the number of workers nor on the engine; a shard whose inputs, configuration and code are
unchanged is taken from the shard store, after its bytes were checked; a worker that is killed costs
one more attempt; when a shard fails the others are finished and kept, and the error names it.
A shard in `.cache/shards` and its copy in the output are one file where the disk can link them.
"""

import math
import os
import sys
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
from tqdm import tqdm

from pngnw.core import atomic, shards
from pngnw.core.errors import UserError
from pngnw.core.shards import Stats
from pngnw.engine import local
from pngnw.engine.jobs import Job, Maker, reuse
from pngnw.engine.work import Failure, OpenWork, attempt
from pngnw.params import Run

__all__ = ["SMALL", "Failure", "Mapped", "Transform", "each", "map_shards", "told"]

FEW = 4  # shards
SMALL = 1 << 23  # bytes of input, whose texts fit into memory
SHOWN = 5  # failed shards that an error names
Transform = Callable[[pa.Table], tuple[pa.Table, Stats]]
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Mapped:
    """What a map did: summed statistics, how many shards it computed, how many the store had."""

    stats: Stats
    computed: int
    reused: int

    @property
    def cost(self) -> dict[str, Any]:
        """For metrics/cost."""
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
    here: int = 0,
    before_few: Callable[[Sequence[Path]], None] | None = None,
) -> Mapped:
    """Write `out/part-N` for every input `part-N`.

    Args:
        open_transform: picklable; called once per worker, may load heavy state. What it returns
            (a `Transform`) turns one row group into one table and its counts.
        inputs: the shards to read.
        out: the folder to write, same shard names; shards of other names are removed from it.
        stage: name of the stage, kept in every shard.
        config: all that the result depends on besides the input and the code (JSON-able).
        code: modules whose source the result depends on.
        run: how many workers, on which engine.
        per_shard: what `open_transform` returns is called once for each shard, with its path in
            `beside` (or None), and returns the transform for that shard's row groups in order.
        beside: a folder with a second input for each shard, under the same name.
        here: up to `FEW` shards of so many bytes of input in all are made right here, sooner than
            workers would start; not for transforms that depend on the number of threads.
        before_few: called with the inputs of up to `FEW` shards of `SMALL` bytes in all before they
            are made: a single shard keeps one worker busy, what it is made of may busy them all.

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
    source_stage = _stage_of(inputs)
    jobs = [
        Job(
            source.absolute(),
            out / source.name,
            stage,
            key,
            store,
            source_stage,
            None if beside is None else (beside / source.name).absolute(),
            per_shard,
        )
        for source in inputs
    ]
    with atomic.filling(out):
        store.mkdir(parents=True, exist_ok=True)
        _make_room(out, store, {path.name for path in inputs})
        return _map(jobs, partial(Maker, open_transform), stage, run, here, before_few)


def _stage_of(inputs: Sequence[Path]) -> str | None:
    """The stage of the inputs, all of which should be of one; None if the first is damaged."""
    try:
        return shards.about(inputs[0]).stage if inputs else None
    except UserError:  # its own job tells, and the others are made
        return None


def _map(
    jobs: Sequence[Job],
    open_work: OpenWork[Job, Stats],
    stage: str,
    run: Run,
    here: int,
    before_few: Callable[[Sequence[Path]], None] | None,
) -> Mapped:
    """Put every shard in its place: from the store, or made."""
    total: Counter[str] = Counter()
    failures: list[str] = []
    with tqdm(total=len(jobs), desc=stage, unit="shard", disable=None) as bar:
        missing = []
        with ThreadPoolExecutor(run.workers) as pool:
            for job, found in zip(jobs, pool.map(reuse, jobs), strict=True):
                if found is None:
                    missing.append(job)
                else:
                    total.update(found)
                    bar.update()
        missing.sort(key=_size, reverse=True)  # the largest first: no worker ends long after others
        size = sum(map(_size, missing)) if len(missing) <= FEW else math.inf
        if missing and before_few and size <= SMALL:
            before_few([job.source for job in missing])
        made_anew = _here(open_work, missing) if size <= here else each(open_work, missing, run)
        with closing(made_anew) as answers:
            for job, made in answers:
                if isinstance(made, Failure):
                    failures.append(f"{job.source}: {made.reason}")
                else:
                    total.update(made)
                bar.update()
    if failures:
        raise UserError(told(failures))
    reused = len(jobs) - len(missing)
    tqdm.write(f"{stage}: {len(missing)} shards computed, {reused} reused", file=sys.stderr)
    return Mapped({name: total[name] for name in sorted(total)}, len(missing), reused)


def _size(job: Job) -> int:
    return job.source.stat().st_size if job.source.exists() else 0  # the maker says what is missing


def each(
    open_work: OpenWork[Item, Result], items: Sequence[Item], run: Run
) -> Generator[tuple[Item, Result | Failure], None, None]:
    """What the work that `open_work` opens makes of every item, as the answers come.

    Args:
        open_work: picklable; called once per worker, before its first item.
        items: picklable.
        run: how many workers, on which engine. One worker is a process too: the same environment,
            the same answers.

    Closed before the end, it ends what is still working.
    """
    if not items:
        return
    if run.engine == "ray":
        from pngnw.engine.cluster import each as on_cluster  # only here: ray is an extra

        yield from on_cluster(open_work, items, run)
    else:
        yield from local.each(open_work, items, min(run.workers, len(items)))


def _here(
    open_work: OpenWork[Item, Result], items: Sequence[Item]
) -> Generator[tuple[Item, Result | Failure], None, None]:
    """As `each`, in this process."""
    if not items:
        return
    work = open_work()
    for item in items:
        yield item, attempt(work, item)


def told(failures: Sequence[str]) -> str:
    """The first failures in one line, and how many more there are."""
    more = len(failures) - SHOWN
    shown = "; ".join(sorted(failures)[:SHOWN])
    return f"{shown}; and {more} more" if more > 0 else shown


def _make_room(out: Path, store: Path, names: set[str]) -> None:
    """Remove what killed runs left half-written, and shards that this run does not write."""
    for folder in (out, store):
        if not os.access(folder, os.W_OK):
            raise UserError(f"{folder}: no permission to write here")
        atomic.sweep(folder)
    for path in out.glob("part-*.parquet"):
        if path.name not in names:
            path.unlink(missing_ok=True)

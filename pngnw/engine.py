"""Map a function over shards in parallel, and never compute the same shard twice.

Guarantees: shard n of the output is made from shard n of the input alone, so the bytes do not
depend on the number of workers; a shard whose inputs, configuration and code are unchanged is
taken from the shard store, after its bytes were checked; when a shard fails the others are
finished and kept, and the error names it. Costs one copy of every shard in `.cache/shards`.
"""

import multiprocessing
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from tqdm import tqdm

from pngnw import shards
from pngnw.errors import UserError
from pngnw.params import Run
from pngnw.shards import Stats

Transform = Callable[[pa.Table], tuple[pa.Table, Stats]]
ATTEMPTS = 2


def map_shards(
    open_transform: Callable[[], Transform],
    inputs: Sequence[Path],
    out: Path,
    *,
    stage: str,
    config: object,
    code: Sequence[str],
    run: Run,
) -> Stats:
    """Write `out/part-N` for every input `part-N` and return the summed statistics.

    Args:
        open_transform: picklable; called once per worker, may load heavy state. What it returns
            turns one row group into one table and its counts.
        inputs: the shards to read.
        out: the folder to write, same shard names.
        stage: name of the stage, kept in every shard.
        config: all that the result depends on besides the input and the code (JSON-able).
        code: modules whose source the result depends on.
        run: how many workers.

    Returns:
        Summed statistics with `rows_in`, `rows_out`.

    Raises:
        UserError: one line per shard that failed `ATTEMPTS` times, after the others are done.
    """
    key = shards.fingerprint(stage, config, shards.code_digest(*sorted(code), "pngnw.shards"))
    out.mkdir(parents=True, exist_ok=True)
    jobs = [Job(source, out / source.name, stage, key) for source in inputs]
    total: Counter[str] = Counter()
    computed = 0
    failures: list[str] = []
    outcomes = _run(open_transform, jobs, max(1, min(run.workers, len(jobs))))
    for outcome in tqdm(outcomes, total=len(jobs), desc=stage, unit="shard", disable=None):
        if outcome.error:
            failures.append(f"{outcome.source}: {outcome.error}")
        computed += outcome.computed
        total.update(outcome.stats)
    if failures:
        raise UserError("; ".join(sorted(failures)))
    tqdm.write(
        f"{stage}: {computed} shards computed, {len(jobs) - computed} reused", file=sys.stderr
    )
    return {name: total[name] for name in sorted(total)}


@dataclass(frozen=True)
class Job:
    """One shard to make: where from, where to, and what else the result depends on."""

    source: Path
    target: Path
    stage: str
    key: str


@dataclass(frozen=True)
class Outcome:
    """What became of a job: its statistics, or why it failed."""

    source: Path
    stats: Stats = field(default_factory=dict)
    computed: bool = False
    error: str = ""


def _run(
    open_transform: Callable[[], Transform], jobs: Sequence[Job], workers: int
) -> Iterator[Outcome]:
    """Outcomes as they come. One worker is a process too: the same environment, the same bytes."""
    context = multiprocessing.get_context("spawn")
    with (
        _one_thread_each(),
        ProcessPoolExecutor(
            workers, mp_context=context, initializer=_install, initargs=(open_transform,)
        ) as pool,
    ):
        futures: dict[Future[Outcome], Job] = {pool.submit(_attempt, job): job for job in jobs}
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenProcessPool:
                yield Outcome(
                    futures[future].source,
                    error="a worker process was killed (out of memory?); the finished shards are "
                    "kept, run it again or lower run.workers",
                )


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Libraries in the workers read these when they load; two threads on one core only wait."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class _Lazy:
    """A transform that is opened when first needed: reusing every shard loads nothing."""

    def __init__(self, open_transform: Callable[[], Transform]) -> None:
        self._open = open_transform
        self._transform: Transform | None = None

    def __call__(self, table: pa.Table) -> tuple[pa.Table, Stats]:
        if self._transform is None:
            self._transform = self._open()
        return self._transform(table)


# Lives in the worker processes only: a pool's initializer has no other way to hand over state.
_installed: list[_Lazy] = []


def _install(open_transform: Callable[[], Transform]) -> None:
    _installed[:] = [_Lazy(open_transform)]


def _attempt(job: Job) -> Outcome:
    reason = ""
    for _ in range(ATTEMPTS):
        try:
            stats, computed = _make(_installed[0], job)
            return Outcome(job.source, stats, computed)
        except UserError as error:
            return Outcome(job.source, error=str(error))
        except Exception as error:  # noqa: BLE001 - named in the report; the other shards go on
            reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
    return Outcome(job.source, error=reason)


def _make(transform: Transform, job: Job) -> tuple[Stats, bool]:
    """The shard's statistics and whether it had to be computed."""
    made_from = shards.fingerprint(job.key, shards.file_digest(job.source))
    stored = shards.cache_root() / "shards" / f"{made_from}.parquet"
    if _intact(stored):
        _copy(stored, job.target)
        return shards.stats(job.target), False
    total: Counter[str] = Counter()
    with shards.Writer(job.target, stage=job.stage, fingerprint=made_from) as writer:
        for table in shards.row_groups(job.source):
            result, stats = transform(table)
            total.update(stats)
            total.update({"rows_in": table.num_rows, "rows_out": result.num_rows})
            writer.write(result)
        writer.stats = {name: total[name] for name in sorted(total)}
    _copy(job.target, stored)
    shards.write_text(_digest_of(stored), shards.file_digest(job.target))
    return writer.stats, True


def _digest_of(stored: Path) -> Path:
    return stored.with_suffix(".digest")


def _intact(stored: Path) -> bool:
    """Whether the store holds this shard, byte for byte as it was written."""
    try:
        return shards.file_digest(stored) == _digest_of(stored).read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = shards.temporary_of(target)
    shutil.copyfile(source, temporary)
    shards.publish(temporary, target)

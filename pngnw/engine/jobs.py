"""One shard: found in the store, or made and put there.

Guarantees: what the store hands out was made from the same bytes by the same code, and is byte for
byte as it was written (its seal).
"""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pngnw.core import atomic, shards
from pngnw.core.errors import UserError
from pngnw.core.shards import Stats


@dataclass(frozen=True)
class Job:
    """One shard to make: where from, where to, what else it depends on, where the store is."""

    source: Path
    target: Path
    stage: str
    key: str
    store: Path
    source_stage: str | None = None  # which the source has to be of
    beside: Path | None = None
    per_shard: bool = False

    def made_from(self) -> str:
        """The fingerprint of everything that the shard depends on."""
        inputs = [shards.file_digest(path) for path in (self.source, self.beside) if path]
        return shards.fingerprint(self.key, *inputs)


def reuse(job: Job) -> Stats | None:
    """Put the shard in its place if the store has it intact; its statistics, or None."""
    if not all(path.exists() for path in (job.source, job.beside) if path):
        return None  # the maker says so by name
    made_from = job.made_from()
    stored = job.store / f"{made_from}.parquet"
    try:
        kept = shards.read_info(stored)
    except UserError:  # not there, or not as it was written
        return None
    if kept.fingerprint != made_from:
        return None
    _place(stored, job.target)
    return kept.stats


class Maker:
    """Makes shards; the transform is opened with it, once per worker."""

    def __init__(self, open_transform: Callable[[], Any]) -> None:
        self._transform = open_transform()

    def __call__(self, job: Job) -> Stats:
        """Write the shard, keep it in the store, and return its statistics."""
        transform = self._transform(job.beside) if job.per_shard else self._transform
        made_from = job.made_from()
        total: Counter[str] = Counter()
        with shards.Writer(job.target, stage=job.stage, fingerprint=made_from) as writer:
            for table in shards.row_groups(job.source, stage=job.source_stage):
                result, stats = transform(table)
                total.update(stats)
                total.update({"rows_in": table.num_rows, "rows_out": result.num_rows})
                writer.write(result)
            writer.stats = {name: total[name] for name in sorted(total)}
        _place(job.target, job.store / f"{made_from}.parquet")
        return writer.stats


def _place(source: Path, target: Path) -> None:
    """Make `target` the same file as `source`, or a copy where links cannot be had."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = atomic.temporary_path(target)
    temporary.unlink(missing_ok=True)
    try:
        with suppress(OSError):
            os.link(source, temporary)  # what `source` holds is on the disk already
            atomic.commit(temporary, target, durable=False)
            return
    finally:
        temporary.unlink(missing_ok=True)  # a rename onto itself, the same file, leaves both names
    atomic.copy(source, target)

"""One shard: found in the store, or made and put there.

Guarantees: what the store hands out was made from the same bytes by the same code and has the
digest that it had when it was made.
"""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pngnw import shards, whole
from pngnw.shards import Stats


@dataclass(frozen=True)
class Job:
    """One shard to make: where from, where to, what else it depends on, where the store is."""

    source: Path
    target: Path
    stage: str
    key: str
    store: Path
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
    stored = job.store / f"{job.made_from()}.parquet"
    if not _intact(stored):
        return None
    _place(stored, job.target)
    return shards.stats(job.target)


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
            for table in shards.row_groups(job.source):
                result, stats = transform(table)
                total.update(stats)
                total.update({"rows_in": table.num_rows, "rows_out": result.num_rows})
                writer.write(result)
            writer.stats = {name: total[name] for name in sorted(total)}
        stored = job.store / f"{made_from}.parquet"
        _place(job.target, stored)
        # A digest that a crash of the machine cuts short counts as another one: computed again.
        shards.write_text(_digest_of(stored), shards.file_digest(job.target), durable=False)
        return writer.stats


def _digest_of(stored: Path) -> Path:
    return stored.with_suffix(".digest")


def _intact(stored: Path) -> bool:
    """Whether the store holds this shard, byte for byte as it was written."""
    try:
        return shards.file_digest(stored) == _digest_of(stored).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _place(source: Path, target: Path) -> None:
    """Make `target` the same file as `source`, or a copy where links cannot be had."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = whole.temporary_of(target)
    temporary.unlink(missing_ok=True)
    try:
        with suppress(OSError):
            os.link(source, temporary)  # what `source` holds is on the disk already
            whole.publish(temporary, target, durable=False)
            return
    finally:
        temporary.unlink(missing_ok=True)  # a rename onto itself, the same file, leaves both names
    whole.copy(source, target)

"""One shard: taken from the store, or made and put there.

Guarantees: a shard of the store was made from the same bytes by the same code, and is byte for
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
    """One shard to make, see `pngnw.engine.map_shards`."""

    source: Path
    target: Path
    stage: str
    key: str  # fingerprint of all that the shard depends on but its inputs
    store: Path
    source_stage: str | None = None  # that the source has to be of, if it is known
    beside: Path | None = None
    per_shard: bool = False

    @property
    def inputs(self) -> list[Path]:
        return [self.source] if self.beside is None else [self.source, self.beside]

    def fingerprint(self) -> str:
        return shards.fingerprint(self.key, *map(shards.file_digest, self.inputs))


def reuse(job: Job) -> Stats | None:
    """Put the shard in its place if the store has it intact; its statistics, or None."""
    if not all(path.exists() for path in job.inputs):
        return None  # `Maker` names the missing file
    fingerprint = job.fingerprint()
    stored = job.store / f"{fingerprint}.parquet"
    try:
        info = shards.read_info(stored)
    except UserError:  # not there, or not as it was written
        return None
    if info.fingerprint != fingerprint:
        return None
    _link(stored, job.target)
    return info.stats


class Maker:
    """Makes shards; the transform is opened with it, once per worker."""

    def __init__(self, open_transform: Callable[[], Any]) -> None:
        self._transform = open_transform()

    def __call__(self, job: Job) -> Stats:
        """Write the shard and keep it in the store; its statistics."""
        transform = self._transform(job.beside) if job.per_shard else self._transform
        fingerprint = job.fingerprint()
        total: Counter[str] = Counter()
        with shards.Writer(job.target, stage=job.stage, fingerprint=fingerprint) as writer:
            for table in shards.row_groups(job.source, stage=job.source_stage):
                result, stats = transform(table)
                total.update(stats)
                total.update({"rows_in": table.num_rows, "rows_out": result.num_rows})
                writer.write(result)
            writer.stats = {name: total[name] for name in sorted(total)}
        _link(job.target, job.store / f"{fingerprint}.parquet")
        return writer.stats


def _link(source: Path, target: Path) -> None:
    """Make `target` the same file as `source`, or a copy where the disk has no links."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = atomic.temporary_path(target)
    temporary.unlink(missing_ok=True)
    try:
        with suppress(OSError):
            os.link(source, temporary)
            temporary.replace(target)  # the content of `source` is on the disk already
            return
    finally:
        temporary.unlink(missing_ok=True)  # renaming a file onto itself leaves both names
    atomic.copy(source, target)

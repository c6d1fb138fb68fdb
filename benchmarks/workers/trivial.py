"""A map that does nothing over many shards, for `benchmarks.simulate`: in the current folder."""

import sys
from pathlib import Path

import pyarrow as pa

from pngnw.core import shards
from pngnw.core.shards import Stats
from pngnw.engine import Transform, map_shards
from pngnw.params import Run

INPUT = Path("in")


def open_nothing() -> Transform:
    """Nothing to load."""
    return nothing


def nothing(table: pa.Table) -> tuple[pa.Table, Stats]:
    """The table as it is."""
    return table, {}


def write(count: int) -> None:
    """Shards of one row each."""
    for number in range(count):
        table = pa.table({"number": pa.array([number], pa.int64())})
        shards.write(INPUT / shards.name(number), table, stage="simulate", fingerprint="")


def main(workers: str, engine: str, action: str, count: str = "0") -> None:
    """Write the shards, or map them."""
    if action == "write":
        write(int(count))
        return
    run = Run.model_validate({"workers": int(workers), "engine": engine})
    mapped = map_shards(
        open_nothing, shards.paths(INPUT), Path("out"),
        stage="simulate", config=None, code=["benchmarks.workers.trivial"], run=run,
    )  # fmt: skip
    assert mapped.stats["rows_out"] == len(shards.paths(INPUT))


if __name__ == "__main__":
    # As the module by its name: `__main__` means another file in a worker process.
    from benchmarks.workers import trivial

    trivial.main(*sys.argv[1:])

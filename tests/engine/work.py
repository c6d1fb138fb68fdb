"""Work for the engines' tests: it notes its process, and dies on demand."""

import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pngnw import engine
from pngnw.core import shards
from pngnw.core.shards import Stats
from pngnw.params import Run

ROOT = Path(__file__).parents[2]
# A run of either engine, whose two workers have a minute's work each.
PARENT = """
import sys
from functools import partial
from pathlib import Path
from pngnw import engine
from pngnw.params import Run
from tests.engine.work import open_work

if __name__ == '__main__':
    work = partial(open_work, Path(sys.argv[1]))
    items = [(0, "slow"), (1, "slow")]
    list(engine.map_unordered(work, items, Run(workers=2, engine=sys.argv[2])))
"""
PARTS = [range(10 * n, 10 * n + 5) for n in range(4)]
Item = tuple[int, str]  # a number, and what happens to the process that works on it


def open_work(notes: Path) -> Callable[[Item], int]:
    """Squares the number of an item; notes process and number first."""
    return functools.partial(work, notes)


def work(notes: Path, item: Item) -> int:
    """ "once": killed the first time; "always": each time; "slow": takes a minute; "panic"."""
    number, fate = item
    first = not (notes / str(number)).exists()
    with (notes / str(number)).open("a") as file:
        file.write(f"{os.getpid()}\n")
    if fate == "always" or (fate == "once" and first):
        os.kill(os.getpid(), signal.SIGKILL)
    if fate == "slow":
        time.sleep(60)
    if fate == "exit":
        os._exit(3)
    if fate == "panic":
        raise BaseException("a panic in Rust")
    return number * number


def attempts(notes: Path, number: int) -> list[int]:
    """The processes that have tried an item."""
    path = notes / str(number)
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def start_parent(folder: Path, engine: str) -> tuple["subprocess.Popen[bytes]", list[int]]:
    """Start `PARENT`; it, and its two workers once both have begun."""
    script, notes = folder / "parent.py", folder / "notes"
    script.write_text(PARENT)
    notes.mkdir()
    parent = subprocess.Popen(
        [sys.executable, script, notes, engine],
        env=os.environ | {"PYTHONPATH": str(ROOT), "DVC_ROOT": str(folder)},
        stderr=subprocess.DEVNULL,
    )
    eventually(lambda: attempts(notes, 0) and attempts(notes, 1))
    return parent, [*attempts(notes, 0), *attempts(notes, 1)]


def eventually(what: Callable[[], object], seconds: float = 30) -> None:
    """Wait until `what` is true, and fail if that is never."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "never came true"
        time.sleep(0.02)


def alive(process: int) -> bool:
    """Whether a process runs; one that is dead but not yet waited for does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def _double(factor: int, flag: Path | None, table: pa.Table) -> tuple[pa.Table, Stats]:
    if flag is not None and not flag.exists():
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return pa.table({"x": pc.multiply(table["x"], factor)}), {"seen": table.num_rows}


def open_double(factor: int, flag: Path | None) -> engine.Transform:
    """Multiplies; the first process that comes without `flag` there is killed."""
    return functools.partial(_double, factor, flag)


def double(source: Path, out: Path, run: Run, flag: Path | None = None) -> dict[str, bytes]:
    """Map every shard of `source` into `out`; names and bytes of what came out."""
    engine.map_shards(
        functools.partial(open_double, 2, flag),
        shards.paths(source),
        out,
        stage="double",
        config=None,
        code=["pngnw.core.errors"],
        run=run,
    )
    return {path.name: path.read_bytes() for path in shards.paths(out)}


def inputs(folder: Path, parts: Sequence[Sequence[int]] = PARTS) -> Path:
    """A shard with a column `x` for each part."""
    for index, values in enumerate(parts):
        table = pa.table({"x": pa.array(values, pa.int64())})
        shards.write(folder / shards.name(index), table, stage="in", fingerprint="f")
    return folder

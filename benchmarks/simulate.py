"""Ten thousand trivial shards: what the scheduler and DVC cost by themselves.

`python -m benchmarks.simulate [--shards N] [--engine local|ray]` maps a function that does nothing
over N shards of one row, twice (made, then taken from the store), merges the different words of
N / 10 shards in one process, as the data stages do, and gives N small files to `dvc repro` in a
scratch repository: made, nothing to do, one of them changed. Prints one line for each, and keeps
them in benchmarks/results.json as `simulate.*`.

What is measured is everything around the work: reading, writing, digests, the shard store and
processes. No real shard goes faster.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks import processes
from benchmarks.__main__ import keep
from benchmarks.phonemize import say
from benchmarks.processes import Ran
from benchmarks.result import Result
from benchmarks.worker import ROOT

SHARDS = 10_000
WORKERS = 2
PYTHON = sys.executable
# The stage writes a small file per shard; `salt` is what an edit changes.
_STAGE = """\
from pathlib import Path
salt = Path("salt.txt").read_text()
for number in range({shards}):
    path = Path("out") / f"part-{{number:05d}}.parquet"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{{number}} {{salt if number == 0 else ''}}")
"""
_DVC_YAML = """\
stages:
  make:
    cmd: {python} make.py
    deps: [make.py, salt.txt]
    outs: [out]
  use:
    cmd: {python} -c "open('used.txt', 'w').write('x')"
    deps: [out]
    outs: [used.txt]
"""


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.simulate",
        description=__doc__,
        epilog="example: python -m benchmarks.simulate --shards 100 --alone",
    )
    parser.add_argument("--shards", type=int, default=SHARDS)
    parser.add_argument("--engine", choices=["local", "ray"], default="local")
    parser.add_argument("--alone", action="store_true", help="the scheduler and nothing else")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pngnw-simulate-") as name:
        found = list(_engine(Path(name), chosen.shards, chosen.engine))
    if not chosen.alone:
        with tempfile.TemporaryDirectory(prefix="pngnw-simulate-") as name:
            found.append(_distinct(Path(name), max(1, chosen.shards // 10)))
        with tempfile.TemporaryDirectory(prefix="pngnw-simulate-") as name:
            found += _dvc(Path(name), chosen.shards)
    engine = "" if chosen.engine == "local" else f" --engine {chosen.engine}"
    keep(found, f"python -m benchmarks.simulate --shards {chosen.shards}{engine}")


def _engine(folder: Path, shards: int, engine: str) -> Iterator[Result]:
    environment = _environment()
    worker = [PYTHON, "-m", "benchmarks.workers.trivial", str(WORKERS), engine]
    say(f"writing {shards:,} shards")
    processes.run([*worker, "write", str(shards)], folder, environment)
    for label in ("made", "reused"):
        ran = _said(f"{engine} {label}", [*worker, "map"], folder, environment)
        name = f"simulate.{engine}.{label}"
        yield Result(f"{name}.shards_per_second", "shards/s", shards / ran.seconds)
        yield Result(f"{name}.peak_memory", "MiB", ran.peak_mib, less_is_better=True)


def _environment() -> dict[str, str]:
    """Ours without DVC's, for the workers."""
    found = {**os.environ, "PYTHONPATH": str(ROOT)}
    found.pop("DVC_ROOT", None)
    return found


def _distinct(folder: Path, shards: int) -> Result:
    environment = _environment()
    worker = [PYTHON, "-m", "benchmarks.workers.distinct"]
    say(f"writing {shards:,} shards of words")
    processes.run([*worker, "write", str(shards)], folder, environment)
    ran = _said("words merged", [*worker, "merge"], folder, environment)
    each = 1000 * ran.cpu_seconds / shards
    return Result("simulate.words_merged", "ms of processors/shard", each, less_is_better=True)


def _dvc(folder: Path, shards: int) -> Iterator[Result]:
    bin_folder = str(Path(PYTHON).parent)
    environment = {**os.environ, "PATH": os.pathsep.join([bin_folder, os.environ["PATH"]])}
    dvc = [PYTHON, "-m", "dvc"]
    for command in (["git", "init", "-q"], [*dvc, "init", "-q"]):
        processes.run(command, folder, environment)
    (folder / "make.py").write_text(_STAGE.format(shards=shards))
    (folder / "dvc.yaml").write_text(_DVC_YAML.format(python=PYTHON))
    (folder / "salt.txt").write_text("0")
    processes.run([*dvc, "config", "core.analytics", "false"], folder, environment)
    for label in ("made", "nothing_to_do", "status", "one_changed"):
        command = "status" if label == "status" else "repro"
        if label == "one_changed":
            (folder / "salt.txt").write_text("1")
        ran = _said(f"dvc {label}", [*dvc, command], folder, environment)
        yield Result(f"simulate.dvc.{label}", "s", ran.seconds, less_is_better=True)
        yield Result(f"simulate.dvc.{label}.peak_memory", "MiB", ran.peak_mib, less_is_better=True)


def _said(label: str, command: list[str], folder: Path, environment: Mapping[str, str]) -> Ran:
    ran = processes.run(command, folder, environment)
    say(
        f"  {label}: {ran.seconds:,.1f} s, {ran.cpu_seconds:,.1f} s of processors, "
        f"{ran.peak_mib:,.0f} MiB"
    )
    return ran


if __name__ == "__main__":
    main()

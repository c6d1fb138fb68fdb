"""A full disk, damaged files, a clock that runs backwards, two runs at once: named, then mended."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pngnw.core import shards
from tests.chaos import repository
from tests.pipeline.conftest import run

STAGES = ("fetch", "clean", "phonemize")
BACKWARDS = """
import time
start = time.time()
time.time = lambda: start - 1e5 * (1 + time.perf_counter())
time.time_ns = lambda: int(time.time() * 1e9)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small repository, run to the end of `STAGES`; every test leaves it as it was."""
    folder = repository.make(tmp_path_factory.mktemp("faults") / "pngnw", small=True)
    done = run(folder, "dvc", "repro", "phonemize")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def before(folder: Path) -> dict[str, str]:
    """The outputs as they should be."""
    return repository.digests(folder)


def _one_line(done: "subprocess.CompletedProcess[str]") -> str:
    """The message of a run that failed, without its progress."""
    assert done.returncode == 1, done.stderr
    lines = [line for line in done.stderr.splitlines() if "reused" not in line]
    (line,) = [line for line in lines if "|" not in line]  # no progress bar
    return line


def test_a_full_disk(folder: Path, before: dict[str, str]) -> None:
    """No file may grow beyond a limit, which is how a full disk shows itself in a file."""
    repository.empty_caches(folder)
    line = _one_line(run(folder, "bash", "-c", "ulimit -f 1; exec python -m stages.phonemize"))
    assert line.startswith("phonemize: ")
    assert "the disk is full" in line
    assert repository.litter(folder) in ([], ["data/phonemize/.unfinished left behind"])
    for path in [*(folder / "data").rglob("*.parquet"), *(folder / ".cache").rglob("*.parquet")]:
        shards.read(path)
    assert run(folder, "python", "-m", "stages.phonemize").returncode == 0
    assert repository.problems(folder, before) == []


def _of_another_stage(path: Path) -> None:
    path.write_bytes((path.parents[1] / "phonemize" / path.name).read_bytes())


@pytest.mark.parametrize("damage", [Path.unlink, _of_another_stage])
def test_a_damaged_shard_is_refused_by_name_and_made_again(
    damage: Callable[[Path], object], folder: Path, before: dict[str, str]
) -> None:
    path = folder / "data/clean" / shards.name(1)
    damage(path)
    line = _one_line(run(folder, "python", "-m", "stages.phonemize"))
    assert f"data/clean/{path.name}" in line or f"data/clean: {path.name}" in line
    assert "`dvc repro`" in line
    done = run(folder, "dvc", "repro", "phonemize")
    assert done.returncode == 0, done.stderr
    assert repository.problems(folder, before) == []


def test_a_clock_that_runs_backwards(folder: Path, before: dict[str, str], tmp_path: Path) -> None:
    """Files from the future, and a time that falls by a day with every second."""
    (tmp_path / "sitecustomize.py").write_text(BACKWARDS)
    future = time.time() + 1e9
    for emptied in (False, True):
        if emptied:
            repository.empty_caches(folder)
        for path in [p for name in ("data", ".cache") for p in (folder / name).rglob("*")]:
            os.utime(path, (future, future))
        for stage in STAGES:
            command = [sys.executable, "-m", f"stages.{stage}"]
            environment = os.environ | {"PYTHONPATH": str(tmp_path)}
            subprocess.run(command, cwd=folder, env=environment, check=True)
        assert repository.problems(folder, before) == []


def test_two_at_once(folder: Path, before: dict[str, str]) -> None:
    """The second waits, whatever their order."""
    repository.empty_caches(folder)
    command = [sys.executable, "-m", "stages.clean"]
    both = [subprocess.Popen(command, cwd=folder) for _ in range(2)]
    assert [process.wait(300) for process in both] == [0, 0]
    assert repository.problems(folder, before) == []

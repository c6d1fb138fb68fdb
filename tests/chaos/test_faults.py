"""A full disk, damaged files, a clock that runs backwards, two runs at once: said, then mended."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pngnw.core import shards
from tests.chaos import outputs, repository
from tests.pipeline.conftest import run

DONE = ("fetch", "clean", "phonemize")
BACKWARDS = """
import time
start = time.time()
time.time = lambda: start - 1e5 * (1 + time.perf_counter())
time.time_ns = lambda: int(time.time() * 1e9)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small repository, run to the end of `DONE`; every test leaves it as it was."""
    place = repository.make(tmp_path_factory.mktemp("faults") / "pngnw", small=True)
    done = run(place, "dvc", "repro", "phonemize")
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture(scope="module")
def before(place: Path) -> dict[str, str]:
    """The outputs as they should be."""
    return outputs.taken(place)


def _stage(place: Path, stage: str) -> "subprocess.CompletedProcess[str]":
    return run(place, "python", "-m", f"stages.{stage}")


def _one_line(done: "subprocess.CompletedProcess[str]") -> str:
    """What a run that failed said besides its progress."""
    assert done.returncode == 1, done.stderr
    lines = [line for line in done.stderr.splitlines() if "reused" not in line]
    (line,) = [line for line in lines if "|" not in line]  # no progress bar
    return line


@pytest.mark.parametrize(("stage", "kibibytes"), [("clean", 6), ("phonemize", 1)])
def test_a_full_disk(stage: str, kibibytes: int, place: Path, before: dict[str, str]) -> None:
    """No file may grow beyond a limit, which is how a full disk shows itself in a file."""
    repository.empty_caches(place)
    done = run(place, "bash", "-c", f"ulimit -f {kibibytes}; exec python -m stages.{stage}")
    if done.returncode == 0:  # its files are small
        assert kibibytes > 1
    else:
        line = _one_line(done)
        assert line.startswith(f"{stage}: ")
        assert "the disk is full (or a quota or a limit on file size is reached); make room" in line
        assert outputs.litter(place) in ([], [f"data/{stage}/.unfinished left behind"])
    for path in [*(place / "data").rglob("*.parquet"), *(place / ".cache").rglob("*.parquet")]:
        shards.read(path)
    assert _stage(place, stage).returncode == 0
    assert outputs.differences(before, outputs.taken(place)) == []
    assert outputs.litter(place) == []


def _flip(path: Path) -> None:
    content = path.read_bytes()
    place = len(content) // 3
    path.write_bytes(content[:place] + bytes([content[place] ^ 16]) + content[place + 1 :])


def _of_another_stage(path: Path) -> None:
    path.write_bytes((path.parents[1] / "phonemize" / path.name).read_bytes())


@pytest.mark.parametrize("damage", [Path.unlink, _flip, _of_another_stage])
def test_a_damaged_shard_is_refused_by_name_and_made_again(
    damage: Callable[[Path], object], place: Path, before: dict[str, str]
) -> None:
    path = place / "data/clean" / shards.name(1)
    damage(path)
    line = _one_line(_stage(place, "phonemize"))
    assert f"data/clean/{path.name}" in line or f"data/clean: {path.name}" in line
    assert "`dvc repro`" in line
    done = run(place, "dvc", "repro", "phonemize")
    assert done.returncode == 0, done.stderr
    assert outputs.differences(before, outputs.taken(place)) == []
    assert outputs.litter(place) == []


def test_a_clock_that_runs_backwards(place: Path, before: dict[str, str], tmp_path: Path) -> None:
    """Files from the future, and a time that falls by a day with every second."""
    (tmp_path / "sitecustomize.py").write_text(BACKWARDS)
    future = time.time() + 1e9
    for emptied in (False, True):
        if emptied:
            repository.empty_caches(place)
        for path in [p for name in ("data", ".cache") for p in (place / name).rglob("*")]:
            os.utime(path, (future, future))
        for stage in DONE:
            command = [sys.executable, "-m", f"stages.{stage}"]
            environment = os.environ | {"PYTHONPATH": str(tmp_path)}
            subprocess.run(command, cwd=place, env=environment, check=True)
        assert outputs.differences(before, outputs.taken(place)) == []
        assert outputs.litter(place) == []


def test_two_at_once(place: Path, before: dict[str, str]) -> None:
    """The second waits, whatever their order."""
    repository.empty_caches(place)
    command = [sys.executable, "-m", "stages.clean"]
    both = [subprocess.Popen(command, cwd=place) for _ in range(2)]
    assert [process.wait(300) for process in both] == [0, 0]
    assert outputs.differences(before, outputs.taken(place)) == []
    assert outputs.litter(place) == []

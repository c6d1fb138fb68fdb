"""The process of a stage: it ends with `dvc`, and there is one of its kind at a time."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chaos.processes import Family, start
from tests.engine.work import eventually

ROOT = Path(__file__).parents[2]
# A stage whose two workers have a minute's work each; ready when both have begun.
STAGE = """
import stages.process
from functools import partial
from pathlib import Path
from pngnw.engine import local
from tests.engine.work import open_work

if __name__ == "__main__":
    stages.process.end_workers_on_sigterm()
    list(local.map_unordered(partial(open_work, Path("notes")), [(0, "slow"), (1, "slow")], 2))
"""
# What stands for `dvc`: it runs the stage by a shell, as `dvc` does, and waits.
DVC = """
import os, subprocess, sys
subprocess.run([sys.argv[1], "-c", sys.argv[2]], env=os.environ | {"DVC_STAGE": "clean"})
"""
ALONE = """
import sys, time
from stages.process import alone
with alone("clean"):
    print("begins", flush=True)
    time.sleep(float(sys.argv[1]))
"""
SHELL = f"exec 2>>log; {sys.executable} stage.py; true"  # the shell has to stay


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {"stage.py": STAGE, "dvc.py": DVC, "alone.py": ALONE}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "notes").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("DVC_STAGE", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("early", "number", "shell"),
    [
        (False, signal.SIGTERM, "/bin/sh"),
        (False, signal.SIGKILL, "/bin/bash"),
        (True, signal.SIGKILL, "/bin/sh"),
    ],
)
def test_a_stage_ends_with_its_dvc(
    early: bool, number: signal.Signals, shell: str, folder: Path
) -> None:
    """Whether or not the shell stays between the two."""
    family = start(folder, [sys.executable, "dvc.py", shell, SHELL], folder / "log")
    notes = folder / "notes"
    eventually(lambda: len(list(notes.iterdir())) == 2 or (early and len(family.members()) > 2), 60)
    family.main.send_signal(number)
    family.main.wait(10)
    assert family.seconds_to_end(20) is not None, family.command_lines()


def test_orphans_of_a_container_whose_first_process_shares_their_session(folder: Path) -> None:
    """As CI has it: `dvc` is killed while the stage starts, and a shell adopts the orphans."""
    container = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"]
    if shutil.which("unshare") is None or subprocess.run([*container, "true"]).returncode:
        pytest.skip("no namespaces here")
    first = f"{sys.executable} dvc.py /bin/sh '{SHELL}'; sleep 60"
    family = start(folder, [*container, "/bin/sh", "-c", first], folder / "log")
    try:
        eventually(lambda: _pythons(family, "stage.py"), 60)
        os.kill(_pythons(family, "dvc.py")[0], signal.SIGKILL)
        eventually(lambda: not _pythons(family, ""), 20)
    finally:
        family.end()


def test_without_dvc_a_stage_outlives_whoever_started_it(folder: Path) -> None:
    """As `nohup` and a closed terminal have it."""
    code = "import subprocess, sys; subprocess.Popen([sys.executable, 'stage.py'])"
    family = start(folder, [sys.executable, "-c", code], folder / "log")
    family.main.wait(10)
    time.sleep(2)
    assert family.members()
    os.killpg(family.main.pid, signal.SIGTERM)
    assert family.seconds_to_end(20) is not None, family.command_lines()


def test_the_second_waits_for_the_first(folder: Path) -> None:
    """However the first ends: the lock goes with its process."""
    with _running(folder) as first:
        second = _alone(folder, 0)
        assert second.stderr is not None
        assert f"waits for process {first.pid}" in second.stderr.readline()
        assert second.poll() is None
    assert second.communicate(timeout=30)[0] == "begins\n"
    assert _alone(folder, 0).communicate(timeout=30) == ("begins\n", "")


def test_experiments_that_share_a_cache_do_not_wait(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`dvc queue` runs each in a folder of its own, with DVC_ROOT as in the repository."""
    monkeypatch.setenv("DVC_ROOT", str(folder))
    (folder / "other").mkdir()
    (folder / "other/alone.py").write_text(ALONE)
    with _running(folder):
        assert _alone(folder / "other", 0).communicate(timeout=30) == ("begins\n", "")


def _pythons(family: Family, script: str) -> list[int]:
    """Those of a family that run a script."""
    lines = (line.split(": ", 1) for line in family.command_lines())
    return [int(n) for n, command in lines if command.startswith(f"{sys.executable} {script}")]


def _alone(folder: Path, seconds: float) -> "subprocess.Popen[str]":
    command = [sys.executable, "alone.py", str(seconds)]
    return subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@contextmanager
def _running(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that holds the lock until it is killed."""
    process = _alone(folder, 60)
    assert process.stdout is not None
    assert process.stdout.readline() == "begins\n"
    yield process
    process.kill()
    process.communicate()

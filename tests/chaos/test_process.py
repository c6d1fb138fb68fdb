"""The process of a stage: it ends with `dvc`, and there is one of its kind at a time."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.chaos.processes import Family, start

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
    print("begins", time.monotonic(), flush=True)
    time.sleep(float(sys.argv[1]))
    print("ends", time.monotonic(), flush=True)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
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
    early: bool, number: signal.Signals, shell: str, place: Path
) -> None:
    """Whether or not the shell stays between the two."""
    command = f"exec 2>>log; {sys.executable} stage.py; true"  # the shell has to stay
    family = start(place, [sys.executable, "dvc.py", shell, command], place / "log")
    end = time.monotonic() + 60
    while len(list((place / "notes").iterdir())) < 2:
        assert time.monotonic() < end
        if early and len(family.members()) > 2:
            break
        time.sleep(0.01)
    family.send(number)
    family.main.wait(10)
    assert family.gone_after(20) is not None, family.remains()


def test_orphans_of_a_container_whose_first_process_shares_their_session(place: Path) -> None:
    """As CI has it: `dvc` is killed while the stage starts, and a shell adopts the orphans."""
    container = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"]
    if shutil.which("unshare") is None or subprocess.run([*container, "true"]).returncode:
        pytest.skip("no namespaces here")
    stage = f"exec 2>>log; {sys.executable} stage.py; true"
    first = f"{sys.executable} dvc.py /bin/sh '{stage}'; sleep 60"
    family = start(place, [*container, "/bin/sh", "-c", first], place / "log")
    end = time.monotonic() + 60
    while not (running := _pythons(family, "stage.py")):
        assert time.monotonic() < end
        time.sleep(0.01)
    os.kill(_pythons(family, "dvc.py")[0], signal.SIGKILL)
    end = time.monotonic() + 20
    while running and time.monotonic() < end:
        time.sleep(0.1)
        running = _pythons(family, "")
    assert not running, family.remains()
    family.end()


def test_without_dvc_a_stage_outlives_whoever_started_it(place: Path) -> None:
    """As `nohup` and a closed terminal have it."""
    code = "import subprocess, sys; subprocess.Popen([sys.executable, 'stage.py'])"
    family = start(place, [sys.executable, "-c", code], place / "log")
    family.main.wait(10)
    time.sleep(2)
    assert family.members()
    os.killpg(family.main.pid, signal.SIGTERM)
    assert family.gone_after(20) is not None, family.remains()


def test_the_second_waits_for_the_first(place: Path) -> None:
    """However the first ends: the lock goes with its process."""
    first = _alone(place, 60)
    assert first.stdout is not None
    assert first.stdout.readline().startswith("begins")
    second = _alone(place, 0)
    assert second.stderr is not None
    said = second.stderr.readline()
    assert said == f"clean: waits for process {first.pid}, which runs this stage\n"
    assert second.poll() is None
    first.kill()
    out, _ = second.communicate(timeout=30)
    assert out.startswith("begins")
    third = _alone(place, 0)
    assert third.communicate(timeout=30)[1] == ""
    first.communicate()


def test_experiments_that_share_a_cache_do_not_wait(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`dvc queue` runs each in a folder of its own, with DVC_ROOT as in the repository."""
    monkeypatch.setenv("DVC_ROOT", str(place))
    first = _alone(place, 60)
    assert first.stdout is not None
    assert first.stdout.readline().startswith("begins")
    (place / "other").mkdir()
    (place / "other/alone.py").write_text(ALONE)
    out, said = _alone(place / "other", 0).communicate(timeout=30)
    assert out.startswith("begins")
    assert said == ""
    first.kill()
    first.communicate()


def _pythons(family: Family, script: str) -> list[int]:
    """Those of a family that run a script."""
    found = (line.split(": ", 1) for line in family.remains())
    return [int(n) for n, command in found if command.startswith(f"{sys.executable} {script}")]


def _alone(place: Path, seconds: float) -> "subprocess.Popen[str]":
    command = [sys.executable, "alone.py", str(seconds)]
    return subprocess.Popen(
        command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )

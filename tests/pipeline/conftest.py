"""Repositories of the tests' own: copies of the work tree, committed, set to the tiny preset."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from pngnw.tools import presets

ROOT = Path(__file__).parent.parent.parent
Command = Callable[..., subprocess.CompletedProcess[str]]


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a user would, with the interpreter of the tests first on the path."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DVC_")}
    return subprocess.run(
        command,
        cwd=folder,
        env={**environment, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,  # of a slow machine beside other work
    )


def make_repository(folder: Path) -> Path:
    """Copy what git knows or would add, set the tiny preset, commit."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    presets.apply("tiny", folder / "params.yaml")
    for command in (
        ["git", "init", "-q", "-b", "main"],
        ["git", "config", "user.name", "test"],
        ["git", "config", "user.email", "test@localhost"],
        ["git", "add", "-A"],
        ["git", "commit", "-q", "-m", "tiny"],
    ):
        subprocess.run(command, cwd=folder, check=True)
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "pngnw"
    folder.mkdir()
    return make_repository(folder)


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The tiny corpus plus damaged text, after `dvc repro` and a commit of what it wrote.

    Made once for all tests and all test processes: copy it before you change anything.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    done = shared / "ready"
    with FileLock(str(done) + ".lock"):
        if not done.exists():
            folder = shared / "unfinished"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make_repository(folder)
            texts = folder / "tests/data/corpus"
            (texts / "damaged.txt").write_bytes(
                b"She sat by the \xff\xfe window and waited\x00 for rain.\n\n"
                b"Nobody came that evening.\n"
            )
            (texts / "one_line.txt").write_text("the same word and again " * 430_000)
            (texts / "nothing.txt").write_bytes(b"")
            commands = "dvc repro && git add -A && git commit -q -m run"
            finished = run(folder, "bash", "-c", commands)
            assert finished.returncode == 0, finished.stdout + finished.stderr
            folder.rename(done)
    return done


def copy(ready: Path, folder: Path) -> Path:
    """A copy of a finished repository to spoil."""
    return Path(shutil.copytree(ready, folder, symlinks=True))

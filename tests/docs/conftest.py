"""A repository at the tiny preset, run once for all pages and all test processes."""

import shutil
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from tests.pipeline.conftest import make_repository, run


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """After `dvc repro` and a commit of what it wrote. Copy it before you change anything."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    done = shared / "docs-repository"
    with FileLock(str(done) + ".lock"):
        if not done.exists():
            folder = shared / "docs-unfinished"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make_repository(folder)
            commands = "dvc repro && git add -A && git commit -q -m run"
            finished = run(folder, "bash", "-c", commands)
            assert finished.returncode == 0, finished.stdout + finished.stderr
            folder.rename(done)
    return done


@pytest.fixture
def repository(ready: Path, tmp_path: Path) -> Path:
    """A copy to spoil, with an environment that `make` takes for set up."""
    folder = tmp_path / "pngnw"
    shutil.copytree(ready, folder, symlinks=True)
    environment = folder / ".venv"
    environment.mkdir()
    for path in Path(sys.prefix).iterdir():
        if path.name != ".installed":
            (environment / path.name).symlink_to(path)
    (environment / ".installed").touch()
    return folder

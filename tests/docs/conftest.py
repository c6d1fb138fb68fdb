"""A finished repository at the tiny preset for every page."""

import sys
from pathlib import Path

import pytest

from tests.pipeline.conftest import copy, ready

__all__ = ["ready"]


@pytest.fixture
def repository(ready: Path, tmp_path: Path) -> Path:
    """A copy to spoil, with an environment that `make` takes for set up."""
    folder = copy(ready, tmp_path / "pngnw")
    environment = folder / ".venv"
    environment.mkdir()
    for path in Path(sys.prefix).iterdir():
        if path.name != ".installed":
            (environment / path.name).symlink_to(path)
    (environment / ".installed").touch()
    return folder

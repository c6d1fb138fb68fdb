import shutil
from pathlib import Path

import pytest

from tests.tools.report import made


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.repository(tmp_path_factory.mktemp("repository"))


@pytest.fixture
def repository(_made: Path, tmp_path: Path) -> Path:
    """A repository of the test's own."""
    return shutil.copytree(_made, tmp_path / "repository")

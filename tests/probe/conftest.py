"""A small untrained encoder in a real folder, as pretraining writes it."""

from pathlib import Path

import pytest

from pngnw.text import TextReader
from tests.tools.export.made import small_encoder


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The caches of a test are its own."""
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    return tmp_path / ".cache"


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="session")
def reader(encoder: Path) -> TextReader:
    return TextReader.load(encoder)

"""One hypothesis profile for everybody: deterministic, and patient with a loaded machine."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from pngnw import Encoder

settings.register_profile("pngnw", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("pngnw")


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shard store of the test's own."""
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    return tmp_path / ".cache"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small untrained encoder's, one for each file of tests."""
    from tests.tools.export.made import small_encoder  # torch is slow to load, and most need none

    return small_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="module")
def encoder(folder: Path) -> "Encoder":
    """The one in `folder`."""
    from pngnw import Encoder

    return Encoder.from_pretrained(folder)

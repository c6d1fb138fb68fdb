"""One hypothesis profile for everybody: deterministic, and patient with a loaded machine."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("pngnw", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("pngnw")


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shard store of the test's own."""
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    return tmp_path / ".cache"

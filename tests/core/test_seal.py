"""The seal of a file: where it may lie, and what has none (test_shards has what it covers)."""

from pathlib import Path

import pytest

from pngnw.core import seal


def test_a_seal_in_the_pages_is_none(tmp_path: Path) -> None:
    text = f'"seal": "{seal.NONE}"'.encode()
    path = tmp_path / "a"
    path.write_bytes(b"PAR1" + text + b"{}" + (2).to_bytes(4, "little") + b"PAR1")
    assert not seal.is_sealed(path)
    with pytest.raises(ValueError, match="no place for a seal"):
        seal.write(path)

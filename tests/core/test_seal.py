"""The seal of a file: where it lies, what it covers, what has none."""

from pathlib import Path

import pytest

from pngnw.core import seal


def with_footer(path: Path, metadata: bytes) -> Path:
    """A file that ends as Parquet does: footer, its length, the magic number."""
    path.write_bytes(b"PAR1 pages" + metadata + len(metadata).to_bytes(4, "little") + b"PAR1")
    return path


def test_every_byte_but_the_digest_counts(tmp_path: Path) -> None:
    path = with_footer(tmp_path / "a", f'{{"rows": 1, "seal": "{seal.NONE}"}}'.encode())
    empty = path.read_bytes()
    seal.write(path)
    assert seal.is_sealed(path)
    sealed = path.read_bytes()
    place = empty.index(seal.NONE.encode())
    assert sealed[:place] == empty[:place]
    assert sealed[place + 32 :] == empty[place + 32 :]
    for offset in (0, place - 20, place, place + 31):
        path.write_bytes(sealed[:offset] + bytes([sealed[offset] ^ 1]) + sealed[offset + 1 :])
        with pytest.raises(ValueError, match="not those that were written"):
            seal.is_sealed(path)


def test_a_seal_in_the_pages_is_none(tmp_path: Path) -> None:
    text = f'"seal": "{seal.NONE}"'.encode()
    path = tmp_path / "a"
    path.write_bytes(b"PAR1" + text + b"{}" + (2).to_bytes(4, "little") + b"PAR1")
    assert not seal.is_sealed(path)
    with pytest.raises(ValueError, match="no place for a seal"):
        seal.write(path)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"x" * 7, b"\xff" * 40])
def test_files_that_are_not_parquet_have_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    assert not seal.is_sealed(path)

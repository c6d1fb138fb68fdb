"""Files are decompressed as they are read; damage is named, and a bomb is not expanded."""

import bz2
import gzip
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from pngnw.clean import streams
from pngnw.core.errors import UserError


def _zstd(data: bytes) -> bytes:
    return bytes(pa.compress(data, codec="zstd", asbytes=True))


PACKERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".zst": _zstd}
each_packer = pytest.mark.parametrize(("suffix", "pack"), PACKERS.items())
Pack = Callable[[bytes], bytes]


def _read(path: Path) -> tuple[bytes, Counter[str]]:
    counts: Counter[str] = Counter()
    data = b""
    with streams.opened(path, counts) as file:
        while block := file.read(50_000):
            data += block
    return data, counts


@each_packer
def test_what_went_in_comes_out(tmp_path: Path, suffix: str, pack: Pack) -> None:
    data = os.urandom(300_000)
    path = tmp_path / f"a{suffix.upper()}"
    path.write_bytes(pack(data[:1000]) + pack(data[1000:]))  # such files may be put together
    assert _read(path) == (data, Counter(bytes_in=path.stat().st_size))
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    assert _read(path) == (data, Counter(bytes_in=len(data)))


@each_packer
def test_damage_is_named(tmp_path: Path, suffix: str, pack: Pack) -> None:
    whole = pack(os.urandom(200_000))
    spoilt = whole[:100_000] + bytes(byte ^ 255 for byte in whole[100_000:])
    for data in (whole[:-20], whole[:100_000], b"no archive" * 10, spoilt):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(data)
        with pytest.raises(UserError, match=rf"a\{suffix}: truncated or damaged \(.*; replace"):
            _read(path)


def test_a_bomb_is_left_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "BOMB_BYTES", 4 << 20)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"boom " * (4 << 20)))
    data, counts = _read(path)
    assert len(data) < 16 << 20
    assert counts["dropped.decompression_bomb"] == counts["lines_in"] == 1
    assert "bomb.gz" in capsys.readouterr().err

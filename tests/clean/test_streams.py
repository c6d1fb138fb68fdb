"""Files are decompressed as they are read; damage is named, and a bomb is not expanded."""

import bz2
import gzip
import os
import tracemalloc
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


@each_packer
def test_a_bomb_is_left(
    tmp_path: Path,
    suffix: str,
    pack: Pack,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streams, "BOMB_BYTES", 4 << 20)
    path = tmp_path / f"bomb{suffix}"
    path.write_bytes(pack(b"boom " * (4 << 20)))
    counts: Counter[str] = Counter()
    read = 0
    tracemalloc.start()
    with streams.opened(path, counts) as file:
        while block := file.read(1 << 16):
            read += len(block)
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert streams.BOMB_BYTES - (1 << 17) <= read < 16 << 20
    assert highest < 2 << 20
    assert counts["dropped.decompression_bomb"] == counts["lines_in"] == 1
    warning = capsys.readouterr().err
    assert warning.count("\n") == 1
    assert path.name in warning


def test_what_is_small_may_shrink_as_it_likes(tmp_path: Path) -> None:
    path = tmp_path / "a.zst"
    path.write_bytes(_zstd(b"a" * (8 << 20)))
    assert len(_read(path)[0]) == 8 << 20

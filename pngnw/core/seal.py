"""The seal of a Parquet file: a digest of all its other bytes, in its own footer.

Guarantees: whichever bit of a sealed file changes is noticed before any library parses it. Costs
one reading of the file, at the speed of memory.
"""

import os
import re
from pathlib import Path

import xxhash

NONE = "0" * 32  # stands in the metadata until `write`
_SEAL = re.compile(rb'"seal": "(?P<digest>[0-9a-f]{32})"')
_BLOCK = 1 << 20  # bytes


def write(path: Path) -> None:
    """Seal a file whose JSON metadata has `"seal": NONE` as the last of that form."""
    start = _digest_start(path)
    if start is None:
        raise ValueError(f"{path}: no place for a seal")
    digest = _digest(path, start)
    with path.open("r+b") as file:
        file.seek(start)
        file.write(digest)


def is_sealed(path: Path) -> bool:
    """Whether a file has a seal; ValueError if it is not that of its bytes."""
    start = _digest_start(path)
    if start is None:
        return False
    with path.open("rb") as file:
        file.seek(start)
        if file.read(len(NONE)) != _digest(path, start):
            raise ValueError("its bytes are not those that were written")
    return True


def _digest_start(path: Path) -> int | None:
    """Offset of the seal's digest in a Parquet file; None for a file without a seal."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 8))
        length = int.from_bytes(file.read(4), "little")
        footer = max(0, size - 8 - length)
        file.seek(footer)
        seals = list(_SEAL.finditer(file.read(length)))
    return footer + seals[-1].start("digest") if seals else None


def _digest(path: Path, start: int) -> bytes:
    """Digest, in hex digits, of all bytes of a file but those of the seal at `start`."""
    digest = xxhash.xxh3_128()
    with path.open("rb") as file:
        left = start
        while block := file.read(min(left, _BLOCK)):
            digest.update(block)
            left -= len(block)
        file.seek(start + len(NONE))
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest().encode()

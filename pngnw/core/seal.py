"""The seal of a Parquet file: a digest of all its other bytes, in its own footer.

Guarantees: whichever bit of a sealed file changes is noticed before any library parses it. Costs
one reading of the file, at the speed of memory.
"""

import os
import re
from pathlib import Path

import xxhash

NONE = "0" * 32  # what the metadata has in its place before `put`
_SEAL = re.compile(rb'"seal": "(?P<digest>[0-9a-f]{32})"')
_BLOCK = 1 << 20  # bytes


def put(path: Path) -> None:
    """Seal a file whose JSON metadata has `"seal": NONE` as the last of that form.

    Raises:
        ValueError: it has not.
    """
    place = _place(path)
    if place is None:
        raise ValueError(f"{path}: no place for a seal")
    digest = _digest_around(path, place)
    with path.open("r+b") as file:
        file.seek(place)
        file.write(digest)


def is_sealed(path: Path) -> bool:
    """Whether a file has a seal.

    Raises:
        ValueError: it is not that of its bytes.
    """
    place = _place(path)
    if place is None:
        return False
    with path.open("rb") as file:
        file.seek(place)
        if file.read(len(NONE)) != _digest_around(path, place):
            raise ValueError("its bytes are not those that were written")
    return True


def _place(path: Path) -> int | None:
    """Where in a Parquet file the digest of our metadata stands; None for other files."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 8))
        length = int.from_bytes(file.read(4), "little")
        start = max(0, size - 8 - length)
        file.seek(start)
        found = list(_SEAL.finditer(file.read(length)))
    return start + found[-1].start("digest") if found else None


def _digest_around(path: Path, place: int) -> bytes:
    """Digest, in hex digits, of all bytes of a file but those of the seal at `place`."""
    digest = xxhash.xxh3_128()
    with path.open("rb") as file:
        left = place
        while block := file.read(min(left, _BLOCK)):
            digest.update(block)
            left -= len(block)
        file.seek(place + len(NONE))
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest().encode()

"""A file's bytes, decompressed while they are read.

Guarantees: memory is bounded by a buffer, whatever the file; a truncated or damaged file is refused
by name; a file that expands beyond reason is read no further, which is counted and reported.
"""

import bz2
import gzip
import io
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from pngnw.core.errors import UserError

# Prose shrinks to a third or a tenth; gzip cannot do better than 1 to 1032.
BOMB_BYTES = 64 << 20
BOMB_RATIO = 500
_BUFFER = 1 << 16
_UNPACKERS: dict[str, Callable[[BinaryIO], Any]] = {
    ".gz": lambda packed: gzip.GzipFile(fileobj=packed),
    ".bz2": bz2.BZ2File,
    ".zst": lambda packed: pa.CompressedInputStream(packed, "zstd"),
}


class _DecompressionBombError(Exception):
    """Unwinds the reader of a stream up to `opened`, so that no half record is taken for one."""


@contextmanager
def opened(path: Path, counts: Counter[str]) -> Iterator[BinaryIO]:
    """The plain bytes of a file, for one reading from its start.

    Adds to `counts`: bytes_in, which are bytes on disk. The block is left early when the file is a
    decompression bomb: one lines_in and one dropped.decompression_bomb.

    Raises:
        UserError: inside the block, when the file is truncated or damaged.
    """
    counts["bytes_in"] += path.stat().st_size
    unpacker = _UNPACKERS.get(path.suffix.lower())
    with path.open("rb") as packed:
        if unpacker is None:
            yield packed
            return
        try:
            yield io.BufferedReader(_Guarded(path, packed, unpacker(packed)), _BUFFER)
        except _DecompressionBombError:
            leave_bomb(path, counts)


def is_bomb(expanded: int, packed: int) -> bool:
    """Whether so many bytes out of so few are beyond reason."""
    return expanded > max(BOMB_BYTES, BOMB_RATIO * packed)


def leave_bomb(path: Path, counts: Counter[str]) -> None:
    """Count and report that the rest of a file is not read."""
    counts.update({"lines_in": 1, "dropped.decompression_bomb": 1})
    print(
        f"clean: warning: {path}: expands more than {BOMB_RATIO} times (a decompression bomb); the "
        "rest of it is left out",
        file=sys.stderr,
    )


class _Guarded(io.RawIOBase):
    """A decompressor that names its file when that is damaged, and stops at a bomb."""

    def __init__(self, path: Path, packed: BinaryIO, plain: Any) -> None:
        self._path, self._packed, self._plain = path, packed, plain
        self._expanded = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            size = int(self._plain.readinto(buffer))
        except (EOFError, OSError, zlib.error, pa.ArrowException) as error:
            raise UserError(
                f"{self._path}: truncated or damaged ({error}); replace the file at its source"
            ) from None
        self._expanded += size
        if is_bomb(self._expanded, self._packed.tell()):
            raise _DecompressionBombError
        return size

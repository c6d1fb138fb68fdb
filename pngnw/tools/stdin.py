"""Standard input as lines."""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import BufferedIOBase
from typing import Final, cast

READ_BYTES: Final = 1 << 20  # at a time; about ten thousand sentences


def line_batches(stream: BufferedIOBase, read_bytes: int = READ_BYTES) -> Iterator[list[str]]:
    """The lines of a stream without their ends, as they arrive; bytes that are no UTF-8 are U+FFFD.

    A line that has arrived is handed on before more is waited for, so a typed one is answered at
    once. Memory holds one read and the line that is still coming in.
    """
    unfinished: list[bytes] = []
    while chunk := stream.read1(read_bytes):
        *lines, rest = chunk.split(b"\n")
        if lines:
            yield [_text(b"".join([*unfinished, lines[0]])), *map(_text, lines[1:])]
            unfinished.clear()
        unfinished.append(rest)
    if last := b"".join(unfinished):
        yield [_text(last)]


def _text(line: bytes) -> str:
    return line.decode("utf-8", errors="replace").rstrip("\r")


def stdin_lines() -> Iterator[list[str]]:
    """The lines of standard input, as `line_batches`."""
    with suppress(OSError, AttributeError):  # no pipe; another system than Linux
        # A pipe holds a sixteenth of that, and the more lines at a time, the faster they are read.
        fcntl.fcntl(sys.stdin.fileno(), fcntl.F_SETPIPE_SZ, READ_BYTES)
    return line_batches(cast(BufferedIOBase, sys.stdin.buffer), READ_BYTES)

"""Lines of a byte stream, handed on as they arrive.

Guarantees: what has arrived is handed on before more is waited for, so the first line is answered
at once, a typed one too; memory holds one read and the line that is still coming in.
"""

from collections.abc import Iterator
from io import BufferedIOBase
from typing import Final

READ: Final = 1 << 18  # bytes; about five thousand sentences


def line_batches(stream: BufferedIOBase, read: int = READ) -> Iterator[list[str]]:
    """The lines of a stream without their ends; bytes that are not UTF-8 become U+FFFD."""
    begun: list[bytes] = []
    while chunk := stream.read1(read):
        *lines, rest = chunk.split(b"\n")
        if lines:
            yield [_text(b"".join([*begun, lines[0]])), *map(_text, lines[1:])]
            begun.clear()
        begun.append(rest)
    if last := b"".join(begun):
        yield [_text(last)]


def _text(line: bytes) -> str:
    return line.decode("utf-8", errors="replace").rstrip("\r")

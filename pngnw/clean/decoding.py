"""Bytes of a text to parts of valid text, repaired and counted; never an exception.

Guarantees: every byte is read; memory is bounded by one part, whatever the file or its longest
line; a byte that is no UTF-8 becomes the character it is in Windows-1252, a NUL becomes a space. A
part with too many such bytes is no English text in any of these encodings: dropped and counted.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

PART_BYTES = 1 << 16
TOO_DAMAGED = 0.2  # share of a part's bytes that are invalid or NUL
_SENTENCE_END = re.compile(rb"[.!?][\"')\]]*\s(?=\S)")
# An undecodable byte b is escaped as U+DC00 + b.
_ESCAPED = re.compile("[\udc80-\udcff]")


def text_parts(file: BinaryIO, counts: Counter[str]) -> Iterator[str]:
    """The text of an open file in parts of at most `PART_BYTES` bytes, line ends as `\\n`.

    Parts end at an empty line where there is one, else at the end of a sentence, a line or a word.
    Adds to `counts`: repaired.invalid_byte, repaired.nul, repaired.long_line, and for each part
    that is left out lines_in and dropped.undecodable.
    """
    rest = b""
    for block in _blocks(file):
        rest += block
        while len(rest) > PART_BYTES:
            cut = _cut(rest[:PART_BYTES], counts)
            yield from _repair(rest[:cut], counts)
            rest = rest[cut:]
    if rest:
        yield from _repair(rest, counts)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """UTF-8 blocks with `\\n` line ends; UTF-16 is known by its byte order mark."""
    start = file.read(2)
    wide = start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    decoder = codecs.getincrementaldecoder("utf-16")("replace") if wide else None
    block, carried = start + file.read(PART_BYTES - len(start)), b""
    while block:
        following = file.read(PART_BYTES)
        data = decoder.decode(block, final=not following).encode() if decoder else block
        data = carried + data
        carried = b"\r" if following and data.endswith(b"\r") else b""  # never part a \r\n
        yield data.removesuffix(carried).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        block = following


def _cut(block: bytes, counts: Counter[str]) -> int:
    """Where to end a part within a full block, looking for a good place in its second half."""
    half = len(block) // 2
    empty_line = block.rfind(b"\n\n", half)
    if empty_line >= 0:
        return empty_line + 2
    ends = [match.end() for match in _SENTENCE_END.finditer(block, half)]
    if ends:
        return ends[-1]
    counts["repaired.long_line"] += 1
    for separator in (b"\n", b" "):
        at = block.rfind(separator, half)
        if at >= 0:
            return at + 1
    cut = len(block)
    while cut > len(block) - 4 and block[cut - 1] & 0xC0 == 0x80:  # not within a character
        cut -= 1
    return cut - 1 if block[cut - 1] >= 0xC0 else len(block)


def _repair(data: bytes, counts: Counter[str]) -> Iterator[str]:
    """The text of a part, or nothing if too little of it is text."""
    text, invalid = _ESCAPED.subn(_windows_1252, data.decode("utf-8", "surrogateescape"))
    nul = text.count("\0")
    if invalid + nul > max(8, TOO_DAMAGED * len(data)):
        counts.update({"lines_in": 1, "dropped.undecodable": 1})
        return
    counts.update({"repaired.invalid_byte": invalid, "repaired.nul": nul})
    # A space, because a NUL may be all that parts two words.
    yield text.replace("\0", " ").removeprefix("\ufeff")


def _windows_1252(match: re.Match[str]) -> str:
    return bytes([ord(match[0]) - 0xDC00]).decode("cp1252", "replace")

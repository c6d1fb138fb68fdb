"""Plain text to paragraphs: hard-wrapped lines are joined, lists and verse titles are not."""

from collections.abc import Iterator
from itertools import pairwise

LONG_LINE = 120  # characters: text with longer lines is not hard-wrapped
_TERMINAL = (".", "!", "?")
_CLOSING = "\"'”’)]_*"
_OPEN_END = (",", ";", ":", "-", "—", "–")


def paragraphs(text: str) -> tuple[list[str], int]:
    """The paragraphs of a text and its number of blank lines. Inner white space is one space."""
    found: list[str] = []
    blank = 0
    block: list[str] = []
    for line in text.split("\n"):
        words = " ".join(line.split())
        if words:
            block.append(words)
        else:
            blank += 1
            found += _unwrap(block)
            block = []
    found += _unwrap(block)
    # The piece after the last line end is no line.
    return found, blank - (text.endswith("\n") or not text)


def _unwrap(block: list[str]) -> Iterator[str]:
    """Paragraphs of consecutive lines."""
    if not block:
        return
    width = max(map(len, block))
    listed = len(block) > 3 and not any(mark in line for line in block for mark in _TERMINAL)
    if width > LONG_LINE or listed:
        yield from block
        return
    joined = [block[0]]
    for before, after in pairwise(block):
        if not _goes_on(before, after, width):
            yield "".join(joined)
            joined = [after]
        elif _is_parted(before, after):
            joined.append(after)
        else:
            joined += (" ", after)
    yield "".join(joined)


def _goes_on(before: str, after: str, width: int) -> bool:
    """Whether a line break is the typesetter's. Where a sentence ends it makes no difference."""
    bare = before.rstrip(_CLOSING)
    return (
        bare.endswith(_TERMINAL)
        or bare.endswith(_OPEN_END)
        or after[0].islower()
        or len(before) >= 0.6 * width
    )


def _is_parted(before: str, after: str) -> bool:
    """A compound broken after its hyphen: "red-" / "haired"."""
    return before.endswith("-") and len(before) > 1 and before[-2].isalpha() and after[0].isalpha()

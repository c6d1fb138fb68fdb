"""Plain text to paragraphs, paragraphs to candidate sentences.

Guarantees: every character of a text is in exactly one candidate, apart from white space and what
ftfy repairs; the time is linear in the length, whatever the text.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

LONGEST_TYPESET = 120  # characters: text with longer lines is not hard-wrapped
LONGEST = 20_000  # characters of a paragraph that are split at a time
_TERMINAL = (".", "!", "?")
_CLOSING = "\"'”’)]_*"
_OPEN_END = (",", ";", ":", "-", "—", "–")
_OPENING = "\"'“‘([-—– "
_TITLE_END = re.compile(
    r"(?:^|[\s(\"'])(?:Mr|Mrs|Ms|Dr|St|Prof|Rev|Capt|Col|Gen|Lt|Mt|Messrs|No|vs)\.$"
)
_LONGEST_TITLE = len(" Messrs.") + 1  # characters; one more, lest ^ match inside a word


def paragraphs(text: str) -> tuple[list[str], int]:
    """The paragraphs of a text and its number of blank lines. Inner white space is one space.

    Hard-wrapped lines are joined, lists and titles of verses are not.
    """
    joined: list[str] = []
    blank = 0
    block: list[str] = []
    for line in text.split("\n"):
        words = " ".join(line.split())
        if words:
            block.append(words)
        else:
            blank += 1
            joined += _unwrap(block)
            block = []
    joined += _unwrap(block)
    # The piece after the last line end is no line.
    return joined, blank - (text.endswith("\n") or not text)


def _unwrap(block: list[str]) -> Iterator[str]:
    """Paragraphs of consecutive lines."""
    if not block:
        return
    width = max(map(len, block))
    listed = len(block) > 3 and not any(mark in line for line in block for mark in _TERMINAL)
    if width > LONGEST_TYPESET or listed:
        yield from block
        return
    joined = [block[0]]
    for before, after in pairwise(block):
        if not _goes_on(before, after, width):
            yield "".join(joined)
            joined = [after]
        elif before.endswith("-") and before[-2:-1].isalpha() and after[0].isalpha():
            joined.append(after)  # a compound broken after its hyphen: "red-" / "haired"
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


def repair(paragraph: str, counts: Counter[str]) -> str:
    """Undo mojibake and HTML entities; adds repaired.encoding to `counts`."""
    if paragraph.isascii() and "&" not in paragraph:
        return paragraph
    import ftfy

    fixed = ftfy.fix_text(paragraph, uncurl_quotes=False, fix_latin_ligatures=False)
    fixed = " ".join(fixed.split())
    if fixed != paragraph:
        counts["repaired.encoding"] += 1
    return fixed


def split(paragraph: str, counts: Counter[str]) -> list[str]:
    """The sentences of a paragraph; adds repaired.long_line for every cut to `counts`."""
    from nupunkt import sent_tokenize

    pieces = [str(piece) for part in _cut(paragraph) for piece in sent_tokenize(part)]
    counts["repaired.long_line"] += (len(paragraph) - 1) // LONGEST if paragraph else 0
    joined: list[str] = []
    for piece in pieces:
        piece = piece.strip()
        if joined and _continues(joined[-1], piece):
            joined[-1] = f"{joined[-1]} {piece}"
        elif piece:
            joined.append(piece)
    return joined


def _cut(paragraph: str) -> list[str]:
    """Parts of at most `LONGEST` characters, ended at a sentence, a space or anywhere."""
    parts = []
    start = 0
    while len(paragraph) - start > LONGEST:
        window = paragraph[start : start + LONGEST]
        end = max(window.rfind(mark, LONGEST // 2) for mark in (". ", "! ", "? ")) + 1
        end = end or window.rfind(" ", LONGEST // 2) + 1 or LONGEST
        parts.append(window[:end])
        start += end
    return [*parts, paragraph[start:]]


def _continues(before: str, after: str) -> bool:
    """Whether the splitter parted what belongs together: "Mr." / "Darcy", "a.m." / "the"."""
    if len(before) + len(after) > LONGEST:
        return False
    start = after.lstrip(_OPENING)[:1]
    if start.islower():
        return True
    return not start or _TITLE_END.search(before[-_LONGEST_TITLE:]) is not None

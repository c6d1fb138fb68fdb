"""Paragraphs to candidate sentences: mojibake repaired, long lines cut, sentences split.

Guarantees: every character of a paragraph is in exactly one candidate, apart from white space and
what ftfy repairs; the time is linear in the length, whatever the paragraph.
"""

import re
from collections import Counter

LONGEST = 20_000  # characters of a paragraph that are split at a time
_TITLE_END = re.compile(
    r"(?:^|[\s(\"'])(?:Mr|Mrs|Ms|Dr|St|Prof|Rev|Capt|Col|Gen|Lt|Mt|Messrs|No|vs)\.$"
)
_LONGEST_TITLE = len(" Messrs.") + 1  # characters; one more, lest ^ match inside a word
_OPENING = "\"'“‘([-—– "


def repair(paragraph: str, counts: Counter[str]) -> str:
    """Undo mojibake and HTML entities; adds repaired.encoding to `counts`."""
    if paragraph.isascii() and "&" not in paragraph:
        return paragraph
    import ftfy

    fixed = " ".join(
        ftfy.fix_text(paragraph, uncurl_quotes=False, fix_latin_ligatures=False).split()
    )
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

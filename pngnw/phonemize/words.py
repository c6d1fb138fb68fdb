"""Spoken text to words and punctuation marks, with exact offsets.

Guarantees: for every token `text[token.start:token.end] == token.text`; tokens are in order, do not
overlap, and together hold every character that is not white space: nothing is dropped. A hyphenated
word, a contraction, a possessive and a dotted initialism ("U.S.") are one token each; every other
character is a mark, a token of its own. Offsets count code points.

An apostrophe is part of a word between letters ("don't"), in front of a known elision ("'tis") and
behind "s", "-in", "o", "th", "ol" ("the dogs' bowl", "goin'") as long as no single quote is open.
Everything but that one open quote is decided inside a run without white space (a chunk), which
lets `pngnw.phonemize.tokenizer` split each distinct chunk of a corpus once.
"""

import re
from dataclasses import dataclass
from typing import Final

APOSTROPHES: Final = "'\u2019\u02bc\uff07"
OPENING: Final = "\u2018\u201b`"
HYPHENS: Final = "-\u2010\u2011"  # the ASCII one first: a character class starts with it
# Combining marks belong to the letter they stand on; Python's \w leaves them out.
MARKS: Final = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
SPACE: Final = r"\s\x1c-\x1f"

_ELISIONS: Final = (
    "twouldn", "twould", "twasn", "twixt", "twill", "twere", "neath", "gainst", "cause", "course",
    "round", "tisn", "twas", "till", "bout", "cos", "cuz", "ere", "ave", "tis", "til", "em", "er",
    "im", "ow", "n",
)  # fmt: skip

# The apostrophe U+02BC is a letter for Unicode, a joiner for us.
_LETTER = rf"[^\W_\u02bc][{MARKS}]*"
_APOSTROPHE = f"[{APOSTROPHES}]"
_RUN = rf"(?:{_LETTER})+"
_WORD = re.compile(
    rf"[^\W\d_](?:\.[^\W\d_])+(?:\.(?![^\W_]))?(?![^\W_{MARKS}])(?:{_APOSTROPHE}[sS](?![^\W_]))?"
    rf"|{_RUN}(?:[{HYPHENS}{APOSTROPHES}]{_RUN})*"
)
_ELIDED = re.compile(
    rf"[{APOSTROPHES}\u2018](?:{'|'.join(_ELISIONS)})"
    rf"(?:{_APOSTROPHE}[a-z]+)?(?![^\W_{MARKS}])",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?:s|[a-z]{2}in|^o|^th|^ol|^\Wn)$", re.IGNORECASE)
_CHUNK = re.compile(rf"[^{SPACE}]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark: `text[start:end]` of the text it was cut from, in code points."""

    text: str
    start: int
    end: int


def split_chunk(chunk: str, quoted: bool) -> tuple[tuple[tuple[int, int], ...], bool]:
    """Cut a run without white space into spans; `quoted` says whether a single quote is open.

    Returns the spans `(start, end)` and whether a single quote is open behind the chunk.
    """
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(chunk):
        match = _ELIDED.match(chunk, at) or _WORD.match(chunk, at)
        if match is None:
            if chunk[at] in OPENING or chunk[at] in APOSTROPHES:
                opens = chunk[at + 1 : at + 2].isalnum() and not chunk[at - 1 : at].isalnum()
                quoted = opens and chunk[at] != "`"
            spans.append((at, at + 1))
            at += 1
            continue
        end = match.end()
        if not quoted and chunk[end : end + 1] in tuple(APOSTROPHES) and _TAIL.search(match[0]):
            end += 1
        spans.append((at, end))
        at = end
    return tuple(spans), quoted


def tokenize(text: str) -> list[Token]:
    """Cut any string into words and marks; white space separates and is not returned."""
    tokens: list[Token] = []
    quoted = False
    for chunk in _CHUNK.finditer(text):
        spans, quoted = split_chunk(chunk[0], quoted)
        base = chunk.start()
        tokens.extend(Token(chunk[0][a:b], base + a, base + b) for a, b in spans)
    return tokens


def is_mark(text: str) -> bool:
    """Whether a token is punctuation: it holds no letter and no digit."""
    return not any(char.isalnum() and char not in APOSTROPHES for char in text)

"""Where "a" is the letter and not the article.

Guarantees: a pure function of neighbouring tokens of the same text. The letter is

- "A" beside another single capital that is not "I" ("U S A"), and "a" in front of "m" ("ten a m");
- "A" behind a word and not in front of a capital ("Plan A failed", "vitamin A.", not "in A Room of
  One's Own");
- "a" behind a word or a quote, in front of a mark that ends something ("the letter a.", "an 'a'"),
  but not in front of a dash or dots, where speakers falter.

Any other "a" is the article.
"""

import string
from typing import Final

import numpy as np

from pngnw.phonemes.columns import Ints, Tokens
from pngnw.phonemes.words import APOSTROPHES, OPENING, is_mark

_CAPITALS: Final = frozenset(string.ascii_uppercase) - {"I"}
_QUOTES: Final = frozenset(APOSTROPHES + OPENING + '"“”«»')
_ENDS: Final = frozenset(".,;:!?)]") | _QUOTES


def letters_a(tokens: Tokens) -> Ints:
    """Positions (indices of tokens, rising) of every "a" that is a letter."""
    found = [
        at
        for spelling, is_letter in (("A", _capital), ("a", _small))
        for at, *near in zip(*_with_neighbours(tokens, spelling), strict=True)
        if is_letter(*near)
    ]
    return np.array(sorted(found), np.int64)


def _capital(left: str, right: str, _: str) -> bool:
    if left in _CAPITALS or right in _CAPITALS:
        return True
    return left != "" and not is_mark(left) and not right[:1].isupper()


def _small(left: str, right: str, second: str) -> bool:
    if right == "m":
        return True
    if right not in _ENDS or left == "" or right == second == ".":
        return False
    return left in _QUOTES or not (is_mark(left) or right in _QUOTES)


def _with_neighbours(
    tokens: Tokens, spelling: str
) -> tuple[list[int], list[str], list[str], list[str]]:
    """Where a spelling stands; the token before it and the two behind, "" outside the text."""
    is_it = np.array([word == spelling for word in tokens.distinct], bool)
    at = np.flatnonzero(is_it[tokens.kind_W])
    row = np.searchsorted(tokens.bounds_R, at, "right")
    first, end = tokens.bounds_R[row - 1], tokens.bounds_R[row]

    def near(offset: int) -> list[str]:
        inside = (first <= at + offset) & (at + offset < end)
        kinds = tokens.kind_W[np.where(inside, at + offset, at)]
        pairs = zip(inside.tolist(), kinds.tolist(), strict=True)
        return [tokens.distinct[kind] if there else "" for there, kind in pairs]

    return at.tolist(), near(-1), near(1), near(2)

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
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pngnw.phonemize.tokenizer import Ints, Tokens
from pngnw.phonemize.words import APOSTROPHES, OPENING, is_mark

_CAPITALS: Final = frozenset(string.ascii_uppercase) - {"I"}
_QUOTES: Final = frozenset(APOSTROPHES + OPENING + '"“”«»')
_ENDS: Final = frozenset(".,;:!?)]") | _QUOTES


def letters_a(tokens: Tokens) -> Ints:
    """Positions (indices of tokens, rising) of every "a" that is a letter."""
    found = np.concatenate([_capitals(tokens), _small(tokens)])
    found.sort()
    return found


def _capitals(tokens: Tokens) -> Ints:
    at, (left, right) = _with_neighbours(tokens, "A", (-1, 1))
    single = _test(_CAPITALS.__contains__, tokens, left, right)
    upper = _test(lambda word: word[:1].isupper(), tokens, right)
    mark = _test(is_mark, tokens, left)
    behind_a_word = (left >= 0) & ~mark[left]
    return at[single[left] | single[right] | (behind_a_word & ~upper[right])]


def _small(tokens: Tokens) -> Ints:
    at, (left, right, second) = _with_neighbours(tokens, "a", (-1, 1, 2))
    mark = _test(is_mark, tokens, left)
    quote = _test(_QUOTES.__contains__, tokens, left, right)
    end = _test(_ENDS.__contains__, tokens, right)
    dot = _test(".".__eq__, tokens, right, second)
    half_day = _test("m".__eq__, tokens, right)
    quoted = quote[left] | ~(mark[left] | quote[right])
    closed = end[right] & (left >= 0) & ~(dot[right] & dot[second]) & quoted
    return at[closed | half_day[right]]


def _test(test: Callable[[str], bool], tokens: Tokens, *kinds: Ints) -> NDArray[np.bool_]:
    """By kind, what a test says of those in `kinds`; the last value, False, is for no token."""
    found = np.zeros(len(tokens.distinct) + 1, bool)
    for around in kinds:
        found[around] = True
    found[-1] = False
    for kind in np.flatnonzero(found).tolist():
        found[kind] = test(tokens.distinct[kind])
    return found


def _with_neighbours(
    tokens: Tokens, spelling: str, offsets: tuple[int, ...]
) -> tuple[Ints, list[Ints]]:
    """Where a spelling stands; the kinds of tokens at some offsets from it, -1 for no token."""
    kind = tokens.distinct.index(spelling) if spelling in tokens.distinct else -1
    at = np.flatnonzero(tokens.kind_W == kind)
    row = np.searchsorted(tokens.bounds_R, at, "right")
    first, end = tokens.bounds_R[row - 1], tokens.bounds_R[row]

    def near(offset: int) -> Ints:
        inside = (first <= at + offset) & (at + offset < end)
        return np.where(inside, tokens.kind_W[np.where(inside, at + offset, at)], -1)

    return at, [near(offset) for offset in offsets]

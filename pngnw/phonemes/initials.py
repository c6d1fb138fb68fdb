"""Where "a" is the letter and not the article: in spelled initials.

Guarantees: a pure function of neighbouring tokens. "A" beside another single capital that is not
"I" ("U S A"), and "a" in front of "m" ("ten a m"), are letters; any other "a" is the article.
"""

import string
from typing import Final

import numpy as np

from pngnw.phonemes.columns import Ints, Tokens

_CAPITALS: Final = frozenset(string.ascii_uppercase) - {"I"}


def letters_a(tokens: Tokens) -> Ints:
    """Positions (indices of tokens, rising) of every "a" that is a letter."""
    upper = _kinds(tokens, frozenset("A"))
    lower = _kinds(tokens, frozenset("a"))
    capital = _kinds(tokens, _CAPITALS)[tokens.kind_W]
    meridiem = _kinds(tokens, frozenset("m"))[tokens.kind_W]
    first_W = np.zeros(len(tokens.kind_W) + 1, bool)
    first_W[tokens.bounds_R] = True  # nothing in front of it is in the same text
    joined = ~first_W[1:-1]
    before = np.zeros(len(capital), bool)
    behind, pm = before.copy(), before.copy()
    before[1:] = capital[:-1] & joined
    behind[:-1] = capital[1:] & joined
    pm[:-1] = meridiem[1:] & joined
    is_letter = (upper[tokens.kind_W] & (before | behind)) | (lower[tokens.kind_W] & pm)
    return np.flatnonzero(is_letter)


def _kinds(tokens: Tokens, spellings: frozenset[str]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array([word in spellings for word in tokens.distinct], bool)

"""Written text to spoken form: numbers, money, abbreviations and symbols become words.

Guarantees, for any string: no digit is left; only Latin letters, single spaces and the marks
`. , ; : ! ? " ' ( ) -` are left; every code point knows the source span it came from, in order;
what has no reading is told (`NormalizedText.dropped`); speaking a second time changes nothing, unless eight
abbreviations or more stand without a space between; it never raises. It trades away correctness on
ambiguous cases ("1984 geese", "St." and "Dr.") for tables that can be read and extended.
"""

from collections.abc import Sequence

from pngnw.normalize.folding import unread
from pngnw.normalize.spans import NormalizedText, unchanged
from pngnw.normalize.turns import Turn, finish, suspects

__all__ = ["NormalizedText", "normalize", "normalize_all"]


def normalize(text: str) -> NormalizedText:
    """The spoken form of `text`, with the source span of every code point of it."""
    return normalize_all([text])[0]


def normalize_all(texts: Sequence[str]) -> list[NormalizedText]:
    """The spoken form of every text, the faster the more they are."""
    found = _rewritten(texts)
    return [found.get(row) or unchanged(text) for row, text in enumerate(texts)]


def _rewritten(texts: Sequence[str]) -> dict[int, NormalizedText]:
    """Row and spoken form of the texts that a rule may change."""
    turns = {row: Turn(unchanged(texts[row], unread(texts[row]))) for row in suspects(texts)}
    finish(list(turns.values()))
    return {row: turn.spoken for row, turn in turns.items()}

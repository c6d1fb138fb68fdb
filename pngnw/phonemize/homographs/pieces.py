"""A token as the homograph model reads it: parts of compounds and clitics stand by themselves.

Guarantees: a pure function of the token; quotes and brackets, which stand between words that
belong together, are left out.
"""

import re
from typing import Final

from pngnw.phonemize.words import APOSTROPHES, HYPHENS, OPENING

_PLAIN: Final = str.maketrans(dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys(HYPHENS, "-"))
_CLITIC: Final = r"n't$|'(?:s|ll|re|ve|d|m)$"
_PIECE: Final = re.compile(rf"{_CLITIC}|-|(?:(?!{_CLITIC})[^-])+", re.IGNORECASE)
_LEFT_OUT: Final = frozenset(f'"“”«»()[]{{}}{APOSTROPHES}{OPENING}')


def pieces(token: str) -> list[str]:
    """The parts of a token: "ex-convict's" is "ex", "-", "convict", "'s"."""
    if token.isalpha():
        return [token]
    if token in _LEFT_OUT:
        return []
    return _PIECE.findall(token.translate(_PLAIN))

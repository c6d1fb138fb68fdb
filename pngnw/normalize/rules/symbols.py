"""Symbols that are still there when all numbers are words."""

import re

from pngnw.normalize.rule import LETTERS, rule
from pngnw.normalize.tables.characters import SYMBOLS
from pngnw.normalize.tables.currencies import CURRENCIES

_SYMBOL = rf"[{re.escape(''.join(SYMBOLS))}]"
_CURRENCY = rf"[{''.join(CURRENCIES)}]"


def symbol(match: re.Match[str]) -> str:
    """The name of a symbol."""
    return f" {SYMBOLS[match[0]]} "


def currency(match: re.Match[str]) -> str:
    """A sign without an amount."""
    return f" {CURRENCIES[match[0]][1]} "


EARLY = (
    rule("sharp", r"(?<=\b[A-G])#(?!\w)", " sharp ", "#"),
    rule("hashtag", rf"#(?=[{LETTERS}])", " hashtag ", "#"),
)
RULES = (
    rule("symbol", _SYMBOL, symbol, _SYMBOL),
    rule("currency", _CURRENCY, currency, _CURRENCY),
)

"""Symbols that are still there when all numbers are words."""

import re

from pngnw.corpus.spoken.rule import LETTERS, rule
from pngnw.corpus.spoken.tables.characters import SYMBOLS
from pngnw.corpus.spoken.tables.currencies import CURRENCIES


def symbol(match: re.Match[str]) -> str:
    """The name of a symbol."""
    return f" {SYMBOLS[match[0]]} "


def currency(match: re.Match[str]) -> str:
    """A sign without an amount."""
    return f" {CURRENCIES[match[0]][1]} "


EARLY = (
    rule("sharp", r"(?<=\b[A-G])#(?!\w)", " sharp ", needs="#"),
    rule("hashtag", rf"#(?=[{LETTERS}])", " hashtag ", needs="#"),
)
RULES = (
    rule("symbol", rf"[{re.escape(''.join(SYMBOLS))}]", symbol, needs="".join(SYMBOLS)),
    rule("currency", rf"[{''.join(CURRENCIES)}]", currency, needs="".join(CURRENCIES)),
)

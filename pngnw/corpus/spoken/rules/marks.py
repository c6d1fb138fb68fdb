"""Brackets, quotes and dashes become the few marks that spoken text has."""

import re

from pngnw.corpus.spoken.rule import rule
from pngnw.corpus.spoken.tables.characters import ENTITIES


def entity(match: re.Match[str]) -> str:
    """The character that a HTML entity stands for."""
    return ENTITIES[match[1]]


def letters(match: re.Match[str]) -> str:
    """ "output(s)" without its parentheses."""
    return match[1] or match[2]


RULES = (
    rule("entity", rf"&({'|'.join(ENTITIES)});", entity, needs="&"),
    rule("opening bracket", r"[\[{]", "(", needs="[{"),
    rule("closing bracket", r"[\]}]", ")", needs="]}"),
    rule("double quote", r"``|''", '"', literals=["``", "''"]),
    rule("backquote", r"`", "'", needs="`"),
    rule("quoted line", r"\A>[> ]*", "", needs=">"),
    rule("line of marks", r"([=~*#^|+<>])\1{2,}", " ", needs="=~*#^|+<>"),
    rule("arrow", r"[-=]+>", " to ", needs=">"),
    rule(
        "optional letters",
        r"\((?:(?<=[a-z]\()([a-z]{1,3})\)(?!\w)|(?<!\w\()([A-Za-z])\)(?=[a-z]))",
        letters,
        needs="(",
        suspect=r"[a-z]\([a-z]{1,3}\)|\([A-Za-z]\)[a-z]",
    ),
    rule("product", r"(?<=[0-9])\s?\*\s?(?=[0-9])", " times ", needs="*"),
    rule("emphasis", r"[_*]+", " ", needs="_*"),
    rule("dash", r" ?-{2,} ?", " - ", literals=["--"]),
    rule("spaced full stop", r" +(?<=\w )(?=\.(?!\w|\s*\.))", "", literals=[" ."]),
)
# Behind the abbreviations, which have full stops of their own.
LATE = (
    rule(
        "full stop in a line",
        r"\.(?<=[a-z]{2}\.)(?=[A-Za-z])",
        ". ",
        needs=".",
        suspect=r"[a-z][a-z]\.[A-Za-z]",
    ),
)

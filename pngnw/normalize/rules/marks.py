"""Brackets, quotes and dashes become the few marks that spoken text has."""

import re

from pngnw.normalize.rule import rule
from pngnw.normalize.tables.characters import ENTITIES


def entity(match: re.Match[str]) -> str:
    """The character that a HTML entity stands for."""
    return ENTITIES[match[1]]


def letters(match: re.Match[str]) -> str:
    """ "output(s)" without its parentheses."""
    return match[1] or match[2]


RULES = (
    rule("entity", rf"&({'|'.join(ENTITIES)});", entity, "&"),
    rule("opening bracket", r"[\[{]", "(", r"[\[{]"),
    rule("closing bracket", r"[\]}]", ")", r"[\]}]"),
    rule("double quote", r"``|''", '"', "``|''", plain=True),
    rule("backquote", r"`", "'", "`"),
    rule("quoted line", r"\A>[> ]*", "", "^>"),
    rule("line of marks", r"([=~*#^|+<>])\1{2,}", " ", "[=~*#^|+<>]{3}"),
    rule("arrow", r"[-=](?<![-=]{2})[-=]*>", " to ", "[-=]>"),
    rule(
        "optional letters",
        r"\((?:(?<=[a-z]\()([a-z]{1,3})\)(?!\w)|(?<!\w\()([A-Za-z])\)(?=[a-z]))",
        letters,
        r"\([a-z]{1,3}\)|\([A-Za-z]\)[a-z]",
        plain=True,
    ),
    rule("product", r"(?<=[0-9])\s?\*\s?(?=[0-9])", " times ", r"\*"),
    rule("emphasis", r"[_*]+", " ", "[_*]"),
    rule("dash", r"[ -](?:(?<=-)|-)-+ ?", " - ", "--", plain=True),
    rule("spaced full stop", r" (?<=\w )(?=\.(?!\w|\s*\.))", "", r" \.", plain=True),
)
# Behind the abbreviations, which have full stops of their own.
LATE = (
    rule(
        "full stop in a line",
        r"\.(?<=[a-z]{2}\.)(?=[A-Za-z])",
        ". ",
        r"[a-z][a-z]\.[A-Za-z]",
        plain=True,
    ),
)

"""The last rules: single spaces, marks close to their word, nothing else left.

What is no letter and no mark separates; marks stand at the word they follow; a dash stands between
spaces, a hyphen inside a word.
"""

import re

from pngnw.corpus.spoken.rule import LETTERS, SPOKEN, Rule, rule
from pngnw.corpus.spoken.spans import Spoken, rewrite

_BEFORE_MARK = [f" {mark}" for mark in ".,;:!?)"]
_HYPHEN = rf"[^{LETTERS} ]-|-[^{LETTERS} ]| -[{LETTERS}]|[{LETTERS}]- |^-|-$"


def spaced(match: re.Match[str]) -> str:
    """A mark and a space."""
    return f"{match[0]} "


def one(match: re.Match[str]) -> str:
    """The first of repeated marks."""
    return match[0][0]


RULES: tuple[Rule, ...] = (
    rule("stray", rf"[^{SPOKEN}]+", " ", needs="0123456789~^|\\/*_<>=+#@%&$"),
    rule("hyphen behind initials", r"-(?<=\.[A-Za-z]\.-)(?=\w)", " ", literals=[".-"]),
    rule(  # "two- or three-day", "Lord A-,"
        "hyphen behind", r"-(?<=\w-)(?=[\s,.;:!?)\"'])(?!'\w)", "", needs="-", suspect=_HYPHEN
    ),
    rule(
        "hyphen alone",
        r"-(?!(?<= -) )(?:(?<!\w-)(?<!\w'-)-*|-+|(?!\w)(?!'\w))",
        " - ",
        needs="-",
        suspect=_HYPHEN,
    ),
    rule("no space", r"[),;:!?](?=\w)", spaced, needs="),;:!?", suspect=rf"[),;:!?][{LETTERS}]"),
    rule("no space in front", r"\((?<=\w\()", " (", needs="(", suspect=rf"[{LETTERS}]\("),
    rule("spaces", r"\s{2,}", " ", literals=["  "]),
    rule("dashes", r"- (?:- ?)+", "- ", literals=["- -"]),
    rule("dash before mark", r" - (?=[.,;:!?])", "", literals=[" - "], suspect=r" - [.,;:!?]"),
    rule("space before mark", r"\s(?=[.,;:!?)])", "", literals=_BEFORE_MARK),
    rule("space in brackets", r"(?<=\()[\s,;:]+", "", literals=["( ", "(,", "(;", "(:"]),
    rule("empty brackets", r"\(\)", "", literals=["()"]),
    rule(
        "dash behind quote",
        r"[\"'(](?:(?<=^[\"'(])|(?<=\s[\"'(]))(?P<it>\s?- )",
        "",
        literals=[f"{quote}{space}- " for quote in "\"'(" for space in ("", " ")],
    ),
    rule(
        "dash before quote",
        r" - (?=[\"')](?:[\s.,;:!?)]|$))",
        " -",
        literals=[" - "],
        suspect=r" - [\"')]",
    ),
    rule("initials at the end", r"(?<=\.[A-Za-z])\.\.(?!\.)", ".", literals=[".."]),
    rule("full stops", r"\.{4,}|(?<!\.)\.\.(?!\.)", "...", literals=[".."]),
    rule("ellipsis", r"(?<=\.\.\.)(?=\w)", " ", literals=["..."]),
    rule("repeated mark", r"([,;:!?])\1+", one, literals=[f"{mark}{mark}" for mark in ",;:!?"]),
    rule("repeated quote", r'"{2,}', '"', literals=['""']),
)
EDGES = rule("edges", r"\A[\s,;:-]+|[\s-]+\Z", "", needs=" ,;:-", suspect=r"^[ ,;:\-]|[ \-]$")


def trim(spoken: Spoken) -> Spoken:
    """Apply `EDGES`, which no search need look for."""
    text = spoken.text
    if text[:1] in EDGES.needs or text[-1:] in (" ", "-"):
        return rewrite(spoken, EDGES.pattern, EDGES.say)
    return spoken

"""The last rules: single spaces, marks close to their word, nothing else left.

What is no letter and no mark separates; marks stand at the word they follow; a dash stands between
spaces, a hyphen inside a word.
"""

import re

from pngnw.normalize.rule import LETTERS, NORMALIZED, Rule, rule

_HYPHEN = rf"[^{LETTERS} ]-|-[^{LETTERS} ]| -[{LETTERS}]|[{LETTERS}]- |^-|-$"


def spaced(match: re.Match[str]) -> str:
    """A mark and a space."""
    return f"{match[0]} "


def one(match: re.Match[str]) -> str:
    """The first of repeated marks."""
    return match[0][0]


def unnested(match: re.Match[str]) -> str:
    """A run of brackets without those that hold nothing, however deep they lie in each other."""
    open_ = closed = 0
    for bracket in match[0]:
        if bracket == "(":
            open_ += 1
        elif open_:
            open_ -= 1
        else:
            closed += 1
    return ")" * closed + "(" * open_


RULES: tuple[Rule, ...] = (
    rule("stray", rf"[^{NORMALIZED}]+", " ", rf"[^{NORMALIZED}]"),
    rule("hyphen behind initials", r"-(?<=\.[A-Za-z]\.-)(?=\w)", " ", r"\.[A-Za-z]\.-", plain=True),
    rule("hyphen behind", r"-(?<=\w-)(?=[\s,.;:!?)\"'])(?!'\w)", "", _HYPHEN, plain=True),
    rule(
        "hyphen alone",
        r"-(?!(?<= -) )(?:(?<!\w-)(?<!\w'-)-*|-+|(?!\w)(?!'\w))",
        " - ",
        _HYPHEN,
        plain=True,
    ),
    rule("no space", r"[),;:!?](?=\w)", spaced, rf"[),;:!?][{LETTERS}]", plain=True),
    rule("no space in front", r"\((?<=\w\()", " (", rf"[{LETTERS}]\(", plain=True),
    rule("spaces", r"\s{2,}", " ", "  ", plain=True),
    rule("dashes", r"- (?:- ?)+", "- ", "- -", plain=True),
    rule("dash before mark", r" - (?=[.,;:!?])", "", " - [.,;:!?]", plain=True),
    rule("space before mark", r"\s(?=[.,;:!?)])", "", " [.,;:!?)]", plain=True),
    rule("space in brackets", r"(?<=\()[\s,;:]+", "", r"\([ ,;:]", plain=True),
    rule("empty brackets", r"[()]{2,}", unnested, r"\(\)", plain=True),
    rule(
        "dash behind quote",
        r"[\"'(](?:(?<=^[\"'(])|(?<=\s[\"'(]))(?P<it>\s?- )",
        "",
        r"[\"'(] ?- ",
        plain=True,
    ),
    rule("dash before quote", r" - (?=[\"')](?:[\s.,;:!?)]|$))", " -", r" - [\"')]", plain=True),
    rule("initials at the end", r"(?<=\.[A-Za-z])\.\.(?!\.)", ".", r"\.\.", plain=True),
    rule("full stops", r"\.{4,}|(?<!\.)\.\.(?!\.)", "...", r"\.\.", plain=True),
    rule("ellipsis", r"(?<=\.\.\.)(?=\w)", " ", rf"\.\.\.[{LETTERS}]", plain=True),
    rule("repeated mark", r"([,;:!?])\1+", one, r",,|;;|::|!!|\?\?", plain=True),
    rule("repeated quote", r'"{2,}', '"', '""', plain=True),
    rule("edges", r"\A[\s,;:-]+|[\s-]+\Z", "", r"^[ ,;:\-]|[ \-]$", plain=True),
)

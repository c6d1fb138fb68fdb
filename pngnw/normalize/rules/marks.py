"""Marks and symbols: brackets, quotes and dashes to few marks, symbols that are words, tidying.

Tidying comes last: single spaces, marks close to their word, nothing else left. What is no letter
and no mark separates; marks stand at the word they follow; a dash stands between spaces, a hyphen
inside a word.
"""

import re

from pngnw.normalize.rule import (
    LETTERS,
    NORMALIZED,
    Rule,
    after,
    before,
    plain_rule,
    readings,
    rule,
    word_set,
)

# Symbols that are words wherever they still stand when all numbers are words.
SYMBOLS = readings(
    "& and, @ at, # hash, + plus, = equals, < less than, > greater than, % percent, ‰ per mille, "
    "° degrees, × times, ÷ divided by, ± plus or minus, ∓ minus or plus, ≈ about, ≃ about, "
    "≅ is congruent to, ≠ is not equal to, ≡ is equivalent to, ≤ less than or equal to, "
    "≥ greater than or equal to, ≪ much less than, ≫ much greater than, √ square root of, "
    "∛ cube root of, ∞ infinity, ∑ sum of, ∏ product of, ∫ integral of, ∂ partial, ∇ nabla, ∈ in, "
    "∉ not in, ∩ intersection, ∪ union, ⊂ subset of, ⊆ subset of, ∅ empty set, ∀ for all, "
    "∃ there exists, ∧ and, ∨ or, ¬ not, ∴ therefore, ∵ because, ∝ is proportional to, → to, "
    "⇒ implies, ← from, ↔ to and from, ⇔ if and only if, ↑ up, ↓ down, § section, ¶ paragraph, "
    "© copyright, ® registered, ™ trademark, ♭ flat, ♯ sharp, ♀ female, ♂ male, μ mu, Ω omega"
)
# As programs write them.
_COMPARISONS = readings("<= ≤, >= ≥, != ≠, == =")
# A tag of HTML, SSML or a script ("<breathing/>"), which nobody reads.
TAG = re.compile(
    r"<!--[^<>]{0,400}-->|</?[A-Za-z][\w:.-]{0,40}"
    r"(?:\s{1,3}[\w:-]{1,40}\s?=\s?(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+)|\s[0-9.]+m?s)*\s{0,3}/?>"
)
# Words with a slash between them that are read as a choice.
_CHOICES = word_set(
    "he/she she/he his/her her/his him/her his/hers himself/herself him/herself yes/no true/false"
)
# Words whose slash is silent, besides initials: "TCP/IP".
_PAIRS = word_set("and/or either/or they/them she/her he/him")
_GRADED = re.compile(r"\b(?:[Aa]n?|got|grade|[Ss]core|average|rated|earned|with):?\s[A-D]\Z")
_LONGEST_INITIALS = 5
_WORD_BEFORE = re.compile(rf"[{LETTERS}]+\Z")
_WORD_BEHIND = re.compile(rf"[{LETTERS}]+")


def slash(match: re.Match[str]) -> str:
    """ "upgrade/update" with its slash, "he/she" with "or", "TCP/IP" with neither."""
    left = _WORD_BEFORE.search(before(match))[0]  # type: ignore[index]  # the rule saw a letter
    right = _WORD_BEHIND.match(after(match))[0]  # type: ignore[index]
    pair = f"{left}/{right}".lower()
    if pair in _CHOICES:
        return " or "
    initials = left.isupper() and right.isupper() and len(pair) <= 2 * _LONGEST_INITIALS
    return " " if pair in _PAIRS or initials or len(pair) == len("a/b") else " slash "


def grade(match: re.Match[str]) -> str | None:
    """A B- in math."""
    return " minus " if _GRADED.search(before(match)) else None


TAGS = (
    rule(
        "address in brackets",
        r"<(?P<address>(?:mailto:)?[^\s<>@]{1,200}(?:@|://)[^\s<>]{1,400})>",
        lambda match: f" {match['address']} ",
        "<",
    ),
    rule(
        "link",
        r"\[(?P<text>[^\[\]]{1,200})\]\((?:https?://|www\.)[^\s()]{1,400}\)",
        lambda match: match["text"],
        r"\]\(",
    ),
    rule("tag", TAG.pattern, " ", "<"),
)
MARKS = (
    rule("heading", r"\A#{1,6}(?=\s)", "", "^#"),
    rule("opening bracket", r"[\[{]", "(", r"[\[{]"),
    rule("closing bracket", r"[\]}]", ")", r"[\]}]"),
    plain_rule("double quote", r"``|''", '"', "``|''"),
    rule("backquote", r"`", "'", "`"),
    rule("quoted line", r"\A>[> ]*", "", "^>"),
    rule("line of marks", r"([=~*#^|+<>])\1{2,}", " ", "[=~*#^|+<>]{3}"),
    rule("comparison", r"[<>!=]=(?<![<>!=]{3})(?![=>])", _COMPARISONS, "[<>!=]="),
    rule("arrow", r"[-=](?<![-=]{2})[-=]*>", " to ", "[-=]>"),
    plain_rule(
        "function",  # f(x)
        r"\((?<=\b[fghFGHP]\()(?P<of>[nptuvwxyzABX])\)(?!\w)",
        lambda match: f" of {match['of']}",
        r"[fghFGHP]\([nptuvwxyzABX]\)",
    ),
    plain_rule(
        "optional letters",
        r"\((?:(?<=[a-z]\()([a-z]{1,3})\)(?!\w)|(?<!\w\()([A-Za-z])\)(?=[a-z]))",
        lambda match: match[1] or match[2],
        r"\([a-z]{1,3}\)|\([A-Za-z]\)[a-z]",
    ),
    rule("plus or minus", r"\+\s?/\s?-", "±", r"\+ ?/ ?-"),
    plain_rule(
        "grade",
        r"-(?<=\s[A-D]-)(?![\w-]|,?\s(?:and|or|to)\s(?:an?\s)?[A-Z]-\w)",
        grade,
        " [A-D]-",
    ),
    rule("product", r"(?<=[0-9])\s?\*\s?(?=[0-9])", " times ", r"\*"),
    rule("emphasis", r"[_*]+", " ", "[_*]"),
    plain_rule("dash", r"[ -](?:(?<=-)|-)-+ ?", " - ", "--"),
    plain_rule("spaced full stop", r" (?<=\w )(?=\.(?!\w|\s*\.))", "", r" \."),
)
# Behind the abbreviations, which have full stops of their own.
FULL_STOPS = (
    plain_rule(
        "full stop in a line", r"\.(?<=[a-z]{2}\.)(?=[A-Za-z])", ". ", r"[a-z][a-z]\.[A-Za-z]"
    ),
    plain_rule(
        "initials in front of a name", r"\.(?<=\b[A-Z]\.)(?=[A-Z][a-z])", ". ", r"[A-Z]\.[A-Z][a-z]"
    ),
)
_SYMBOL = rf"[{re.escape(''.join(SYMBOLS))}]"
SLASHES = (rule("slash", rf"/(?<=[{LETTERS}]/)(?=[{LETTERS}])", slash, r"[/\\]"),)
HASHES = (rule("sharp", r"(?<=\b[A-G])#(?!\w)", " sharp ", "#"),)
NAMED = (rule("symbol", _SYMBOL, lambda match: f" {SYMBOLS[match[0]]} ", _SYMBOL),)

_HYPHEN = rf"[^{LETTERS} ]-|-[^{LETTERS} ]| -[{LETTERS}]|[{LETTERS}]- |^-|-$"


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


TIDYING: tuple[Rule, ...] = (
    rule("stray", rf"[^{NORMALIZED}]+", " ", rf"[^{NORMALIZED}]"),
    plain_rule("hyphen behind initials", r"-(?<=\.[A-Za-z]\.-)(?=\w)", " ", r"\.[A-Za-z]\.-"),
    plain_rule("hyphen behind", r"-(?<=\w-)(?=[\s,.;:!?)\"'])(?!'\w)", "", _HYPHEN),
    plain_rule(
        "hyphen alone", r"-(?!(?<= -) )(?:(?<!\w-)(?<!\w'-)-*|-+|(?!\w)(?!'\w))", " - ", _HYPHEN
    ),
    plain_rule(
        "no space", r"[),;:!?](?=\w)", lambda match: f"{match[0]} ", rf"[),;:!?][{LETTERS}]"
    ),
    plain_rule("no space in front", r"\((?<=\w\()", " (", rf"[{LETTERS}]\("),
    plain_rule("spaces", r"\s{2,}", " ", "  "),
    plain_rule("dashes", r"- (?:- ?)+", "- ", "- -"),
    plain_rule("dash before mark", r" - (?=[.,;:!?])", "", " - [.,;:!?]"),
    plain_rule("space before mark", r"\s(?=[.,;:!?)])", "", " [.,;:!?)]"),
    plain_rule("space in brackets", r"(?<=\()[\s,;:]+", "", r"\([ ,;:]"),
    plain_rule("empty brackets", r"[()]{2,}", unnested, r"\(\)"),
    plain_rule(
        "dash behind quote", r"[\"'(](?:(?<=^[\"'(])|(?<=\s[\"'(]))(?P<it>\s?- )", "", r"[\"'(] ?- "
    ),
    plain_rule("dash before quote", r" - (?=[\"')](?:[\s.,;:!?)]|$))", " -", r" - [\"')]"),
    plain_rule("initials at the end", r"(?<=\.[A-Za-z])\.\.(?!\.)", ".", r"\.\."),
    plain_rule("full stops", r"\.{4,}|(?<!\.)\.\.(?!\.)", "...", r"\.\."),
    plain_rule("ellipsis", r"(?<=\.\.\.)(?=\w)", " ", rf"\.\.\.[{LETTERS}]"),
    plain_rule("repeated mark", r"([,;:!?])\1+", lambda match: match[1], r",,|;;|::|!!|\?\?"),
    plain_rule("repeated quote", r'"{2,}', '"', '""'),
    plain_rule("edges", r"\A[\s,;:-]+|[\s-]+\Z", "", r"^[ ,;:\-]|[ \-]$"),
)

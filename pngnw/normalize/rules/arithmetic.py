"""Signs, powers, ratios, ranges and what else stands between numbers."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import NUMBER_REST, rule
from pngnw.normalize.rules.money import SIGNS
from pngnw.normalize.rules.units import unit_of

_TERM = r"\s?[0-9][0-9.,]{0,15}\s?"
# An equation within a few terms: "= 5" behind "1-2", "7 =" before "10-3".
_EQUALS_BEHIND = re.compile(
    rf"{_TERM}(?:[-+*/×÷x]{_TERM}){{0,4}}(?:=\s?[-0-9?.a-z]|(?:is|equals|makes|leaves)\s[0-9])"
)
_EQUALS_BEFORE = re.compile(r"[0-9a-z)]\s?=\s?(?:[0-9.,]{1,16}\s?[-+*/×÷x]\s?){0,4}[0-9.,]{1,16}$")
_EVEN = re.compile(r"\b50-50\b|\b20-20\b")
_PROPER = re.compile(r"(?P<top>[0-9]{1,2})/(?P<bottom>[0-9]{1,3})(?![0-9/-])")
# The parts of a whole, "an 80-20 rule".
_SPLIT = re.compile(
    r"\b(?:[Aa]n?|[Tt]he|[Aa]bout)\s(?P<one>[0-9]{2})-(?P<other>[0-9]{2})\s(?!percent)[a-z]"
)
_LONGEST_SPLIT = 12
_SUM_BEFORE = re.compile(r"[+×÷*]\s?[0-9.,]{1,16}$|(?:plus|minus|times)\s[0-9.,]{1,16}$")
_SUM_BEHIND = re.compile(r"[0-9.,]{1,16}\s?[+×÷*]\s?[0-9]")


def between(match: re.Match[str]) -> str | None:
    """The hyphen in "5-10 men", which is "to", in "1-2=5", which is "minus", and in "50-50".

    That of "3-1/4 inches" is for the mixed fractions.
    """
    part = _PROPER.match(match.string, match.end()) if match["it"] == "-" else None
    if (
        part
        and int(part["top"]) < int(part["bottom"])
        and match.string[match.start() - 1 : match.start()] != "/"
    ):
        return None
    if _is_split(match):
        return " "
    if _EVEN.search(match.string[max(match.start("it") - 2, 0) : match.end("it") + 3]):
        return " "
    return " minus " if _is_sum(match) else " to "


def _is_split(match: re.Match[str]) -> bool:
    start = max(match.start("it") - _LONGEST_SPLIT, 0)
    split = _SPLIT.search(match.string, start, match.end("it") + _LONGEST_SPLIT)
    return split is not None and int(split["one"]) + int(split["other"]) == 100


def by(match: re.Match[str]) -> str:
    """The x in "4x4", which is "by", and in "3 x 4 = 12", which is "times"."""
    return " times " if _is_sum(match) else " by "


def _is_sum(match: re.Match[str]) -> bool:
    front = match.string[max(match.start("it") - 60, 0) : match.start("it")]
    behind = match.string[match.end("it") : match.end("it") + 60]
    return bool(
        _EQUALS_BEHIND.match(behind)
        or _SUM_BEHIND.match(behind)
        or _EQUALS_BEFORE.search(front)
        or _SUM_BEFORE.search(front)
    )


def scientific(match: re.Match[str]) -> str:
    """The exponent that lost its place in "1.5 × 10-10"."""
    return f" to the minus {numbers.ordinal(int(match['exponent']))}"


def exponent(match: re.Match[str]) -> str:
    """1e-5 and 1.5E6 as powers of ten, which the next rules read."""
    return f" × 10^{match['sign'].replace('+', '')}{match['power'].lstrip('0') or '0'}"


def power(match: re.Match[str]) -> str:
    """The exponent in 10^-8, as "to the minus eighth", with a unit behind it."""
    exponent, unit = int(match["exponent"]), unit_of(match["unit"] or "")
    if not match["sign"] and exponent in (2, 3):
        words = " squared " if exponent == 2 else " cubed "
    else:
        words = f" to the {'minus ' if match['sign'] else ''}{numbers.ordinal(exponent)} "
    return words + (unit[1] if unit else match["unit"] or "")


def letter_power(match: re.Match[str]) -> str:
    """The exponent in 2^n, as "to the n"."""
    return " to the " + "minus " * bool(match["sign"])


RULES = (
    rule(
        "scientific", r"[×x]\s?10(?P<it>-(?P<exponent>[0-9]{1,2}))(?![0-9])", scientific, "10-[0-9]"
    ),
    rule(
        "exponent",
        r"[0-9](?<![\w.][0-9])[0-9]*(?:\.[0-9]+)?"
        r"(?P<it>(?:e|(?<=\.[0-9])E|(?<=\.[0-9]{2})E|(?<=\.[0-9]{3})E|E(?=[-+]))(?P<sign>[-+]?)(?P<power>[0-9]{1,3}))"
        r"(?![\w]|[.,][0-9])",
        exponent,
        "[0-9][eE][-+]?[0-9]",
    ),
    rule("times ten", r"(?<=[0-9])\s{0,2}[×x]\s{0,2}(?=10\s?\^)", " times ", "[×x] *10"),
    rule(
        "power",
        r"(?<=[0-9A-Za-z)])\^[({]?(?P<sign>-?)\+?(?P<exponent>[0-9]{1,4})[)}]?(?![0-9])"
        r"(?:\s{0,2}(?P<unit>[A-Za-zμΩ]{1,5})(?![\w/'^.-]))?",
        power,
        r"\^",
    ),
    rule(
        "power of a letter",
        r"(?<=[0-9A-Za-z)])\^(?P<sign>-?)(?=[A-Za-z(])",
        letter_power,
        r"\^",
    ),
    rule("hash number", r"#\s?(?=[0-9])", "number ", "#"),
    rule("about", rf"~\s?(?=[{SIGNS}]?[0-9])", "about ", "~"),
    rule(
        "range",
        rf"[0-9](?<![\w.,-][0-9]){NUMBER_REST}%?(?P<it>\s?-\s?)(?=[{SIGNS}]?[0-9])",
        between,
        rf"[0-9]%? ?- ?[{SIGNS}]?[0-9]",
    ),
    rule("ratio", r":(?<=[0-9]:)(?=[0-9])", " to ", "[0-9]:[0-9]"),
    rule(
        "by",
        r"[0-9](?:\s?(?:k?m|[cm]m|ft|in|yd)\b)?(?P<it>\s?x\s?|(?<=[0-9])×)(?=[0-9])",
        by,
        "[0-9a-z](?: ?x ?|×)[0-9]",
    ),
    rule("hyphen of a code", r"-(?<=[0-9]-)(?=[0-9])", " ", "[0-9]-[0-9]"),
    rule("minus", rf"-(?<![\w)\"'.,-]-)(?=[{SIGNS}]?\.?[0-9])", "minus ", rf"-[{SIGNS}]?\.?[0-9]"),
)

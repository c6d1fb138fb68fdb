"""The rewriting rules, in the order they apply: each is a pattern and what to say for a match.

Every rule sees what the earlier ones left, so the specific come before the general: money, dates
and units before the bare number. A rule that answers None leaves its match to a later one.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from pngnw.corpus.spoken import numbers, readings
from pngnw.corpus.spoken.tables import (
    ABBREVIATED,
    CURRENCIES,
    MONTHS,
    NUMBERED_BEFORE_ROMAN,
    SHORT_MONTHS,
    SYMBOLS,
    TITLES,
    UNITS,
)


class Rule(NamedTuple):
    name: str
    pattern: re.Pattern[str]
    say: Callable[[re.Match[str]], str | None]


NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_MONTH = "|".join(MONTHS)
_FRACTION = r"(?P<top>[0-9]{1,2})/(?P<bottom>[0-9]{1,2})(?![0-9/])"
_SIGN = "".join(CURRENCIES)
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=lambda unit: (-len(unit), unit)))


def _rule(name: str, pattern: str, say: Callable[[re.Match[str]], str | None]) -> Rule:
    return Rule(name, re.compile(pattern), say)


RULES = (
    _rule("brackets", r"[\[{]", lambda m: "("),
    _rule("closing brackets", r"[\]}]", lambda m: ")"),
    _rule("double quote", r"``|''", lambda m: '"'),
    _rule("backquote", r"`", lambda m: "'"),
    _rule(
        "optional letters",
        r"(?<=[a-z])\(([a-z]{1,3})\)(?!\w)|(?<!\w)\(([A-Za-z])\)(?=[a-z])",
        lambda m: m[1] or m[2],
    ),
    _rule("emphasis", r"[_*]+", lambda m: " "),
    _rule("dashes", r"-{2,}", lambda m: " - "),
    _rule("spaced full stop", r"(?<=\w)\s+(?=\.(?!\w|\s*\.))", lambda m: ""),
    _rule(
        "month",
        rf"\b(?P<it>(?P<month>{'|'.join(SHORT_MONTHS)})\.?)(?=\s[0-9])",
        lambda m: SHORT_MONTHS[m["month"]],
    ),
    _rule("abbreviation", rf"(?<![\w.])(?P<short>{ABBREVIATED})\.", readings.abbreviation),
    _rule(
        "domain", r"(?<=[a-z0-9])\.(?=(?:com|org|net|edu|gov)\b)|(?<=\bwww)\.", lambda m: " dot "
    ),
    _rule("full stop in a line", r"(?<=[a-z]{2})\.(?=[A-Za-z])", lambda m: ". "),
    _rule("title", rf"\b(?P<short>{TITLES})(?=\s[A-Z])", readings.title),
    _rule("clock letters", r"(?<=[0-9])\s?(?P<half>[AaPp])\.?\s?[Mm]\b\.?", readings.half_day),
    _rule(
        "acronym",
        r"\b(?:[A-Za-z]\.){2,}(?![A-Za-z])|\b[A-Za-z](?:\.[A-Za-z])+\b",
        readings.dotted,
    ),
    _rule(
        "date",
        rf"\b(?:{_MONTH})\s(?P<it>(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?)\b(?![:.,]?[0-9])",
        readings.day,
    ),
    _rule(
        "day of month",
        r"(?P<the>\b[Tt]he\s)?\b(?P<it>(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?)"
        rf"(?=\s(?:{_MONTH})\b)",
        readings.day_of,
    ),
    _rule(
        "iso date",
        r"\b(?P<year>[12][0-9]{3})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])\b",
        readings.iso_date,
    ),
    _rule(
        "clock",
        r"(?<![0-9:.])(?P<hour>[0-9]{1,2}):(?P<minute>[0-5][0-9])(?![0-9:])",
        readings.clock,
    ),
    _rule("code", r"[0-9]+(?:-[0-9]+){2,}", lambda m: numbers.digits(m[0])),
    _rule("feet and inches", r"\b(?P<feet>[0-9]+)'\s?(?P<inches>[0-9]+)\"", readings.feet),
    _rule("range", rf"(?<![\w.,-]){NUMBER}%?(?P<it>\s?-\s?)(?=[{_SIGN}]?[0-9])", lambda m: " to "),
    _rule("ratio", r"(?<=[0-9]):(?=[0-9])", lambda m: " to "),
    _rule("hyphen of a code", r"(?<=[0-9])-(?=[0-9])", lambda m: " "),
    _rule("minus", r"(?<![\w)\"'.,-])(?P<it>-)(?=[0-9])", lambda m: "minus "),
    _rule(
        "money",
        rf"(?P<sign>[{_SIGN}])\s?(?P<amount>{NUMBER})"
        r"(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|[kmb]|bn|tn)\b)?",
        readings.money,
    ),
    _rule("mixed fraction", rf"(?<![0-9/.,])(?P<whole>[0-9]+)[\s-]+{_FRACTION}", readings.fraction),
    _rule("fraction", rf"(?<![0-9/.,])(?P<whole>){_FRACTION}", readings.fraction),
    _rule("degrees", rf"(?P<amount>{NUMBER})\s?°\s?(?P<scale>[CFKNSEW]\b)?", readings.degrees),
    _rule(
        "unit",
        rf"(?<![\w.])(?P<amount>{NUMBER})[\s-]?(?P<unit>{_UNIT})"
        r"(?:\s(?P<power>squared|cubed))?(?![\w/'])",
        readings.unit,
    ),
    _rule(
        "ordinal",
        r"(?<![\w.])(?P<number>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:st|nd|rd|th)\b",
        readings.ordinal,
    ),
    _rule("decade", r"(?<![\w.,])'?(?P<number>[0-9]{1,3}0)'?s\b", readings.decade),
    _rule("version", r"(?<![0-9.,])[0-9]+(?:\.[0-9]+){2,}", readings.version),
    _rule(
        "year",
        r"(?<![\w.,'])(?P<number>1[1-9][0-9]{2}|20[0-9]{2})(?!\w|[.,][0-9])",
        lambda m: numbers.year(int(m["number"])),
    ),
    _rule("number", rf"{NUMBER}|(?<!\.)\.[0-9]+", readings.number),
    _rule("hash", r"#(?=\s?[a-z])", lambda m: "number "),
    _rule("symbol", rf"[{re.escape(''.join(SYMBOLS))}]", lambda m: f" {SYMBOLS[m[0]]} "),
    _rule("currency alone", rf"[{_SIGN}]", lambda m: f" {CURRENCIES[m[0]][1]} "),
    _rule(
        "numbered part",
        rf"\b(?i:{NUMBERED_BEFORE_ROMAN})\s(?P<it>[IVXL]+)\b(?!\.\w|')",
        readings.roman_cardinal,
    ),
    _rule(
        "regnal",
        r"\b(?P<name>[A-Z][a-zà-ÿ]+)\s(?P<it>[IVXL]{2,}|[VX])\b(?!\.\w|'(?!s\b))",
        readings.roman_after_name,
    ),
)

"""Fractions and mixed numbers, with or without a unit."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import (
    after,
    apart,
    before,
    last_word,
    next_word,
    rule,
    word_set,
)
from pngnw.normalize.rules.units import UNITS, unit_of

_DENOMINATORS = {2: ("half", "halves"), 4: ("quarter", "quarters")}
_LARGEST_IMPROPER = 16
_LARGEST = 100  # denominators above are read as "over", unless they are round
_METER = re.compile(r"\s(?:time|meter|signature)\b")
_EQUALS = re.compile(r"\s?=\s?[-0-9.?x]")
# In front of a mark, as in "scored 9/10".
_GIVES = word_set("scored score scores rated rating rates got gets gave give gives it solid earned")
_INCH = ("inch", "inches")


def fraction(match: re.Match[str]) -> str | None:
    """1/2, 3/4, "3 1/2", 22/7; 7/7 is "seven out of seven", 1/0 "one over zero"."""
    words = _fraction(match)
    return None if words is None else apart(match, words)


def _fraction(match: re.Match[str]) -> str | None:
    top, bottom = int(match["top"].replace(",", "")), int(match["bottom"].replace(",", ""))
    unit = _INCH if match["inch"] else unit_of(match["unit"] or "")
    joint = match["joint"] or ""
    if (match["unit"] and not unit) or (joint and bottom < 2):
        return None
    if _METER.match(after(match)):
        return f"{numbers.integer(match['top'])} {numbers.integer(match['bottom'])}"
    if match["whole"]:
        if not 0 < top < bottom:
            return None
        words = f"{numbers.integer(match['whole'])} and {_parts(top, bottom, 'a')}"
        if not unit:
            return words
        return f"{words} {unit[_is_plural(match, joint)]}"
    if top == bottom or _is_mark(match, bottom):
        return f"{numbers.cardinal(top)} out of {numbers.cardinal(bottom)}"
    if _EQUALS.match(after(match)) and top > bottom > 0:
        return f"{numbers.integer(match['top'])} divided by {numbers.integer(match['bottom'])}"
    uneven = bottom > _LARGEST and top != 1 and not _is_round(bottom)
    if not top or bottom < 2 or (top > bottom > _LARGEST_IMPROPER) or uneven:
        return f"{numbers.integer(match['top'])} over {numbers.integer(match['bottom'])}"
    if match["th"] and bottom == 4:
        return f"{numbers.cardinal(top)} fourth{'s' * (top > 1 or match['th'][-1] == 's')}"
    words = _parts(top, bottom, "one")
    if not unit:
        return words
    if not _is_plural(match, joint):
        return f"{words.replace('quarters', 'quarter')} {unit[0]}"
    article = "an" if unit[0][0] in "aeiou" or unit[0].startswith("hour") else "a"
    return f"{words} {unit[0]}" if (top, bottom) == (1, 2) else f"{words} of {article} {unit[0]}"


def _is_plural(match: re.Match[str], joint: str) -> bool:
    """Whether the unit is counted and no attribute, as in "1/2-inch pipe"."""
    return not (joint == "-" or (match["inch"] and next_word(match).islower()))


def _is_mark(match: re.Match[str], bottom: int) -> bool:
    """Whether 9/10 is a mark: "scored 9/10", "4/5 stars"."""
    given = bottom in (5, 10, 20, 100) and last_word(before(match)).lower() in _GIVES
    return given or next_word(match) == "stars"


def _is_round(number: int) -> bool:
    return len(str(number).rstrip("0")) == 1


def _parts(top: int, bottom: int, one: str) -> str:
    many = f"{numbers.ordinal(bottom)}s"
    part, parts = _DENOMINATORS.get(bottom, (numbers.ordinal(bottom), many))
    if one == "a" and top == 1 and numbers.ordinal(bottom)[0] in "aeiou" and bottom != 4:
        one = "an"
    return f"{one} {part}" if top == 1 else f"{numbers.cardinal(top)} {parts}"


def over(match: re.Match[str]) -> str:
    """1/f as "one over f"."""
    return " over "


_LONG = "[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,6}"
_FRACTION = (
    rf"(?P<top>{_LONG})/(?P<bottom>{_LONG})(?![0-9/]|[.,][0-9])"
    r"(?:(?P<th>(?<=[02-9])ths?|(?<=3)rds?|(?<=2)nds?|(?<=1)sts?)(?!\w)"
    r"|(?P<joint>\s{0,2}|\s?-)(?:(?P<unit>UNIT)(?!\w)|(?P<inch>\"|inch(?:es)?\b|in\b\.?))(?!/)|)"
).replace("UNIT", "|".join(sorted(UNITS, key=lambda name: (-len(name), name))))
RULES = (
    rule(
        "mixed fraction",
        rf"(?<![0-9/.,])(?P<whole>[0-9]+)[\s-]+{_FRACTION}",
        fraction,
        "[0-9]/[0-9]",
    ),
    rule("fraction", rf"(?<![0-9/.,])(?P<whole>){_FRACTION}", fraction, "[0-9]/[0-9]"),
    rule(
        "over",
        r"[0-9](?<![A-Za-z][0-9])(?P<it>\s?/\s?)(?=(?:[a-z]|pi|alpha|beta|lambda|sqrt)(?!\w))",
        over,
        "[0-9] ?/ ?[a-z]",
    ),
)

"""What stands between numbers: signs, powers, ratios and ranges; fractions and mixed numbers."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import (
    NUMBER,
    NUMBER_REST,
    after,
    any_of,
    apart,
    before,
    last_word,
    next_word,
    rule,
    word_set,
)
from pngnw.normalize.rules.money import SIGNS
from pngnw.normalize.rules.units import UNITS, unit_of

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
_DENOMINATORS = {2: ("half", "halves"), 4: ("quarter", "quarters")}
_LARGEST_IMPROPER = 16
_LARGEST = 100  # denominators above are read as "over", unless they are round
_METER = re.compile(r"\s(?:time|meter|signature)\b")
_EQUALS = re.compile(r"\s?=\s?[-0-9.?x]")
# In front of a mark, as in "scored 9/10".
_GIVES = word_set("scored score scores rated rating rates got gets gave give gives it solid earned")
_INCH = ("inch", "inches")


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


def between_measures(match: re.Match[str]) -> str | None:
    """The hyphen in "5 kg-10 kg" and "50°-60°F", which is "to", or "minus" before a sum."""
    unit = match["unit"].rstrip(".")
    if unit[0] not in "°%" and not unit_of(unit):
        return None
    return " minus " if match["sum"] else " to "


def _is_split(match: re.Match[str]) -> bool:
    start = max(match.start("it") - _LONGEST_SPLIT, 0)
    split = _SPLIT.search(match.string, start, match.end("it") + _LONGEST_SPLIT)
    return split is not None and int(split["one"]) + int(split["other"]) == 100


def by(match: re.Match[str]) -> str:
    """The x in "4x4", which is "by", and in "3 x 4 = 12", which is "times"."""
    return " times " if _is_sum(match) else " by "


def _is_sum(match: re.Match[str]) -> bool:
    front = before(match, "it")
    behind = match.string[match.end("it") : match.end("it") + 60]
    return bool(
        _EQUALS_BEHIND.match(behind)
        or _SUM_BEHIND.match(behind)
        or _EQUALS_BEFORE.search(front)
        or _SUM_BEFORE.search(front)
    )


def power(match: re.Match[str]) -> str:
    """The exponent in 10^-8, as "to the minus eighth", with a unit behind it."""
    exponent, unit = int(match["exponent"]), unit_of(match["unit"] or "")
    if not match["sign"] and exponent in (2, 3):
        words = " squared " if exponent == 2 else " cubed "
    else:
        words = f" to the {'minus ' if match['sign'] else ''}{numbers.ordinal(exponent)} "
    return words + (unit[1] if unit else match["unit"] or "")


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
    measured = f" {unit[1]}" if unit else ""
    if top == bottom or _is_mark(match, bottom):
        return f"{numbers.cardinal(top)} out of {numbers.cardinal(bottom)}{measured}"
    if _EQUALS.match(after(match)) and top > bottom > 0:
        return f"{numbers.integer(match['top'])} divided by {numbers.integer(match['bottom'])}"
    uneven = bottom > _LARGEST and top != 1 and not _is_round(bottom)
    if not top or bottom < 2 or (top > bottom > _LARGEST_IMPROPER) or uneven:
        return f"{numbers.integer(match['top'])} over {numbers.integer(match['bottom'])}{measured}"
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


_LONG = "[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,6}"
_FRACTION = (
    rf"(?P<top>{_LONG})/(?P<bottom>{_LONG})(?![0-9/]|[.,][0-9])"
    r"(?:(?P<th>(?<=[02-9])ths?|(?<=3)rds?|(?<=2)nds?|(?<=1)sts?)(?!\w)"
    rf"|(?P<joint>\s{{0,2}}|\s?-)(?:(?P<unit>{any_of(UNITS)})(?!\w)"
    r"|(?P<inch>\"|inch(?:es)?\b|in\b\.?))(?!/)|)"
)
# In front of the designations, for which "5°C-10°C" holds a "C-10".
RANGES = (
    rule(
        "range of measures",
        rf"[0-9](?<![\w.,{SIGNS}-][0-9]){NUMBER_REST}\s?(?P<unit>°(?:\s?[CFK]\b)?|%|[A-Za-zμΩ]{{1,5}}\.?)"
        rf"(?P<it>\s?-\s?)(?={NUMBER}\s?(?:(?P=unit)|°)(?P<sum>\s?=)?)",
        between_measures,
        "[0-9] ?(?:°(?: ?[CFK])?|%|[A-Za-zμΩ]+\\.?) ?- ?[0-9]",
    ),
)
RULES = (
    rule(
        "scientific",  # an exponent that lost its place, as in "1.5 × 10-10"
        r"[×x]\s?10(?P<it>-(?P<exponent>[0-9]{1,2}))(?![0-9])",
        lambda match: f" to the minus {numbers.ordinal(int(match['exponent']))}",
        "10-[0-9]",
    ),
    rule(
        "exponent",
        r"[0-9](?<![\w.][0-9])[0-9]*(?:\.[0-9]+)?"
        r"(?P<it>(?:e|(?<=\.[0-9])E|(?<=\.[0-9]{2})E|(?<=\.[0-9]{3})E|E(?=[-+]))(?P<sign>[-+]?)(?P<power>[0-9]{1,3}))"
        r"(?![\w]|[.,][0-9])",
        lambda match: f" × 10^{match['sign'].strip('+')}{match['power'].lstrip('0') or '0'}",
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
        lambda match: " to the minus " if match["sign"] else " to the ",
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
    rule("ratio", r"(?::(?<=[0-9]:)|\s:\s(?<=[0-9]\s:\s))(?=[0-9])", " to ", "[0-9](?::| : )[0-9]"),
    rule(
        "by",
        r"[0-9](?:\s?(?:k?m|[cm]m|ft|in|yd)\b)?(?P<it>\s?x\s?|(?<=[0-9])×)(?=[0-9])",
        by,
        "[0-9a-z](?: ?x ?|×)[0-9]",
    ),
    rule("hyphen of a code", r"-(?<=[0-9]-)(?=[0-9])", " ", "[0-9]-[0-9]"),
    rule("minus", rf"-(?<![\w)\"'.,-]-)(?=[{SIGNS}]?\.?[0-9])", "minus ", rf"-[{SIGNS}]?\.?[0-9]"),
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
        " over ",
        "[0-9] ?/ ?[a-z]",
    ),
)

"""Years and longer: quarters, fiscal years, decades, centuries and eras."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import (
    after,
    before,
    last_word,
    next_word,
    plain_rule,
    readings,
    rule,
    with_stop,
    word_set,
)
from pngnw.normalize.rules.dates import MONTHS
from pngnw.normalize.rules.money import SIGNS

_ERAS = readings("AD A.D., BC B.C., CE C.E., BCE B.C.E., AH A.H., BP B.P.")
_ERA = r"A\.?\s?D|B\.?\s?C\.?\s?E|B\.?\s?C|C\.?\s?E|AH|BP"
_PARTS = {"Q": "quarter", "H": "half"}
_DETERMINERS = word_set(
    "the a an this that last next our its their his her my your each every same"
)
_PREPOSITIONS = word_set(
    "a an and as at but by for from if in is of on or than that the to was were when"
)
# Behind one of these, or a month, two digits with an apostrophe are a year.
_BEFORE_SHORT = word_set(
    "of in since by until till from before after to and or the late early mid during summer winter "
    "spring fall autumn season class back around"
) | {month.lower() for month in MONTHS}
_BEFORE_SECONDS = word_set("for after every within takes took wait waited lasts lasted lasting")
# Before a figure in the plural, "two 4s".
_BEFORE_FIGURES = {*numbers.ONES, *word_set("and or all by straight no many some few of both")}
_SHORT_CENTURY = 50  # two digits below are of this century where nothing else says so


def years(match: re.Match[str]) -> str | None:
    """1914-18 as "nineteen fourteen to eighteen", 1999/2000 as two years."""
    first, last = match["from"], match["to"]
    short = len(last) == 2
    if int(last) <= int(first[-2:] if short else first):
        return None
    return f"{numbers.paired(int(first))} to " + (
        numbers.short_year(int(last)) if short else numbers.paired(int(last))
    )


def decade(match: re.Match[str]) -> str:
    """1990s as "nineteen nineties", '90s as "nineties", 100s as "hundreds", 747s in pairs."""
    # Python reads no more than 4300 digits.
    number = int(match["number"]) if len(match["number"]) <= numbers.LONGEST else 0
    if last_word(before(match)).lower() in _BEFORE_SECONDS and match[0][-2].isdigit():
        return f"{numbers.integer(match['number'])} seconds"
    if number in (100, 1000):
        return numbers.plural(numbers.SCALES[1] if number == 1000 else "hundred")
    digits = len(match["number"])
    in_pairs = (digits == 4 and number % 1000) or (digits == 3 and number % 100)
    words = numbers.paired(number) if in_pairs else numbers.integer(match["number"])
    head, _, last = words.rpartition(" ")
    return f"{head} {numbers.plural(last)}".lstrip()


def figures(match: re.Match[str]) -> str | None:
    """The figures in "two 4s", "1s and 0s"; not in the orbital 2s."""
    front = last_word(before(match)).lower()
    if front not in _BEFORE_FIGURES and not after(match).startswith((" and ", " or ")):
        return None
    return numbers.plural(numbers.ONES[int(match["number"])])


def quarter(match: re.Match[str]) -> str | None:
    """2Q22 as "the second quarter of twenty twenty-two", before a noun without "the" and "of"."""
    part, year = _PARTS[match["part"]], match["year"]
    if part == "half" and (not year or match["number"] > "2"):
        return None
    words = f"{numbers.ordinal(int(match['number']))} {part}"
    fiscal, front, noun = "fiscal " * bool(match["fiscal"]), before(match), next_word(match)
    attribute = noun.islower() and noun.endswith("s") and noun not in _PREPOSITIONS
    if year:
        words += f" {'' if attribute else 'of '}{fiscal}{_full(year)}"
    bare = attribute or not front or last_word(front).lower() in _DETERMINERS
    return words if bare else f"the {words}"


def fiscal(match: re.Match[str]) -> str:
    """FY21 as "fiscal year twenty twenty-one"."""
    space = " " * before(match)[-1:].isalnum()
    return f"{space}fiscal year {_full(match['year']) if match['year'] else ''}"


def _full(year: str) -> str:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < _SHORT_CENTURY else 1900
    return numbers.paired(number)


def short_year(match: re.Match[str]) -> str | None:
    """ "the summer of '69", "May '68"."""
    if last_word(before(match)).lower() not in _BEFORE_SHORT:
        return None
    return numbers.short_year(int(match["number"]))


def before_era(match: re.Match[str]) -> str:
    """500 BC as "five hundred B.C.", 384-322 BC with "to"."""
    first = f"{_era_year(match['from'])} to " if match["from"] else ""
    return f"{first}{_era_year(match['number'])} {_era(match['era'])}"


def _era(short: str) -> str:
    return _ERAS[short.replace(".", "").replace(" ", "")]


def _era_year(text: str) -> str:
    paired = 200 <= int(text.replace(",", "")) < 10_000 and "," not in text
    return numbers.paired(int(text)) if paired else numbers.integer(text)


RULES = (
    rule(
        "quarter",
        r"(?<![\w.])(?P<number>[1-4])(?P<part>[QH])\s?(?P<fiscal>FY)?\s?'?(?P<year>(?:19|20)?[0-9]{2})?(?!\w)",
        quarter,
        "[1-4][QH]",
    ),
    rule(
        "quarter behind",
        r"(?<!\w)Q(?P<it>(?P<number>[1-4])(?:\s?'|[-/])(?P<year>(?:19|20)?[0-9]{2}))(?!\w)",
        lambda match: f" {numbers.cardinal(int(match['number']))} {_full(match['year'])}",
        "Q[1-4]",
    ),
    rule(
        "fiscal year",
        r"(?<![A-Za-z])FY\s?'?(?:(?=(?:19|20)[0-9]{2})|(?P<year>[0-9]{2})(?!\w|[.,][0-9]))",
        fiscal,
        "FY",
    ),
    rule(
        "short year",
        r"(?<![\w'])'(?P<number>[0-9]{2})(?![\w'%]|[.,:][0-9])",
        short_year,
        "'[0-9]{2}",
    ),
    rule(
        "distant year",
        r"\byear\s(?P<it>[2-9][0-9]{3})(?![\w%]|[.,-][0-9])",
        lambda match: numbers.paired(int(match["it"])),
        "year [2-9][0-9]{3}",
    ),
    rule(
        "spaced decade",
        r"[0-9]0(?P<it>\s)(?:(?<=the [0-9]0 )|(?<=[12][0-9][0-9]0 ))(?=s\b(?!\.\w))",
        "",
        "[0-9]0 s",
    ),
    rule(
        "century in short",
        r"(?:(?<=[0-9]th)|(?<=[0-9]st)|(?<=[0-9][nr]d))\sc\.(?!\w)",
        lambda match: with_stop(match, " century"),
        r"[a-z] c\.",
    ),
    rule(
        "years",
        r"(?<![\w.,/-])(?P<from>1[0-9]{3}|20[0-9]{2})\s?[-/]\s?(?P<to>[0-9]{2}|1[0-9]{3}|20[0-9]{2})"
        r"(?![\w/%]|-[0-9]|[.,][0-9])",
        years,
        "[0-9] ?[-/] ?[0-9]",
    ),
    rule(
        "number before era",
        rf"(?<![\w.,])(?:(?P<from>[0-9]{{1,5}})\s?-\s?)?"
        rf"(?P<number>[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,4}}|[0-9]{{1,5}})\s?(?P<era>{_ERA})\b\.?",
        before_era,
        rf"[0-9]\s?(?:{_ERA})",
    ),
    rule(
        "number behind era",
        rf"\b(?P<era>{_ERA})\b\.?\s?(?P<number>[0-9]{{1,4}})(?![\w,]|[./-][0-9])",
        lambda match: f"{_era(match['era'])} {_era_year(match['number'])}",
        rf"(?:{_ERA})\.?\s?[0-9]",
    ),
    plain_rule("century", r"(?<=tury )(?:AD\b|A\.D)\.?", "A.D.", "tury A"),
    rule(
        "decades",
        r"(?<=[0-9]s)\s?-\s?(?='?[0-9]+s)|(?<=[0-9](?:st|nd|rd|th))\s?-\s?(?=[0-9]+(?:st|nd|rd|th))",
        " to ",
        "[0-9](?:s|st|nd|rd|th) ?- ?'?[0-9]",
    ),
    rule(
        "decade",
        rf"(?<![\w.,{SIGNS}])'?(?P<number>[0-9]*0(?='?s)|[0-9]{{2,}}(?=s))'?s\b",
        decade,
        "[0-9]'?s",
    ),
    rule(
        "figures",
        r"(?<![\w.,'-])(?P<number>[0-9])'?s\b(?!\s(?:orbital|electron|shell|subshell|state))",
        figures,
        "[0-9]'?s",
    ),
)

"""Dates, decades and eras."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import OPTIONS, before, readings, rule

_MONTHS = "January February March April May June July August September October November December"
MONTHS = tuple(_MONTHS.split())
SHORT_MONTHS = {
    **{month[:3]: month for month in MONTHS if month != "May"},
    "Sept": "September",
}
DAYS = readings(
    "Mon Monday, Tue Tuesday, Tues Tuesday, Wed Wednesday, Thu Thursday, Thur Thursday, "
    "Thurs Thursday, Fri Friday, Sat Saturday, Sun Sunday"
)
_ERAS = readings("AD A.D., BC B.C., CE C.E., BCE B.C.E., AH A.H., BP B.P.")
_MONTH = "|".join(MONTHS)
_DAY = r"[0-9]{1,2}"
_TH = r"(?:st|nd|rd|th)?"
_ERA = r"A\.?\s?D|B\.?\s?C\.?\s?E|B\.?\s?C|C\.?\s?E|AH|BP"


def day(match: re.Match[str]) -> str | None:
    """The day in "May 5", the days in "May 5-7"."""
    days = [int(match["day"]), int(match["last"] or match["day"])]
    if not all(1 <= each <= 31 for each in days):
        return None
    return " to ".join(numbers.ordinal(each) for each in dict.fromkeys(days))


def day_of(match: re.Match[str]) -> str | None:
    """The day in "5 May" or "the 5th May", the days in "5-7 May"."""
    days = [int(match["day"]), int(match["last"] or match["day"])]
    if not all(1 <= each <= 31 for each in days):
        return None
    words = " to the ".join(numbers.ordinal(each) for each in dict.fromkeys(days))
    return f"{'' if before(match).endswith(('the ', 'The ')) else 'the '}{words} of"


def _date(year: str, month: int, number: int) -> str | None:
    """The parts of a date in words; None if it is none."""
    if not (1 <= month <= 12 and 1 <= number <= 31):
        return None
    if len(year) == 2:
        words = numbers.short_year(int(year))
    else:
        words = numbers.paired(int(year)) if int(year) >= 1000 else numbers.cardinal(int(year))
    return f"{MONTHS[month - 1]} {numbers.ordinal(number)}, {words}"


def iso(match: re.Match[str]) -> str | None:
    """2004-05-12 as "May twelfth, two thousand four"."""
    return _date(match["year"], int(match["month"]), int(match["day"]))


def slashes(match: re.Match[str]) -> str | None:
    """4/7/1776, month first unless by option, as "April seventh, seventeen seventy-six"."""
    first, second, year = int(match["first"]), int(match["second"]), match["year"]
    if OPTIONS.get().day_first:
        first, second = second, first
    return _date(year, first, second) or _date(year, second, first)


def dots(match: re.Match[str]) -> str | None:
    """24.12.1818, day first, as "December twenty-fourth, eighteen eighteen"."""
    return _date(match["year"], int(match["second"]), int(match["first"]))


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
    """1990s as "nineteen nineties", '90s as "nineties", 100s as "hundreds", 135s as a plural."""
    # Python reads no more than 4300 digits.
    number = int(match["number"]) if len(match["number"]) <= numbers.LONGEST else 0
    if number in (100, 1000):
        return numbers.plural(numbers.SCALES[1] if number == 1000 else "hundred")
    year = len(match["number"]) == 4 and number % 1000
    words = numbers.paired(number) if year else numbers.integer(match["number"])
    head, _, last = words.rpartition(" ")
    return f"{head} {numbers.plural(last)}".lstrip()


def before_era(match: re.Match[str]) -> str:
    """500 BC as "five hundred B.C.", 384-322 BC with "to"."""
    first = f"{_era_year(match['from'])} to " if match["from"] else ""
    return f"{first}{_era_year(match['number'])} {_era(match['era'])}"


def behind_era(match: re.Match[str]) -> str:
    """AD 1066 as "A.D. ten sixty-six"."""
    return f"{_era(match['era'])} {_era_year(match['number'])}"


def _era(short: str) -> str:
    return _ERAS[short.replace(".", "").replace(" ", "")]


def _era_year(text: str) -> str:
    paired = 200 <= int(text.replace(",", "")) < 10_000 and "," not in text
    return numbers.paired(int(text)) if paired else numbers.integer(text)


RULES = (
    rule(
        "iso date",
        r"(?<![\w-])(?P<year>[12][0-9]{3})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])(?![\w-])",
        iso,
        "[0-9]-[0-9]{2}-[0-9]",
    ),
    rule(
        "slashed date",
        r"(?<![\w/])(?P<first>[0-9]{1,2})/(?P<second>[0-9]{1,2})/(?P<year>[0-9]{4}|[0-9]{2})"
        r"(?![\w/])",
        slashes,
        "[0-9]/[0-9]{1,2}/[0-9]",
    ),
    rule(
        "dotted date",
        r"(?<![\w.])(?P<first>[0-9]{1,2})\.(?P<second>[0-9]{1,2})\.(?P<year>[12][0-9]{3})(?![\w])",
        dots,
        r"[0-9]\.[0-9]{1,2}\.[0-9]",
    ),
    rule(
        "year to day",
        rf"[0-9]{{4}}(?P<it>\s?-\s?)(?={_DAY}\s(?:{_MONTH})\b)",
        " to ",
        "[0-9] ?- ?[0-9]{1,2} [A-Z]",
    ),
    rule(
        "month and day",
        rf"\b(?:{_MONTH})\s(?P<it>(?P<day>{_DAY}){_TH}(?:\s?-\s?(?P<last>{_DAY}){_TH})?)"
        r"(?!\w|[:.,][0-9]|-[0-9])",
        day,
        rf"(?:{_MONTH}) [0-9]",
    ),
    rule(
        "day of month",
        rf"(?P<day>[0-9](?<![\w.,:-][0-9])[0-9]?){_TH}"
        rf"(?:\s?-\s?(?P<last>{_DAY}){_TH})?(?=\s(?:{_MONTH})\b)",
        day_of,
        rf"[0-9](?:st|nd|rd|th)? (?:{_MONTH})",
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
        rf"(?P<number>[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,5}})\s?(?P<era>{_ERA})\b\.?",
        before_era,
        rf"[0-9]\s?(?:{_ERA})",
    ),
    rule(
        "number behind era",
        rf"\b(?P<era>{_ERA})\b\.?\s?(?P<number>[0-9]{{1,4}})(?![\w,]|[.-][0-9])",
        behind_era,
        rf"(?:{_ERA})\.?\s?[0-9]",
    ),
    rule("century", r"(?<=tury )(?:AD\b|A\.D)\.?", "A.D.", "tury A", plain=True),
    rule(
        "decades",
        r"(?<=[0-9]s)\s?-\s?(?='?[0-9]+s)|(?<=[0-9](?:st|nd|rd|th))\s?-\s?(?=[0-9]+(?:st|nd|rd|th))",
        " to ",
        "[0-9](?:s|st|nd|rd|th) ?- ?'?[0-9]",
    ),
    rule(
        "decade", r"(?<![\w.,])'?(?P<number>[0-9]*0(?='?s)|[0-9]{2,}(?=s))'?s\b", decade, "[0-9]'?s"
    ),
)

"""Dates: days, months and weekdays, however they are written."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import (
    OPTIONS,
    after,
    any_of,
    before,
    ends_sentence,
    ends_text,
    last_word,
    next_word,
    plain_rule,
    readings,
    rule,
    with_stop,
    word_set,
)

_MONTHS = "January February March April May June July August September October November December"
MONTHS = tuple(_MONTHS.split())
SHORT_MONTHS = {month[:3]: month for month in MONTHS if month != "May"} | {"Sept": "September"}
DAYS = readings(
    "Mon Monday, Tue Tuesday, Tues Tuesday, Wed Wednesday, Thu Thursday, Thur Thursday, "
    "Thurs Thursday, Fri Friday, Sat Saturday, Sun Sunday"
)
_NUMBER_OF_MONTH = {month.lower(): number for number, month in enumerate(MONTHS, 1)} | {
    short.lower(): MONTHS.index(month) + 1 for short, month in SHORT_MONTHS.items()
}
# Before Sat. and Sun., which are words too; before a month or a weekday without a number.
_BEFORE_WEEKEND = word_set("on next last every until this by through to from and or day")
_BEFORE_DATE = word_set(
    "on of by since until till from before after the to this next last between and early late mid "
    "in every each during through or past via thru"
)
_MONTH = f"(?i:{'|'.join(MONTHS)})"
_SHORT_MONTH = f"(?i:{any_of(SHORT_MONTHS)})"
_ANY_MONTH = f"(?i:{any_of([*MONTHS, *SHORT_MONTHS])})"
_CAPITAL = f"(?:{any_of([*MONTHS, *SHORT_MONTHS])})"
_SHORT_DAY = any_of(DAYS)
_YEAR = "[12][0-9]{3}"
_DAY = r"[0-9]{1,2}"
_JOINTS = "and |or |to |& "
_TH = r"(?:st|nd|rd|th)?"
_DATE_BEFORE = re.compile(rf"(?:{_ANY_MONTH}(?:\s{_DAY}{_TH}(?:,\s{_YEAR})?)?|\b{_YEAR})$")
_MONTH_AND_DAY = r"(?P<first>[0-9](?<![\w/.,-][0-9])[0-9]?)/(?P<second>[0-3]?[0-9])"
_BEFORE_FIGURES = re.compile(
    r"(?:\b(?:[Oo]n|[Uu]ntil|[Tt]ill|[Ss]ince|[Dd]ue|[Dd]ated|(?P<by>[Bb]y|[Bb]efore|[Aa]fter|[Ff]rom"
    r"|[Tt]hrough|[Tt]hru|[Ss]tarting|[Ss]tarts|[Ee]nds|[Ee]xpires|[Dd]eadline:?|ETA:?))|day,?)\s\Z"
)
# Denominators of no fraction that anybody writes: they are days.
_NO_DENOMINATORS = frozenset({9, 11, 13, 14, 15, *range(17, 32)} - {20, 24, 25})
# Behind "May 5 and 6", what shows that 6 is a day.
_DAY_ENDS = (
    r"(?=\s?[,;:.)]|\s?$|\s(?:in|at|on|for|from|the|with|as|when|but|1[0-9]{3}|20[0-9]{2})\b)"
)


def month(match: re.Match[str]) -> str:
    """ "Jan. 5", "5 jan", "JAN 5"."""
    words = SHORT_MONTHS[match[0].rstrip(".").capitalize()]
    return f"{words}." if match[0][-1] == "." and ends_text(match) else words


def month_alone(match: re.Match[str]) -> str | None:
    """ "in Jan. of", but not "I love Jan."."""
    words, last = SHORT_MONTHS[match["short"]], ends_sentence(match)
    if last and last_word(before(match)).lower() not in _BEFORE_DATE:
        return None
    return f"{words}." if last else words


def months(match: re.Match[str]) -> str:
    """Jan-Mar as "January to March"."""
    first, last = (MONTHS[_NUMBER_OF_MONTH[match[key].lower()] - 1] for key in ("from", "to"))
    return with_stop(match, f"{first} to {last}")


def weekday(match: re.Match[str]) -> str:
    """ "Mon., 5 May", "Mon-Fri"."""
    words = DAYS[match["short"].capitalize()]
    return f"{words} to " if match["to"] else with_stop(match, words)


def weekday_alone(match: re.Match[str]) -> str | None:
    """ "on Mon. at", "Wed. night", but not "he Sat." and "the Sun."."""
    words, last = DAYS[match["short"]], match[0][-1] == "." and ends_sentence(match)
    front = last_word(before(match)).lower()
    if match["short"] in ("Sat", "Sun") and front and front not in _BEFORE_WEEKEND:
        return None
    if last and front not in _BEFORE_DATE:
        return None
    return f"{words}." if last else words


def day(match: re.Match[str]) -> str | None:
    """The day in "May 5", the days in "May 5-7" and "May 5 and 6"."""
    days = [int(match["day"]), int(match["last"] or match["day"])]
    if not all(1 <= each <= 31 for each in days) or _is_verb(match):
        return None
    joint = match["and"] or " to "
    return joint.join(numbers.ordinal(each) for each in dict.fromkeys(days))


def _is_verb(match: re.Match[str]) -> bool:
    """Whether "may 5" and "march 5" are no dates."""
    if match["month"] not in ("may", "march") or match["it"][-1].isalpha():
        return False
    return (
        next_word(match) != ""
        and last_word(before(match, "month")).lower() not in _BEFORE_DATE
        and not after(match).startswith((", ", " 1", " 2"))
    )


def day_of(match: re.Match[str]) -> str | None:
    """The day in "5 May" or "the 5th May", the days in "5-7 May"."""
    days = [int(match["day"]), int(match["last"] or match["day"])]
    front = before(match)
    the = front.endswith(("the ", "The "))
    if not all(1 <= each <= 31 for each in days) or (match["of"] and not the and not match["th"]):
        return None
    small = re.match(r"\s(?:may|march)(?!\s(?:1[0-9]{3}|20[0-9]{2})\b)", after(match))
    if small and not front.rstrip(", ").endswith("day"):  # "at least 5 may come"
        return None
    words = " to the ".join(numbers.ordinal(each) for each in dict.fromkeys(days))
    return f"{'' if the else 'the '}{words} of"


def to_date(match: re.Match[str]) -> str | None:
    """The hyphen between two dates."""
    front = before(match)
    return "to ".rjust(3 + (front[-1:] != " ")) if _DATE_BEFORE.search(front.rstrip()) else None


def _date(year: str, month: int, number: int) -> str | None:
    """The parts of a date in words; None if it is none."""
    if not (1 <= month <= 12 and 1 <= number <= 31):
        return None
    return f"{MONTHS[month - 1]} {numbers.ordinal(number)}, {_year(year)}"


def _year(year: str) -> str:
    if len(year) == 2:
        return numbers.short_year(int(year))
    return numbers.paired(int(year)) if int(year) >= 1000 else numbers.cardinal(int(year))


def year_first(match: re.Match[str]) -> str | None:
    """2004-05-12 as "May twelfth, two thousand four"."""
    if match["mark"] == "." and len(match["month"] + match["day"]) < 4:
        return None  # a version
    words = _date(match["year"], int(match["month"]), int(match["day"]))
    return f"{words}, " if words and match["time"] else words


def in_figures(match: re.Match[str]) -> str | None:
    """4/7/1776, month first unless by option, as "April seventh, seventeen seventy-six"."""
    return _in_figures(int(match["first"]), int(match["second"]), match["year"])


def _in_figures(first: int, second: int, year: str) -> str | None:
    if OPTIONS.get().day_first:
        first, second = second, first
    return _date(year, first, second) or _date(year, second, first)


def dashes(match: re.Match[str]) -> str | None:
    """15-01-2020; with a short year only where a zero shows that it is no code, as in 01-15-20."""
    if len(match["year"]) == 2 and "0" not in (match["first"][0], match["second"][0]):
        return None
    return in_figures(match)


def joined(match: re.Match[str]) -> str | None:
    """Jan-15-2020, 15-Jan-2020, 2020-Jan-15, and 15-Jan without a year."""
    parts = re.findall(r"\w+", match[0])
    at = next(at for at, part in enumerate(parts) if part.isalpha())
    number = _NUMBER_OF_MONTH[parts.pop(at).lower()]
    if at and len(parts[0]) > 2:
        return _date(parts[0], number, int(parts[1]))
    front = last_word(before(match)).lower()
    if not 1 <= int(parts[0]) <= 31 or (not parts[1:] and front in _NUMBER_OF_MONTH):
        return None  # "Nov 28-Dec 3"
    year = "".join(map(_year, parts[1:]))
    if not at:
        return f"{MONTHS[number - 1]} {numbers.ordinal(int(parts[0]))}" + f", {year}" * bool(year)
    the = "" if before(match).endswith(("the ", "The ")) else "the "
    words = f"{the}{numbers.ordinal(int(parts[0]))} of {MONTHS[number - 1]} {year}"
    return with_stop(match, words.rstrip())


def without_year(match: re.Match[str]) -> str | None:
    """The date in "on 5/12", "Friday, 10/3", "by 10/31", "was 05/06"; but not "by 1/16"."""
    front, zero = _BEFORE_FIGURES.search(before(match)), match["first"][0] == "0"
    sure = match["second"][0] == "0" or int(match["second"]) in _NO_DENOMINATORS
    if not zero and not (front and (sure or not front["by"])):
        return None
    words = _in_figures(int(match["first"]), int(match["second"]), "00")
    return words and words.rpartition(",")[0]


def dates_without_year(match: re.Match[str]) -> str | None:
    """The dates in "from 3/1 to 3/15" and "6/2-6/9", but not in "1/2 to 3/4"."""
    pairs = match.group("first", "second"), match.group("last_first", "last_second")
    same = match["first"] == match["last_first"] and int(match["first"]) >= int(match["second"])
    if not same and not any(p[0][0] == "0" or int(p[1]) in _NO_DENOMINATORS for p in pairs):
        return None
    first, last = (_in_figures(int(one), int(other), "00") for one, other in pairs)
    if first is None or last is None:
        return None
    joint = match["to"].strip().replace("-", "to").replace("thru", "through")
    return f"{first.rpartition(',')[0]} {joint} {last.rpartition(',')[0]}"


RULES = (
    rule(
        "date with a name",
        rf"(?<![\w/-])(?:{_ANY_MONTH}\.?[-/]{_DAY}[-/](?:{_YEAR}|[0-9]{{2}})"
        rf"|{_DAY}[-/]{_ANY_MONTH}\.?(?:[-/](?:{_YEAR}|[0-9]{{2}}))?|{_YEAR}[-/]{_ANY_MONTH}\.?[-/]{_DAY})"
        r"(?![\w/-])",
        joined,
        rf"{_ANY_MONTH}\.?[-/][0-9]|[0-9][-/]{_ANY_MONTH}",
    ),
    plain_rule(
        "months",
        rf"\b(?P<from>{_CAPITAL})\b\.?\s{{0,2}}-\s{{0,2}}(?P<to>{_CAPITAL})\b(?:\.(?!\w))?",
        months,
        rf"{_CAPITAL}\.? *- *{_CAPITAL}",
    ),
    rule(
        "month",
        rf"\b{_SHORT_MONTH}\b\.?(?=,?\s(?:the\s)?'?[0-9](?![0-9.]*\s?%))"
        rf"|(?:(?<=[0-9]\s)|(?<=[0-9](?:st|nd|rd|th)\s)|(?<=[0-9](?:st|nd|rd|th)\sof\s)){_SHORT_MONTH}\b\.?",
        month,
        rf"{_SHORT_MONTH}\.?,? (?:the )?'?[0-9]|[0-9](?:(?:st|nd|rd|th)(?: of)?)? {_SHORT_MONTH}",
    ),
    plain_rule(
        "month alone",
        r"\b(?P<short>Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec)\.(?!\w|-)",
        month_alone,
        r"(?:Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec)\.",
    ),
    plain_rule(
        "weekday",
        rf"\b(?P<it>(?P<short>{_SHORT_DAY})\b\.?(?P<to>\s?-\s?(?=(?:{_SHORT_DAY})\b))?)"
        rf"(?=,?\s(?:[0-9]|{_ANY_MONTH}\b|(?:{_JOINTS})?(?:{_SHORT_DAY})\b)|(?:{_SHORT_DAY})\b)",
        weekday,
        rf"(?:{_SHORT_DAY})(?:\.| ?-|,? (?:[0-9]|{_ANY_MONTH}|(?:{_JOINTS})?(?:{_SHORT_DAY})))",
    ),
    plain_rule(
        "small weekday",
        rf"\b(?P<it>(?P<short>{_SHORT_DAY.lower()})\b\.?(?P<to>))"
        rf"(?=,?\s(?:{_DAY}{_TH}\s)?{_ANY_MONTH}\b)",
        weekday,
        rf"(?:{_SHORT_DAY.lower()})\.?,? (?:[0-9]|{_ANY_MONTH})",
    ),
    plain_rule(
        "last day of days",
        rf"day(?:,|,? and|,? or|,? to|,? &)? "
        rf"(?P<it>(?P<short>{_SHORT_DAY}|mon|tues?|wed|thu(?:rs?)?|fri)(?P<to>)\b\.?)",
        weekday,
        rf"day,?(?: and| or| to| &)? (?:{_SHORT_DAY}|mon|tue|wed|thu|fri)",
    ),
    plain_rule(
        "weekday alone",
        rf"\b(?P<short>{_SHORT_DAY})\.(?!\w|-)",
        weekday_alone,
        rf"(?:{_SHORT_DAY})\.",
    ),
    plain_rule(
        "weekday behind a word",
        r"\b(?:[Oo]n|[Nn]ext|[Ee]very|[Ll]ast|[Uu]ntil)\s(?P<it>(?P<short>Mon|Tues?|Wed|Thu(?:rs?)?|Fri))"
        r"\b(?!['-]\w)",
        weekday_alone,
        "(?:n|xt|ry|st|til) (?:Mon|Tue|Wed|Thu|Fri)(?-u:\\b)|(?:n|xt|ry|st|til) (?:Tues|Thurs?)",
    ),
    rule(
        "year first",
        r"(?<![\w/.-])(?P<year>[12][0-9]{3})(?P<mark>[-/.])(?P<month>[01]?[0-9])(?P=mark)"
        r"(?P<day>[0-3]?[0-9])(?:(?P<time>T)(?=[0-2][0-9]:)|(?![\w/-]|\.[0-9]))",
        year_first,
        "[0-9][-/.][0-9]{1,2}[-/.][0-9]",
    ),
    rule(
        "slashed date",
        r"(?<![\w/])(?P<first>[0-9]{1,2})/(?P<second>[0-9]{1,2})/(?P<year>[0-9]{4}|[0-9]{2})"
        r"(?![\w/])",
        in_figures,
        "[0-9]/[0-9]{1,2}/[0-9]",
    ),
    rule(
        "dashed date",
        r"(?<![\w/-])(?P<first>[0-9]{1,2})-(?P<second>[0-9]{1,2})-(?P<year>[12][0-9]{3}|[0-9]{2})"
        r"(?![\w/-])",
        dashes,
        "[0-9]-[0-9]{1,2}-[0-9]",
    ),
    rule(
        "dotted date",
        r"(?<![\w.])(?P<first>[0-9]{1,2})\.(?P<second>[0-9]{1,2})\.(?P<year>[12][0-9]{3})(?![\w])",
        lambda match: _date(match["year"], int(match["second"]), int(match["first"])),
        r"[0-9]\.[0-9]{1,2}\.[0-9]",
    ),
    rule(
        "month of a year",
        r"(?<![\w/.-])(?P<month>0?[1-9](?=/)|0[1-9]|1[0-2](?=/))[/.](?P<year>(?:19|20)[0-9]{2})"
        r"(?![\w/-]|\.[0-9])",
        lambda match: f"{MONTHS[int(match['month']) - 1]} {_year(match['year'])}",
        "[0-9][/.][0-9]{4}",
    ),
    rule(
        "dates without a year",
        rf"{_MONTH_AND_DAY}(?P<to>\s?-\s?|\s(?:to|through|thru|until)\s)"
        r"(?P<last_first>1?[0-9])/(?P<last_second>[0-3]?[0-9])(?![\w/-]|[.,][0-9]|\s?%)",
        dates_without_year,
        "[0-9]/[0-9]{1,2} ?(?:-|[a-z]+ )[ 0-9]?[0-9]*/[0-9]",
    ),
    rule(
        "date without a year",
        r"(?P<first>[0-9](?<=[a-z,:.A]\s[0-9])[0-9]?)/(?P<second>[0-3]?[0-9])"
        r"(?![\w/-]|[.,][0-9]|\s?%|\s(?:of|the|a|an)\b)",
        without_year,
        "[A-Za-z,:.] [0-9]{1,2}/[0-9]",
    ),
    rule(
        "from date to date",
        rf"-\s{{0,2}}(?={_ANY_MONTH}\s[0-9]|{_DAY}{_TH}\s{_ANY_MONTH}\b)",
        to_date,
        "- *[0-9A-Za-z]+ [0-9A-Za-z]",
    ),
    rule(
        "month and day",
        rf"\b(?P<month>{_MONTH})\s(?:the\s)?(?P<it>(?P<day>{_DAY}){_TH}"
        rf"(?:(?:\s?-\s?|(?P<and>\s(?:and|or|&|to)\s)(?=[0-9]{{1,2}}{_TH}{_DAY_ENDS}))"
        rf"(?P<last>{_DAY}){_TH})?)"
        r"(?!\w|[:.,][0-9]|-[0-9]|\s?%)",
        day,
        rf"{_MONTH} (?:the )?[0-9]",
    ),
    rule(
        "day of month",
        rf"(?P<day>[0-9](?<![\w.,:-][0-9])[0-9]?)(?P<th>{_TH})"
        rf"(?:\s?-\s?(?P<last>{_DAY}){_TH})?(?P<of>\sof)?(?=\s{_MONTH}\b)",
        day_of,
        rf"[0-9](?:st|nd|rd|th)?(?: of)? {_MONTH}",
    ),
)

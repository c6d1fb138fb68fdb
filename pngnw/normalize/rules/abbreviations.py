"""Abbreviations: which word they stand for, and whether their full stop ends a sentence too."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import any_of, rule
from pngnw.normalize.rules.context import (
    after,
    before,
    ends_sentence,
    ends_text,
    last_word,
    next_word,
)
from pngnw.normalize.tables import abbreviations as table
from pngnw.normalize.tables.calendar import DAYS, MONTHS, SHORT_MONTHS
from pngnw.normalize.tables.states import STATES

_CAPITALS = {short.upper(): words for short, words in (*table.TITLES.items(), *table.RANKS.items())}
_BEFORE_NAME = {**_CAPITALS, **table.RANKS, **table.TITLES}
_ANYWHERE = {
    "VS": "versus",
    "ETC": "et cetera",
    **{
        key.capitalize(): words.capitalize()
        for key, words in table.ANYWHERE.items()
        if key.isalpha()
    },
    **table.ANYWHERE,
}
_UNDOTTED = sorted({*table.TITLES, "MR", "MRS", "DR"} - {"Ste"})
_DOTTED_INSIDE = sorted(key for key in table.ANYWHERE if not key.isalpha())
_ROMAN_WORD = re.compile(r"[IVXL]+|[ivxl]{2,}")
_NUMBER = re.compile(r"[#$£€]?\.?[0-9]")


def dotted(match: re.Match[str]) -> str | None:
    """An abbreviation with its full stop, which stays where it also ends the sentence."""
    short, rest = match["short"], after(match)
    if match.string[match.start() - 1 : match.start()] == ".":
        return None
    words = _words(match, short, rest)
    if words is None:
        return None
    last = ends_text(match) if short in _BEFORE_NAME else ends_sentence(match)
    if last and not words.endswith("."):
        return f"{words}."
    return f"{words} " if rest[:1].isalnum() else words


def _words(match: re.Match[str], short: str, rest: str) -> str | None:
    following = rest.lstrip()
    if short in table.BEFORE_NUMBER:
        word = following.split(" ")[0].rstrip(".,;:)")
        roman = word != "I" and _ROMAN_WORD.fullmatch(word) and numbers.roman(word)
        if _NUMBER.match(following) or roman:
            return table.BEFORE_NUMBER[short]
    if short in STATES and before(match).endswith(", "):
        return STATES[short]
    if short in _BEFORE_NAME:
        named = following[:1].isupper() or following[:1] in "\"',"
        return _BEFORE_NAME[short] if named or short in table.TITLES else None
    if short in table.BEHIND:
        return table.BEHIND[short]
    if short == "vs" and ends_text(match):  # old spelling: "none of vs."
        return None
    return _ANYWHERE.get(short)


def street(match: re.Match[str]) -> str | None:
    """Dr. and St. behind the name of a street: no name follows, or a new sentence does."""
    rest = after(match).lstrip()
    if rest[:1].isupper() and not (next_word(match) in table.OPENERS and match[0][-1] == "."):
        return None
    words = table.DRIVE_OR_DOCTOR[match["short"]]
    return f"{words}." if match[0][-1] == "." and ends_sentence(match) else words


def title(match: re.Match[str]) -> str:
    """Mr, Mrs, Dr, St before a name without a full stop."""
    return _BEFORE_NAME[match["short"]]


def united_states(match: re.Match[str]) -> str | None:
    """US as initials, unless it is "us" in capitals: "afraid of US, said he"."""
    alone = not next_word(match) or next_word(match) in table.NO_NOUN
    return None if alone and last_word(before(match)) in table.BEFORE_PRONOUN else "U.S."


def versus(match: re.Match[str]) -> str:
    """ "Roe v. Wade", "red vs blue"."""
    return "versus"


def spaced(match: re.Match[str]) -> str:
    """ "U. S." as one word; "i. e." as "that is"."""
    return table.SPACED_WORDS.get(match[0], match[0].replace(" ", ""))


def slashed(match: re.Match[str]) -> str:
    """ "w/o" and its like."""
    words = table.SLASHED[match[0]]
    return f"{words} " if after(match)[:1].isalnum() else words


def month(match: re.Match[str]) -> str:
    """ "Jan. 5", "5 Jan."."""
    words = SHORT_MONTHS[match[0].rstrip(".")]
    return f"{words}." if match[0][-1] == "." and ends_text(match) else words


def day(match: re.Match[str]) -> str:
    """ "Mon., 5 May", "Mon-Fri"."""
    words = DAYS[match["short"]]
    if match["to"]:
        return f"{words} to "
    return f"{words}." if match["it"][-1] == "." and ends_text(match) else words


def half_day(match: re.Match[str]) -> str:
    """a.m. and p.m. behind a number, however they are written, as one word of two letters."""
    return f" {match['half'].lower()}.m."


_SHORT_DAY, _SHORT_MONTH = any_of(DAYS), any_of(SHORT_MONTHS)
RULES = (
    rule(
        "spaced initials",
        rf"\b(?:{any_of([*table.SPACED, *table.SPACED_WORDS])})",
        spaced,
        any_of([*table.SPACED, *table.SPACED_WORDS]),
        plain=True,
    ),
    rule(
        "slashed",
        rf"(?<![\w/])(?:{any_of(table.SLASHED)})(?!/|(?<=\w)\w)",
        slashed,
        any_of(table.SLASHED),
    ),
    rule(
        "street",
        r"(?:\b[A-Z][a-z']+|[0-9](?:st|nd|rd|th))\s(?P<it>(?P<short>Dr|St)(?:\.|\b(?=[,;:.!?]|$)))",
        street,
        r" (?:Dr|St)(?:[.,;:!?]|$)",
        plain=True,
    ),
    rule(
        "month",
        rf"\b(?:{_SHORT_MONTH})\b\.?(?=,?\s[0-9])|(?<=[0-9]\s)(?:{_SHORT_MONTH})\b\.?",
        month,
        rf"(?:{_SHORT_MONTH})\.?,? [0-9]|[0-9] (?:{_SHORT_MONTH})",
    ),
    rule(
        "day",
        rf"\b(?P<it>(?P<short>{_SHORT_DAY})\b\.?(?P<to>\s?-\s?(?=(?:{_SHORT_DAY})\b))?)"
        rf"(?=,?\s(?:[0-9]|{any_of([*MONTHS, *SHORT_MONTHS])})|(?:{_SHORT_DAY})\b)",
        day,
        rf"(?:{_SHORT_DAY})(?:\.| ?-|,? (?:[0-9]|{_SHORT_MONTH}|May))",
        plain=True,
    ),
    rule(
        "last day of days",
        rf"day to (?P<it>(?P<short>{_SHORT_DAY})(?P<to>)\b\.?)",
        day,
        rf"day to (?:{_SHORT_DAY})",
        plain=True,
    ),
    rule(
        "versus",
        r"\b[A-Z0-9][\w'-]{0,99}\s(?P<it>vs|v\.?)(?=\s[A-Z0-9])",
        versus,
        r" (?:vs|v\.?) [A-Z0-9]",
        plain=True,
    ),
    rule(
        "dotted inside",
        rf"(?<![\w.])(?P<short>{any_of(_DOTTED_INSIDE)})\.",
        dotted,
        rf"(?:{any_of(_DOTTED_INSIDE)})\.",
        plain=True,
    ),
    rule(
        "dotted",
        r"\b(?P<short>[A-Za-z]{1,6})\.",
        dotted,
        (
            rf"(?-u:\b)(?:{any_of({*_BEFORE_NAME, *table.BEHIND, *_ANYWHERE, *STATES})})\."
            rf"|(?-u:\b)(?:{any_of(table.BEFORE_NUMBER)})\. *[#$£€.0-9IVXLivxl]"
        ),
        plain=True,
    ),
    rule(
        "title",
        rf"\b(?P<short>{any_of(_UNDOTTED)})(?=\s[A-Z])",
        title,
        rf"(?-u:\b)(?:{any_of(_UNDOTTED)}) [A-Z]",
        plain=True,
    ),
    rule(
        "half day",
        r"[0-9](?<![\w.][0-9])(?<![A-LN-Z]-[0-9])[0-9]?(?:[:.][0-9]{2})*"
        r"(?P<it>\s?(?P<half>[AaPp])(?:\.\s?[Mm]\b\.?|[Mm]\b\.?))",
        half_day,
        r"[0-9] ?[AaPp](?:\. ?)?[Mm]",
    ),
    rule(
        "US",
        r"(?<![A-Z]{2}\s)(?<!-)\bUS\b\.?(?!\s?\$|\s[A-Z]{2})",
        united_states,
        r"(?-u:\bUS\b)",
        plain=True,
    ),
)

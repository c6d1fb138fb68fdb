"""Times of day and durations, and chapter and verse, which look like them."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import (
    after,
    any_of,
    apart,
    before,
    last_word,
    plain_rule,
    readings,
    rule,
    word_set,
)
from pngnw.normalize.rules.dates import MONTHS

_ZONES = word_set(
    "EST EDT CST CDT MST MDT PST PDT GMT UTC BST CET CEST JST IST AEST AEDT NZST HST AKST SAST MSK "
    "WET EET"
)
_BIBLE = word_set(
    "Genesis Exodus Leviticus Numbers Deuteronomy Joshua Judges Ruth Samuel Kings Chronicles Ezra "
    "Nehemiah Esther Job Psalm Psalms Proverbs Ecclesiastes Isaiah Jeremiah Ezekiel Daniel Hosea "
    "Amos Micah Zechariah Malachi Matthew Mark Luke John Acts Romans Corinthians Galatians "
    "Ephesians Philippians Colossians Thessalonians Timothy Titus Hebrews James Peter Jude "
    "Revelation Surah Sura"
)
_BIBLE_IN_SHORT = readings(
    "Gen Genesis, Ex Exodus, Exod Exodus, Lev Leviticus, Num Numbers, Deut Deuteronomy, "
    "Josh Joshua, Sam Samuel, Kgs Kings, Chron Chronicles, Neh Nehemiah, Ps Psalm, Pss Psalms, "
    "Prov Proverbs, Eccl Ecclesiastes, Isa Isaiah, Jer Jeremiah, Ezek Ezekiel, Dan Daniel, "
    "Hos Hosea, Mic Micah, Zech Zechariah, Mal Malachi, Matt Matthew, Mt Matthew, Mk Mark, "
    "Lk Luke, Jn John, Rom Romans, Cor Corinthians, Gal Galatians, Eph Ephesians, "
    "Phil Philippians, Col Colossians, Thess Thessalonians, Tim Timothy, Heb Hebrews, Jas James, "
    "Pet Peter, Rev Revelation"
)
# Behind the hour, what makes "o'clock" one too many.
_HALF = re.compile(r"\s?[ap]\.m\.|\s(?:noon|midnight|o'clock)\b|\sto\s[0-9]{1,2}(?::|\s?[ap]\.m\.)")
_DAY_OR_AT = re.compile(rf"(?:\b[Aa]t|\b(?:{'|'.join(MONTHS)})\b[a-z ,-]{{1,40}})\s\Z")
_MIDNIGHT = 24
_HOURS = re.compile(r"\sho?u?rs?\b")
_AT = word_set("at by from until till since after before around to and between about circa")


def clock(match: re.Match[str]) -> str | None:
    """3:30 as "three thirty", 3:05 as "three oh five", 3:00 as "three o'clock"."""
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 24:
        return None
    words = numbers.cardinal(hour)
    if minute:
        words += f" {numbers.short_year(minute)}"
    elif hour > 12 or match["hour"] == "00":
        words += " hundred" if _HOURS.match(after(match)) else " hundred hours"
    elif not _HALF.match(after(match)):
        words += " o'clock"
    return apart(match, words)


def military(match: re.Match[str]) -> str | None:
    """0800 hrs as "oh eight hundred hours"; 1400 hours may be many."""
    hour, minute = match["hour"], match["minute"]
    front = before(match).rstrip()
    is_count = front and front[-1] not in ".!?;:" and last_word(front).lower() not in _AT
    if hour[0] != "0" and (is_count or after(match).startswith(" of ")):
        return None
    words = f"{'oh ' * (hour[0] == '0')}{numbers.cardinal(int(hour))} "
    return f"{words}{numbers.short_year(int(minute)) if int(minute) else 'hundred'} hours"


def duration(match: re.Match[str]) -> str:
    """10:15:30 as "ten hours fifteen minutes thirty seconds".

    A time of day before "a.m.", behind a date or behind "at": "at ten fifteen thirty".
    """
    hour, minute, second = map(int, match.group("hour", "minute", "second"))
    if _HALF.match(after(match)) or (hour < _MIDNIGHT and _DAY_OR_AT.search(before(match))):
        words = [numbers.cardinal(hour)]
        if minute or second:
            words.append(numbers.short_year(minute) if minute else "oh oh")
        elif not _HALF.match(after(match)):
            words.append("hundred hours" if hour > 12 or match["hour"] == "00" else "o'clock")
        words.extend([numbers.short_year(second)] if second else [])
        return apart(match, " ".join(words))
    parts = ((hour, "hour"), (minute, "minute"), (second, "second"))
    zeros = match["hour"][0] == "0" != match["hour"]
    lasts = " ".join(numbers.counted(value, unit) for value, unit in parts if value or zeros)
    return lasts or "zero seconds"


def offset(match: re.Match[str]) -> str:
    """The hours in UTC-05:00."""
    words = f" {'plus' if match['sign'] == '+' else 'minus'} {numbers.cardinal(int(match['hour']))}"
    minute = int(match["minute"])
    return f"{words} {numbers.short_year(minute)}" if minute else words


def zone(match: re.Match[str]) -> str:
    """EST as initials, because "est" is a word."""
    return " " + "".join(f"{letter}." for letter in match["zone"])


def book(match: re.Match[str]) -> str:
    """Rev. 21:4 as "Revelation", 1 Cor. as "First Corinthians"."""
    short = match["book"]
    number = {"1": "First ", "2": "Second ", "3": "Third "}.get(match["number"] or "", "")
    return number + _BIBLE_IN_SHORT.get(short, short)


_TIME = r"[0-9]{1,2}:[0-5][0-9]"
RULES = (
    rule(
        "dotted clock", r"\.(?<=[0-9]\.)(?=[0-5][0-9]\s?[ap]\.m\.)", ":", r"\.[0-5][0-9] ?[ap]\.m\."
    ),
    rule(
        "book of the Bible",
        rf"\b(?:(?P<number>[123])\s)?(?P<book>{any_of([*_BIBLE_IN_SHORT, *_BIBLE])})\b\.?"
        r"(?=\s[0-9]{1,3}:[0-9])",
        book,
        "[0-9]:[0-9]",
    ),
    rule(
        "verse",
        rf"\b(?:{'|'.join(sorted(_BIBLE))})\s[0-9]{{1,3}}(?P<it>:)(?=[0-9])",
        " ",
        "[0-9]:[0-9]",
    ),
    plain_rule(
        "time zone",
        rf"(?:(?<=[0-9])|(?<=[ap]\.m\.))\s?(?P<zone>{any_of(_ZONES)})\b\.?",
        zone,
        rf"[0-9.] ?(?:{any_of(_ZONES)})(?-u:\b)",
    ),
    plain_rule(
        "short time zone",
        r"(?:(?<=:[0-9]{2})|(?<=[ap]\.m\.))\s?(?P<zone>[ECMP]T)\b",
        zone,
        r"[0-9.] ?[ECMP]T(?-u:\b)",
    ),
    plain_rule(
        "until",
        r"(?:(?<=[ap]\.m\.)|(?<=:[0-5][0-9]))\s?-\s?(?=[0-9]|noon\b|midnight\b)",
        " to ",
        r"(?:m\.|:[0-5][0-9]) ?- ?[0-9nm]",
    ),
    rule(
        "until a clock",
        rf"(?:\b(?:[Nn]oon|[Mm]idnight)|(?<![\w.,:-])[0-9]{{1,2}})(?P<it>\s?-\s?)"
        rf"(?={_TIME}|[0-9]{{1,2}}\s[ap]\.m\.)",
        " to ",
        "[0-9nt] ?- ?[0-9]",
    ),
    rule(
        "military",
        r"(?<![\w.,:-])(?P<hour>[01][0-9]|2[0-4])(?P<minute>[0-5][0-9])\s?(?:hours|hrs?\b\.?|h\b)",
        military,
        "[0-9]{4} ?h",
    ),
    rule(
        "duration",
        r"(?<![0-9:.])(?P<hour>[0-9]{1,2}):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9])(?![0-9:])",
        duration,
        "[0-9]:[0-5][0-9]:[0-5]",
    ),
    rule(
        "offset of a zone",
        r"(?P<sign>[+-])(?:(?<=(?:UTC|GMT)[+-])|(?<=(?:UTC|GMT)\s[+-]))(?P<hour>[01]?[0-9])"
        r":(?P<minute>[0-5][0-9])(?![0-9:])",
        offset,
        "(?:UTC|GMT) ?[+-][0-9]",
    ),
    rule(
        "clock",
        r"(?<![0-9:.])(?P<hour>[0-9]{1,2}):(?P<minute>[0-5][0-9])(?![0-9:])(?:h\b)?",
        clock,
        "[0-9]:[0-5][0-9]",
    ),
)

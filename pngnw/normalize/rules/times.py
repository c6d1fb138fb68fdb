"""Times of day and durations, and chapter and verse, which look like them."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import after, any_of, rule, word_set

_ZONES = word_set("EST EDT CST CDT MST MDT PST PDT GMT UTC BST CET CEST JST IST")
_BIBLE = word_set(
    "Genesis Exodus Leviticus Numbers Deuteronomy Joshua Judges Ruth Samuel Kings Chronicles Ezra "
    "Nehemiah Esther Job Psalm Psalms Proverbs Ecclesiastes Isaiah Jeremiah Ezekiel Daniel Hosea "
    "Amos Micah Zechariah Malachi Matthew Mark Luke John Acts Romans Corinthians Galatians "
    "Ephesians Philippians Colossians Thessalonians Timothy Titus Hebrews James Peter Jude "
    "Revelation Surah Sura"
)
_HALF = re.compile(r"\s?[ap]\.m\.")


def clock(match: re.Match[str]) -> str | None:
    """3:30 as "three thirty", 3:05 as "three oh five", 3:00 as "three o'clock"."""
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 24:
        return None
    if minute:
        return f"{numbers.cardinal(hour)} {numbers.short_year(minute)}"
    if _HALF.match(after(match)):
        return numbers.cardinal(hour)
    return numbers.cardinal(hour) + (" hundred" if hour > 12 else " o'clock")


def duration(match: re.Match[str]) -> str:
    """10:15:30 as "ten hours fifteen minutes thirty seconds"."""
    parts = zip(("hour", "minute", "second"), match.group("hour", "minute", "second"), strict=True)
    return " ".join(
        f"{numbers.cardinal(int(value))} {unit}{'' if int(value) == 1 else 's'}"
        for unit, value in parts
    )


def zone(match: re.Match[str]) -> str:
    """EST as initials, because "est" is a word."""
    return "".join(f"{letter}." for letter in match["zone"])


RULES = (
    rule(
        "dotted clock", r"\.(?<=[0-9]\.)(?=[0-5][0-9]\s?[ap]\.m\.)", ":", r"\.[0-5][0-9] ?[ap]\.m\."
    ),
    rule(
        "verse",
        rf"\b(?:{'|'.join(sorted(_BIBLE))})\s[0-9]{{1,3}}(?P<it>:)(?=[0-9])",
        " ",
        "[0-9]:[0-9]",
    ),
    rule(
        "time zone",
        rf"(?:(?<=[0-9])|(?<=[ap]\.m\.))\s(?P<it>(?P<zone>{any_of(_ZONES)})\b\.?)",
        zone,
        rf" (?:{any_of(_ZONES)})(?-u:\b)",
        plain=True,
    ),
    rule(
        "until",
        r"(?:(?<=[ap]\.m\.)|(?<=:[0-5][0-9]))\s?-\s?(?=[0-9])",
        " to ",
        r"(?:m\.|:[0-5][0-9]) ?- ?[0-9]",
    ),
    rule(
        "duration",
        r"(?<![0-9:.])(?P<hour>[0-9]{1,2}):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9])(?![0-9:])",
        duration,
        "[0-9]:[0-5][0-9]:[0-5]",
    ),
    rule(
        "clock",
        r"(?<![0-9:.])(?P<hour>[0-9]{1,2}):(?P<minute>[0-5][0-9])(?![0-9:])",
        clock,
        "[0-9]:[0-5][0-9]",
    ),
)

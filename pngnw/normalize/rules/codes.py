"""Digit strings that are no quantity: telephone numbers, addresses of machines, designations."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import any_of, apart, rule, word_set

# Numbers behind these are read in pairs: "Flight 1549", "Room 101", "Boeing 747".
_PAIRED_BEHIND = word_set(
    "Boeing Flight flight Route Interstate Highway Room Porsche Peugeot Apartment Suite"
)


def code(match: re.Match[str]) -> str:
    """Digit by digit, with a pause between the groups."""
    return apart(match, numbers.code(match["it"] if "it" in match.re.groupindex else match[0]))


def telephone(match: re.Match[str]) -> str | None:
    """Digit by digit, unless it is a range of round numbers, such as 400-1000."""
    low, _, high = match[0].rpartition("-")
    is_range = low.endswith("0") and len(low) == 3 and high.endswith("00")
    return None if is_range else numbers.code(match[0])


def international(match: re.Match[str]) -> str:
    """+44 20 7946 0958."""
    return f"plus {numbers.code(match[0])}"


def book(match: re.Match[str]) -> str:
    """The digits of an ISBN, whose last may be X."""
    return numbers.code(match["it"]) + (" X" if match["it"].endswith("X") else "")


def machine(match: re.Match[str]) -> str:
    """192.168.0.1 as "one ninety-two dot one sixty-eight dot zero dot one"."""
    return " dot ".join(numbers.paired(int(part)) for part in match[0].split("."))


def version(match: re.Match[str]) -> str:
    """1.2.3 as "one point two point three"."""
    return apart(match, " point ".join(numbers.integer(part) for part in match[0].split(".")))


def designation(match: re.Match[str]) -> str | None:
    """The number of an A320, an F-150 or a Boeing 747, in pairs; round ones are cardinals."""
    if match["number"].startswith("0"):
        return None
    return apart_it(match, numbers.paired(int(match["number"])))


def apart_it(match: re.Match[str], words: str) -> str:
    """`words` for the group `it`, with a space where it touches a letter."""
    first, last = match.span("it")
    left = first > 0 and match.string[first - 1].isalnum()
    return " " * left + words + " " * match.string[last : last + 1].isalpha()


def grouped(match: re.Match[str]) -> str:
    """ "1 234 567" with commas, as the other rules expect it."""
    return match[0].replace(" ", ",")


def resolution(match: re.Match[str]) -> str:
    """1080p as "ten eighty p"."""
    return f"{numbers.paired(int(match['number']))} {match['scan']}"


RULES = (
    rule("book", r"ISBN(?:-1[03])?:?\s?(?P<it>[0-9][0-9 -]{7,15}[0-9X])(?!\w)", book, "ISBN"),
    rule(
        "international number",
        r"\+[0-9]{1,3}(?:[\s.-]?\(?[0-9]{2,4}\)?){2,5}(?![0-9])",
        international,
        r"\+[0-9]",
    ),
    rule(
        "telephone",
        r"(?<![\w.,-])(?:1[\s.-])?\(?[0-9]{3}\)?[\s.-]\s?[0-9]{3}[.-][0-9]{4}(?![\w-]|[.,][0-9])"
        r"|(?<![\w.,-])[0-9]{3}-[0-9]{4}(?![\w-]|[.,][0-9])",
        telephone,
        r"[0-9]{3}\)?[ .-] ?[0-9]{3}[.-][0-9]{4}|[0-9]{3}-[0-9]{4}",
    ),
    rule(
        "emergency",
        r"\b(?:[Cc]all(?:ed|ing|s)?|[Dd]ial(?:ed|ing|s)?|[Pp]hone[ds]?)\s(?P<it>[0-9]{3,5})(?![\w.,-])",
        code,
        "(?:all|ial|hone)(?:ed|ing|s|d)? [0-9]{3}",
    ),
    rule(
        "groups",
        r"(?<![\w.,-])[0-9]{4}(?:\s[0-9]{4}){2,3}(?![\w-]|[.,][0-9])",
        code,
        "[0-9]{4} [0-9]{4} [0-9]{4}",
    ),
    rule(
        "postal code",
        r", [A-Z]{2} (?P<it>[0-9]{5}(?:-[0-9]{4})?)(?![\w-])",
        code,
        ", [A-Z]{2} [0-9]{5}",
    ),
    rule("code", r"[0-9](?<![0-9]{2})[0-9]*(?:-[0-9]+){2,}", code, "[0-9]-[0-9]+-[0-9]"),
    rule(
        "machine",
        r"(?<![\w.])(?:[12]?[0-9]{1,2}\.){3}[12]?[0-9]{1,2}(?!\w|\.[0-9])",
        machine,
        r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]",
    ),
    rule("version", r"(?<![0-9.,])[0-9]+(?:\.[0-9]+){2,}", version, r"[0-9]\.[0-9]+\.[0-9]"),
    rule(
        "spaced groups",
        r"(?<![\w.,-])[1-9][0-9]{0,2}(?:(?: [0-9]{3}){2,}| 000)(?![\w-]|[.,][0-9]| [0-9])",
        grouped,
        "[0-9] [0-9]{3}",
    ),
    rule(
        "resolution",
        r"(?<![\w.,])(?P<number>[0-9]{3,4})(?P<scan>[pi])\b",
        resolution,
        "[0-9]{3}[pi]",
    ),
    rule("offset", r"(?:(?<=UTC)|(?<=GMT))\s?-(?=[0-9])", " minus ", "(?:UTC|GMT) ?-"),
)
# Behind the money: "USD250" is no designation.
DESIGNATIONS = (
    rule(
        "designation",
        r"[A-Z](?P<it>(?:-(?=[0-9]{1,4})|(?=[0-9]{3}))(?P<number>[0-9]{1,4}))(?![0-9%]|[.,-][0-9])",
        designation,
        "[A-Z]-?[0-9]",
    ),
    rule(
        "paired",
        rf"\b(?:{'|'.join(sorted(_PAIRED_BEHIND))})\s(?P<it>(?P<number>[0-9]{{3,4}}))"
        r"(?![0-9%]|[.,-][0-9])",
        designation,
        rf"(?:{any_of(_PAIRED_BEHIND)}) [0-9]{{3}}",
    ),
)

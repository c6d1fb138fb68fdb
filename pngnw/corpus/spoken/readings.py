"""How a match of a rule is read. Each function takes the match and answers words, or None."""

import re

from pngnw.corpus.spoken import numbers
from pngnw.corpus.spoken.tables import (
    BEFORE_NAME,
    BEFORE_NUMBER,
    CURRENCIES,
    DENOMINATORS,
    DOTTED,
    MONEY_SCALES,
    MONTHS,
    REGNAL,
    UNITS,
)

_CLOSING = "\"')"
_SQUARE = {"squared": "square", "cubed": "cubic"}
_DEGREES = {
    "C": " Celsius",
    "F": " Fahrenheit",
    "K": " Kelvin",
    "N": " north",
    "S": " south",
    "E": " east",
    "W": " west",
}


def _ends_text(match: re.Match[str]) -> bool:
    return not match.string[match.end() :].strip(_CLOSING + " ")


def _apart(match: re.Match[str], words: str) -> str:
    """`words`, with a space where the match touches a letter: "MP3" is "MP three"."""
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    return " " * before.isalnum() + words + " " * after.isalnum()


def abbreviation(match: re.Match[str]) -> str | None:
    """An abbreviation with its full stop, which stays where it also ends the sentence."""
    short = match["short"]
    following = match.string[match.end() :].lstrip()
    if short in BEFORE_NUMBER:
        word = following.split(" ")[0].rstrip(".,;:")
        numbered = following[:1].isdigit() or (word != "I" and numbers.roman(word))
        return BEFORE_NUMBER[short] + " " if numbered else None
    if short == "St":
        words = "Saint" if following[:1].isupper() else "Street"
    elif short in DOTTED:
        words = DOTTED[short]
    else:
        return None
    if _ends_text(match):
        return f"{words}."
    glued = match.string[match.end() : match.end() + 1].isalnum()
    return f"{words} " if glued else words


def title(match: re.Match[str]) -> str | None:
    """Mr, Mrs, Dr, St before a name without a full stop."""
    return BEFORE_NAME[match["short"]]


def half_day(match: re.Match[str]) -> str:
    """a.m. and p.m. after a number, as two letters."""
    words = f" {match['half'].lower()} m"
    return f"{words}." if _ends_text(match) and match[0].endswith(".") else words


def dotted(match: re.Match[str]) -> str:
    """U.S. as "U S"; the full stop stays where it ends the sentence."""
    words = " ".join(match[0].replace(".", " ").split())
    return f"{words}." if match[0].endswith(".") and _ends_text(match) else words


def day(match: re.Match[str]) -> str | None:
    """The day in "May 5"."""
    number = int(match["day"])
    return numbers.ordinal(number) if 1 <= number <= 31 else None


def day_of(match: re.Match[str]) -> str | None:
    """The day in "5 May" or "the 5th May"."""
    number = int(match["day"])
    if not 1 <= number <= 31:
        return None
    return f"{'' if match['the'] else 'the '}{numbers.ordinal(number)} of"


def iso_date(match: re.Match[str]) -> str | None:
    """2004-05-12 as "May twelfth, two thousand four"."""
    year, month, number = int(match["year"]), int(match["month"]), int(match["day"])
    if not (1 <= month <= 12 and 1 <= number <= 31):
        return None
    spoken = numbers.year(year) if 1100 <= year < 2100 else numbers.cardinal(year)
    return f"{MONTHS[month - 1]} {numbers.ordinal(number)}, {spoken}"


def clock(match: re.Match[str]) -> str | None:
    """3:30 as "three thirty", 3:05 as "three oh five", 3:00 as "three o'clock"."""
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 24:
        return None
    if minute == 0:
        half = re.match(r"\s?[ap] m\b", match.string[match.end() :])
        return numbers.cardinal(hour) + ("" if half else " o'clock")
    return f"{numbers.cardinal(hour)} {'oh ' if minute < 10 else ''}{numbers.cardinal(minute)}"


def feet(match: re.Match[str]) -> str:
    """5'10" as "five foot ten"."""
    return f"{numbers.integer(match['feet'])} foot {numbers.integer(match['inches'])}"


def money(match: re.Match[str]) -> str:
    """$3.5 million as "three point five million dollars", $3.50 as "three dollars fifty cents"."""
    one, many, hundredth, hundredths = CURRENCIES[match["sign"]]
    amount, scale = match["amount"], match["scale"]
    if scale:
        return f"{numbers.decimal(amount)} {MONEY_SCALES.get(scale, scale)} {many}"
    whole, _, fraction = amount.partition(".")
    if len(fraction) not in (0, 2):
        return _apart(match, f"{numbers.decimal(amount)} {many}")
    parts = []
    if whole.strip("0") or not fraction.strip("0"):
        parts.append(f"{numbers.integer(whole)} {one if whole == '1' else many}")
    if fraction.strip("0"):
        cents = int(fraction)
        parts.append(f"{numbers.cardinal(cents)} {hundredth if cents == 1 else hundredths}")
    return _apart(match, " and ".join(parts))


def fraction(match: re.Match[str]) -> str | None:
    """1/2, 3/4, "3 1/2"; None for what is no fraction, such as 24/7."""
    top, bottom = int(match["top"]), int(match["bottom"])
    if not (0 < top < bottom and bottom >= 2):
        return None
    one, many = DENOMINATORS.get(bottom, (numbers.ordinal(bottom), f"{numbers.ordinal(bottom)}s"))
    if match["whole"]:
        part = f"a {one}" if top == 1 else f"{numbers.cardinal(top)} {many}"
        return f"{numbers.integer(match['whole'])} and {part}"
    return f"{'one' if top == 1 else numbers.cardinal(top)} {one if top == 1 else many}"


def degrees(match: re.Match[str]) -> str:
    """20 °C as "twenty degrees Celsius"."""
    amount, scale = match["amount"], match["scale"]
    words = f"{numbers.decimal(amount)} {'degree' if amount == '1' else 'degrees'}"
    return _apart(match, words + (_DEGREES[scale] if scale else ""))


def unit(match: re.Match[str]) -> str:
    """5 km as "five kilometers"."""
    one, many = UNITS[match["unit"]]
    words = one if match["amount"] == "1" else many
    if match["power"]:
        words = f"{_SQUARE[match['power']]} {words}"
    return f"{numbers.decimal(match['amount'])} {words}"


def ordinal(match: re.Match[str]) -> str:
    """21st as "twenty-first"."""
    plain = match["number"].replace(",", "")
    return numbers.ordinal(int(plain)) if len(plain) <= 18 else numbers.digits(plain)


def decade(match: re.Match[str]) -> str:
    """1990s as "nineteen nineties", '90s as "nineties"."""
    number = int(match["number"])
    year = 1100 <= number < 2100
    head, _, last = (numbers.year(number) if year else numbers.cardinal(number)).rpartition(" ")
    return f"{head} {numbers.plural(last)}".lstrip()


def version(match: re.Match[str]) -> str:
    """1.2.3 as "one point two point three"."""
    return _apart(match, " point ".join(numbers.integer(part) for part in match[0].split(".")))


def number(match: re.Match[str]) -> str:
    """What is left: an integer or a decimal."""
    return _apart(match, numbers.decimal(match[0]))


def roman_cardinal(match: re.Match[str]) -> str | None:
    """Chapter IV as "Chapter four"."""
    value = numbers.roman(match["it"])
    return None if value is None else numbers.cardinal(value)


def roman_after_name(match: re.Match[str]) -> str | None:
    """Henry VIII as "Henry the eighth", Apollo XI as "Apollo eleven"."""
    value = numbers.roman(match["it"])
    regnal = match["name"] in REGNAL
    if value is None or (len(match["it"]) == 1 and not regnal):
        return None
    return f"the {numbers.ordinal(value)}" if regnal else numbers.cardinal(value)

"""English number words, American style: no "and", tens and units hyphenated."""

import re

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety"
ONES, TENS = _ONES.split(), _TENS.split()
SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion")
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_ROMAN = re.compile(r"(?=[IVXL])(XL|L?X{0,3})(IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}


def cardinal(number: int) -> str:
    """0 <= number < 10**18 in words: 1984 is "one thousand nine hundred eighty-four"."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    if number < 1000:
        rest = number % 100
        return f"{ONES[number // 100]} hundred" + (f" {cardinal(rest)}" if rest else "")
    parts = []
    for scale in SCALES:
        number, group = divmod(number, 1000)
        if group:
            parts.append(f"{cardinal(group)} {scale}".rstrip())
    return " ".join(reversed(parts))


def ordinal(number: int) -> str:
    """The ordinal of a cardinal: 21 is "twenty-first"."""
    head, joint, last = re.fullmatch(r"(.*?)([ -]?)([a-z]+)", cardinal(number)).groups()  # type: ignore[union-attr]  # every cardinal ends in a word
    if last in _ORDINALS:
        last = _ORDINALS[last]
    elif last.endswith("y"):
        last = f"{last[:-1]}ieth"
    else:
        last = f"{last}th"
    return f"{head}{joint}{last}"


def year(number: int) -> str:
    """1100 <= number <= 2099 as a year: "nineteen eighty-four", "two thousand five"."""
    century, rest = divmod(number, 100)
    if century == 20 and rest < 10:
        return cardinal(number)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def digits(text: str) -> str:
    """Every digit by its name: "007" is "zero zero seven". Other characters are passed over."""
    return " ".join(ONES[int(character)] for character in text if character in "0123456789")


def integer(text: str) -> str:
    """Digits, perhaps grouped by commas; read one by one when they are a code, not a number."""
    plain = text.replace(",", "")
    if len(plain) > 18 or (len(plain) > 1 and plain[0] == "0"):
        return digits(plain)
    return cardinal(int(plain))


def decimal(text: str) -> str:
    """ "3.14" is "three point one four"; without a point an integer."""
    whole, point, fraction = text.partition(".")
    return f"{integer(whole or '0')} point {digits(fraction)}" if point else integer(whole)


def plural(word: str) -> str:
    """The plural of a number word: "nineties", "hundreds", "sixes"."""
    if word.endswith("y"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith("x") else f"{word}s"


def roman(text: str) -> int | None:
    """The value of a well-formed Roman numeral below 90, else None."""
    if not _ROMAN.fullmatch(text):
        return None
    values = [_ROMAN_VALUES[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))

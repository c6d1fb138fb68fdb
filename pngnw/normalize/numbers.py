"""English number words, tens and units hyphenated; "and" in them only by option."""

import re

from pngnw.normalize.rule import OPTIONS, readings

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety"
_SCALES = (
    "thousand million billion trillion quadrillion quintillion sextillion septillion octillion "
    "nonillion decillion undecillion duodecillion tredecillion quattuordecillion quindecillion "
    "sexdecillion septendecillion octodecillion novemdecillion vigintillion"
)
ONES, TENS = _ONES.split(), _TENS.split()
SCALES = ("", *_SCALES.split())
LONGEST = 3 * len(SCALES)  # digits of the longest number that has a name
SHORTEST_CODE = 10  # so many digits without grouping are a code, unless they end in 000
_ORDINALS = readings(
    "one first, two second, three third, five fifth, eight eighth, nine ninth, twelve twelfth"
)
_ROMAN = re.compile(
    r"(?=[IVXLCDM])(M{0,3})(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", re.IGNORECASE
)
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def cardinal(number: int) -> str:
    """0 <= number < 10**LONGEST in words: 1984 is "one thousand nine hundred eighty-four"."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    if number < 1000:
        rest = number % 100
        return f"{ONES[number // 100]} hundred" + (f"{_and()} {cardinal(rest)}" if rest else "")
    parts = []
    for scale in SCALES:
        number, group = divmod(number, 1000)
        if group:
            joint = _and().lstrip() if group < 100 and not scale else ""
            parts.append(f"{joint} {cardinal(group)} {scale}".strip())
    return " ".join(reversed(parts))


def _and() -> str:
    return " and" if OPTIONS.get().number_and else ""


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


def counted(number: int, unit: str) -> str:
    """ "one hour", "two hours"."""
    return f"{cardinal(number)} {unit}{'' if number == 1 else 's'}"


def paired(number: int) -> str:
    """0 <= number < 10000 the way years, flights and rooms are read: in pairs of digits.

    1984 is "nineteen eighty-four", 2005 "two thousand five", 101 "one oh one".
    """
    high, low = divmod(number, 100)
    if not high or number % 1000 == 0 or (high % 10 == 0 and low < 10 and high > 9):
        return cardinal(number)
    if low == 0:
        return f"{cardinal(high)} hundred"
    return f"{cardinal(high)} {short_year(low)}"


def short_year(number: int) -> str:
    """0 <= number < 100 behind a century: "eighty-four", "oh five"."""
    return f"{'oh ' if number < 10 else ''}{cardinal(number)}"


def digits(text: str) -> str:
    """Every digit by its name: "007" is "zero zero seven". Other characters are passed over."""
    return " ".join(ONES[int(character)] for character in text if character in "0123456789")


def code(text: str) -> str:
    """Groups of digits, read one by one: "555-1234" is "five five five, one two three four"."""
    groups = re.findall("[0-9]+", text)
    joint = ", " if any(len(group) > 1 for group in groups) else " "
    return joint.join(map(digits, groups))


def integer(text: str) -> str:
    """Digits, perhaps grouped by commas; read one by one when they are a code, not a number."""
    plain = text.replace(",", "")
    is_code = plain == text and len(plain) >= SHORTEST_CODE and not plain.endswith("000")
    if is_code or len(plain) > LONGEST or (len(plain) > 1 and plain[0] == "0"):
        return digits(plain)
    return cardinal(int(plain))


def decimal(text: str) -> str:
    """ "3.14" is "three point one four", ".5" is "point five"; without a point an integer."""
    whole, point, fraction = text.partition(".")
    if not point:
        return integer(whole)
    return f"{integer(whole)} point {digits(fraction)}" if whole else f"point {digits(fraction)}"


def plural(word: str) -> str:
    """The plural of a number word: "nineties", "hundreds", "sixes"."""
    if word.endswith("y"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith("x") else f"{word}s"


def roman(text: str) -> int | None:
    """The value of a well-formed Roman numeral below 4000, all in one case, else None."""
    if not _ROMAN.fullmatch(text) or not (text.isupper() or text.islower()):
        return None
    values = [_ROMAN_VALUES[letter] for letter in text.upper()]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))

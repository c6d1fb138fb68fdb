"""Number words against inflect, and Roman numerals against counting."""

import inflect
from hypothesis import given
from hypothesis import strategies as st

from pngnw.normalize import numbers

REFERENCE = inflect.engine()


@given(st.integers(0, 10**36 - 1) | st.integers(0, 2000))
def test_cardinals_and_ordinals_are_those_of_inflect(number: int) -> None:
    words = REFERENCE.number_to_words(number, andword="", comma="")  # type: ignore[arg-type]  # an int is a Number
    assert numbers.cardinal(number) == " ".join(str(words).split())
    ordinal = REFERENCE.number_to_words(REFERENCE.ordinal(number), andword="", comma="")  # type: ignore[arg-type]  # an int is a Number
    assert numbers.ordinal(number) == " ".join(str(ordinal).split())


def test_numbers_in_pairs() -> None:
    for words, number in {
        "ten sixty-six": 1066,
        "eleven hundred": 1100,
        "eighteen oh five": 1805,
        "two thousand": 2000,
        "two thousand nine": 2009,
        "twenty twenty-four": 2024,
        "seven fifty-three": 753,
        "one oh one": 101,
        "sixty-six": 66,
    }.items():
        assert numbers.paired(number) == words


def test_codes_are_read_digit_by_digit() -> None:
    assert numbers.integer("0") == "zero"
    assert numbers.integer("01") == "zero one"
    assert numbers.integer("1" * 19) == " ".join(["one"] * 19)
    assert numbers.integer("1234567890") == "one two three four five six seven eight nine zero"
    assert numbers.integer("1000000000") == "one billion"
    assert numbers.integer("1,234,567,890").startswith("one billion two hundred thirty-four")
    assert numbers.integer("1" + ",000" * 21) == "one vigintillion"
    assert numbers.integer("1" + ",000" * 22) == f"one{' zero' * 66}"
    assert numbers.code("555-1234") == "five five five, one two three four"
    assert numbers.decimal("0.07") == "zero point zero seven"
    assert numbers.decimal(".5") == "point five"


def test_roman_numerals_below_4000() -> None:
    hundreds = ["", "C", "CC", "CCC", "CD", "D", "DC", "DCC", "DCCC", "CM"]
    tens = ["", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC"]
    ones = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"]
    for number in range(1, 4000):
        text = "M" * (number // 1000) + hundreds[number // 100 % 10]
        text += tens[number // 10 % 10] + ones[number % 10]
        assert numbers.roman(text) == numbers.roman(text.lower()) == number

"""Number words against inflect, and Roman numerals against counting."""

import inflect
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.corpus.spoken import numbers

REFERENCE = inflect.engine()


@given(st.integers(0, 10**18 - 1) | st.integers(0, 2000))
def test_cardinals_and_ordinals_are_those_of_inflect(number: int) -> None:
    words = REFERENCE.number_to_words(number, andword="", comma="")  # type: ignore[arg-type]  # an int is a Number
    assert numbers.cardinal(number) == " ".join(str(words).split())
    ordinal = REFERENCE.number_to_words(REFERENCE.ordinal(number), andword="", comma="")  # type: ignore[arg-type]  # an int is a Number
    assert numbers.ordinal(number) == " ".join(str(ordinal).split())


def test_years() -> None:
    assert numbers.year(1100) == "eleven hundred"
    assert numbers.year(1805) == "eighteen oh five"
    assert numbers.year(2000) == "two thousand"
    assert numbers.year(2009) == "two thousand nine"
    assert numbers.year(2024) == "twenty twenty-four"


def test_codes_are_read_digit_by_digit() -> None:
    assert numbers.integer("0") == "zero"
    assert numbers.integer("01") == "zero one"
    assert numbers.integer("1" * 19) == " ".join(["one"] * 19)
    assert numbers.decimal("0.07") == "zero point zero seven"


def test_roman_numerals_up_to_89() -> None:
    tens = ["", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX"]
    ones = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"]
    for number in range(1, 90):
        assert numbers.roman(tens[number // 10] + ones[number % 10]) == number


@pytest.mark.parametrize("text", ["", "IIII", "VX", "LL", "IXI", "A"])
def test_no_roman_numeral(text: str) -> None:
    assert numbers.roman(text) is None


@pytest.mark.parametrize(
    ("word", "many"), [("nineties", "ninety"), ("hundreds", "hundred"), ("sixes", "six")]
)
def test_plurals(word: str, many: str) -> None:
    assert numbers.plural(many) == word

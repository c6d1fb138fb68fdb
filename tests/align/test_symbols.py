"""What each character of a word becomes."""

from hypothesis import given
from hypothesis import strategies as st

from pngnw.align.symbols import TOKENS


def test_letters_of_a_word() -> None:
    spelled = [TOKENS.symbols[TOKENS.letter(character)] for character in "Don’t-ÉőŁ.İ7漢"]
    expected = ["d", "o", "n", "<'>", "t", "<->", "é", "o", "ł", "<.>", "i", "<unk>", "<unk>"]
    assert spelled == expected


@given(st.characters())
def test_any_character_is_a_letter_or_unknown(character: str) -> None:
    found = TOKENS.letter(character)
    assert found in TOKENS.letters or found == TOKENS.unk

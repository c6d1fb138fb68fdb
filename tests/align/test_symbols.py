"""The token vocabulary: blocks, ids, and what each character of a word becomes."""

import string

from hypothesis import given
from hypothesis import strategies as st

from pngnw.align.symbols import TOKENS
from pngnw.phonemize.arpabet import ARPABET


def test_blocks_are_contiguous_and_cover_every_id() -> None:
    blocks = [TOKENS.specials, TOKENS.punctuation, TOKENS.letters, TOKENS.phonemes]
    assert [number for block in blocks for number in block] == list(range(len(TOKENS)))
    assert [TOKENS.symbols[number] for number in TOKENS.phonemes] == list(ARPABET)
    assert TOKENS.symbols[:5] == ("<pad>", "<cls>", "<sep>", "<mask>", "<unk>")


def test_ids_lead_back_to_symbols() -> None:
    assert [TOKENS.id(symbol) for symbol in TOKENS.symbols] == list(range(len(TOKENS)))


def test_every_ascii_mark_is_punctuation() -> None:
    assert all(TOKENS.mark(mark) in TOKENS.punctuation for mark in string.punctuation)
    assert TOKENS.mark("a") == TOKENS.unk


def test_letters_of_a_word() -> None:
    spelled = [TOKENS.symbols[TOKENS.letter(character)] for character in "Don’t-ÉőŁ.İ7漢"]
    expected = ["d", "o", "n", "<'>", "t", "<->", "é", "o", "ł", "<.>", "i", "<unk>", "<unk>"]
    assert spelled == expected


def test_a_mark_inside_a_word_is_no_punctuation() -> None:
    assert TOKENS.letter("'") != TOKENS.mark("'")


def test_phonemes_are_not_mistaken_for_letters() -> None:
    assert TOKENS.phoneme("K") in TOKENS.phonemes
    assert TOKENS.phoneme("k") == TOKENS.unk
    assert TOKENS.letter("K") in TOKENS.letters


@given(st.characters())
def test_any_character_is_a_letter_or_unknown(character: str) -> None:
    found = TOKENS.letter(character)
    assert found in TOKENS.letters or found == TOKENS.unk

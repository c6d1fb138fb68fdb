"""The grapheme-phoneme aligner on words checked by hand, and its training on toy lexicons."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.align.aligner import LONGEST, Aligner, spread_evenly
from pngnw.align.aligner_training import fit
from pngnw.core.errors import UserError
from pngnw.phonemize.arpabet import ARPABET

# Word, phonemes, and for each phoneme the letters that a person would accept as its spelling.
BY_HAND = [
    ("phone", "F OW1 N", "ph o n"),
    ("knight", "N AY1 T", "kn igh t"),
    ("tough", "T AH1 F", "t ou gh"),
    ("colonel", "K ER1 N AH0 L", "c olo n e l"),
    ("Worcester", "W UH1 S T ER0", "W o cs t er"),
    ("one", "W AH1 N", "o o n"),
    ("x-ray", "EH1 K S R EY2", "x x x r ay"),
    ("box", "B AA1 K S", "b o x x"),
    ("thought", "TH AO1 T", "th ou t"),
    ("don't", "D OW1 N T", "d o n t"),
    ("used", "Y UW1 Z D", "u u s d"),
    ("singing", "S IH1 NG IH0 NG", "s i n i ng"),
    ("U.S.", "Y UW1 EH1 S", "U U S S"),
    ("naïve", "N AY2 IY1 V", "n a ï v"),
    ("FBI", "EH1 F B IY1 AY1", "F F B B I"),
    ("once", "W AH1 N S", "o o n c"),
    ("enough", "IH0 N AH1 F", "e n ou gh"),
    ("island", "AY1 L AH0 N D", "i l a n d"),
    ("people", "P IY1 P AH0 L", "p eo p le l"),
    ("Wednesday", "W EH1 N Z D IY0", "W e n s d ay"),
    ("queue", "K Y UW1", "q ue ue"),
    ("red-haired", "R EH1 D HH EH1 R D", "r e d h ai r d"),
    ("o'clock", "AH0 K L AA1 K", "o c l o ck"),
    ("ATM’s", "EY1 T IY1 EH1 M Z", "A T T M M s"),
    ("psychology", "S AY0 K AA1 L AH0 JH IY0", "ps y ch o l o g y"),
]


INNER = "'’‘ʼ-‐‑–—."


@pytest.mark.parametrize(("word", "phonemes", "expected"), BY_HAND)
def test_hand_checked_words(aligner: Aligner, word: str, phonemes: str, expected: str) -> None:
    [found] = aligner.align([word], [phonemes.split()])
    letters = [word[index] for index in found]
    pairs = list(zip(letters, expected.split(), strict=True))
    assert all(letter in accepted for letter, accepted in pairs), pairs


@pytest.mark.parametrize("content", [None, "", '{"letters": 1, "phonemes": 2}'])
def test_a_missing_or_foreign_file_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "aligner.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=r"aligner\.json"):
        Aligner.load(path)


def test_training_finds_the_only_consistent_spelling() -> None:
    words = ["ba", "ab", "bab", "aba", "bb", "aa"]
    phonemes = [[{"a": "AE1", "b": "B"}[letter] for letter in word] for word in words]
    units = fit(words, phonemes).units
    again = fit(words, phonemes).units
    assert all(np.array_equal(getattr(units, n), getattr(again, n)) for n in vars(units))
    assert units.one_one[0].argmax() != units.one_one[1].argmax()
    assert units.one_one.sum() > 0.99
    assert sum(table.sum() for table in vars(units).values()) == pytest.approx(1)


def test_spreading_is_nearest_neighbor() -> None:
    assert spread_evenly(6, 3).tolist() == [0, 2, 4]
    assert spread_evenly(2, 4).tolist() == [0, 0, 1, 1]
    assert spread_evenly(3, 0).tolist() == []


def test_very_long_words_are_spread(aligner: Aligner) -> None:
    word, phonemes = "ab" * LONGEST, ["AE1", "B"] * LONGEST
    [found] = aligner.align([word], [phonemes])
    assert np.array_equal(found, spread_evenly(len(word), len(phonemes)))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(min_size=1, max_size=12) | st.text("ab'-.’", min_size=1, max_size=8),
            st.lists(st.sampled_from(ARPABET), max_size=14),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_word_aligns_monotonically_and_alone_as_in_company(
    aligner: Aligner, pairs: list[tuple[str, list[str]]]
) -> None:
    found = aligner.align([word for word, _ in pairs], [spoken for _, spoken in pairs])
    for (word, spoken), letters in zip(pairs, found, strict=True):
        assert len(letters) == len(spoken)
        assert np.all(np.diff(letters) >= 0)
        assert np.all((letters >= 0) & (letters < len(word)))
        if any(char not in INNER for char in word):
            assert not any(word[at] in INNER for at in letters)
        assert np.array_equal(aligner.align([word], [spoken])[0], letters)

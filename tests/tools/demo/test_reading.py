from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.align.aligner import Aligner
from pngnw.core.errors import UserError
from pngnw.phonemize.arpabet import ARPABET
from pngnw.phonemize.phonemizer import Word
from pngnw.text import Reader
from pngnw.tools.demo.reading import HAND, Sentence, arrays, changed, letters, parse, read

TEXT = "Dr. Who read 日本 in 1984, didn't he?"


@pytest.fixture(scope="module")
def reader(folder: Path) -> Reader:
    return Reader.load(folder)


@pytest.fixture(scope="module")
def sentence(reader: Reader) -> Sentence:
    return read(reader, TEXT)


def test_words_point_back_into_the_text(sentence: Sentence) -> None:
    typed = {
        word.text: TEXT[start:end]
        for word, (start, end) in zip(sentence.words, sentence.spans, strict=True)
    }
    assert typed["Doctor"] == "Dr."
    assert typed["nineteen"] == typed["eighty-four"] == "1984"
    assert typed["didn't"] == "didn't"
    assert sentence.unspoken == ("日本",)


def test_without_a_change_the_arrays_are_the_readers(reader: Reader, sentence: Sentence) -> None:
    _, _, expected = reader([TEXT])
    found = arrays(reader.aligner, [sentence])
    for field in fields(found):
        assert np.array_equal(getattr(found, field.name), getattr(expected, field.name))


def test_a_change_touches_its_word_alone(reader: Reader, sentence: Sentence) -> None:
    number = [word.text for word in sentence.words].index("read")
    other = changed(sentence, {number: ("R", "IY1", "D", "Z")})
    assert other.words[number].phonemes == ("R", "IY1", "D", "Z")
    assert other.words[number].origin == HAND
    rest = [i for i in range(len(sentence.words)) if i != number]
    assert [other.words[i] for i in rest] == [sentence.words[i] for i in rest]
    both = arrays(reader.aligner, [sentence, other])
    before, after = both.select(np.array([0])), both.select(np.array([1]))
    for name in ("graphemes", "graphemes_per_word", "pieces", "piece_of_grapheme", "word_type"):
        assert np.array_equal(getattr(before, name), getattr(after, name))
    counts = before.phonemes_per_word.copy()
    counts[number] = 4
    assert np.array_equal(after.phonemes_per_word, counts)


def test_what_cannot_be_changed_is_named(sentence: Sentence) -> None:
    last = len(sentence.words) - 1
    with pytest.raises(UserError, match=rf"no word {last + 1}: the sentence has {last + 1}"):
        changed(sentence, {last + 1: ("K",)})
    with pytest.raises(UserError, match="no word -1"):
        changed(sentence, {-1: ("K",)})
    with pytest.raises(UserError, match=r"'\?' is a mark"):
        changed(sentence, {last: ("K",)})


@given(st.lists(st.sampled_from(ARPABET), min_size=1, max_size=60))
def test_arpabet_is_read(symbols: list[str]) -> None:
    assert parse("  ".join(symbols).lower()) == tuple(symbols)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "needs a phoneme"),
        (" \t ", "needs a phoneme"),
        ("R QQ D", "'QQ' is no ARPAbet"),
        ("R EH D", "'EH' lacks its stress: EH0, EH1 or EH2"),
        ("R1", "'R1' is a consonant and has no stress: R"),
        ("EH3", "'EH3' is no ARPAbet"),
        ("<mask>", "'<MASK>' is no ARPAbet"),
        (",", "',' is no ARPAbet"),
        ("x" * 400, "'XXXXXXXXXXXX…' is no ARPAbet"),
        ("K " * 61, "61 phonemes: a word may have 60"),
    ],
)
def test_what_is_no_arpabet_is_refused_in_one_line(typed: str, problem: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(typed)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_letters_of_phonemes(folder: Path) -> None:
    words = [
        Word("cat", 0, 3, ("K", "AE1", "T"), "lexicon"),
        Word(",", 3, 4, (",",), "punctuation"),
        Word("ab", 5, 7, (), "unpronounceable"),
    ]
    aligner = Aligner.load(folder / "aligner.json")
    assert letters(aligner, words) == [[0, 1, 2], [0], []]
    # Two phonemes spread evenly over three letters.
    assert letters(None, [Word("cat", 0, 3, ("K", "T"), HAND)]) == [[0, 1]]


def test_nothing_to_say_is_said(reader: Reader) -> None:
    with pytest.raises(UserError, match="nothing to say"):
        read(reader, "日本")

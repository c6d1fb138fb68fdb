"""Any text in, words with phonemes out: the same ones alone, in a batch, in any order.

Offsets of written lines lead back into the line.
"""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.params import Phonemize
from pngnw.phonemize.arpabet import SYMBOLS
from pngnw.phonemize.phonemizer import Phonemizer, Word, phonemes_of, phonemize_lines
from pngnw.phonemize.pronouncer import ORIGINS, UNPRONOUNCEABLE
from pngnw.phonemize.tokenizer import is_mark


@pytest.fixture(scope="module")
def other() -> Phonemizer:
    return Phonemizer.load(Phonemize(lexicon=None))


def test_a_sentence(phonemizer: Phonemizer) -> None:
    assert phonemizer(["Mr. Darcy's red-haired 中 blorpat."]) == [
        [
            Word("Mr", 0, 2, ("M", "IH1", "S", "T", "ER0"), "lexicon"),
            Word(".", 2, 3, (".",), "punctuation"),
            Word("Darcy's", 4, 11, ("D", "AA1", "R", "S", "IY0", "Z"), "rule"),
            Word("red-haired", 12, 22, ("R", "EH1", "D", "HH", "EH1", "R", "D"), "rule"),
            Word("中", 23, 24, (), UNPRONOUNCEABLE),
            Word("blorpat", 25, 32, ("B", "L", "AO1", "R", "P", "AE2", "T"), "neural"),
            Word(".", 32, 33, (".",), "punctuation"),
        ]
    ]


PIECES = st.sampled_from([
    "The", "wind", "blorp", "read", "it", ",", "'tis", "'", "“", "”", "dogs'", "U.S.", "HTML",
    "42", "α", "½", "中", "red-haired", "don't", "wound", "-", "é",
])  # fmt: skip
TEXTS = st.text(max_size=30) | st.lists(PIECES, max_size=12).map(" ".join)


@settings(max_examples=120)
@given(text=TEXTS)
def test_any_string_gets_something_for_every_word(phonemizer: Phonemizer, text: str) -> None:
    (words,) = phonemizer([text])
    assert "".join(word.text for word in words) == "".join(text.split())
    for word in words:
        assert text[word.start : word.end] == word.text
        if word.origin == UNPRONOUNCEABLE:
            assert word.phonemes == ()
            assert not word.text.isascii()
        elif is_mark(word.text):
            assert (word.phonemes, word.origin) == ((word.text,), "punctuation")
        else:
            assert word.origin in ORIGINS
            assert word.phonemes
            assert SYMBOLS.issuperset(word.phonemes)


@settings(max_examples=40)
@given(texts=st.lists(TEXTS, max_size=8))
def test_company_changes_nothing(
    phonemizer: Phonemizer, other: Phonemizer, texts: list[str]
) -> None:
    """`other` meets the texts in the opposite order: what it remembers must not matter either."""
    together = phonemizer(texts)
    assert together == [phonemizer([text])[0] for text in texts]
    assert [other([text])[0] for text in reversed(texts)] == together[::-1]


def test_odd_texts(phonemizer: Phonemizer) -> None:
    assert phonemizer([]) == []
    assert phonemizer(["", " \n"]) == [[], []]
    (words,) = phonemizer(["a\ud800b cat"])  # a lone surrogate
    assert [(word.start, word.end) for word in words] == [(0, 1), (1, 2), (2, 3), (4, 7)]
    (words,) = phonemizer(["a.b-" * 5000 + "x" * 5000])
    assert sum(len(word.text) for word in words) == 25000


def test_ordinary_words_are_where_the_row_says(phonemizer: Phonemizer) -> None:
    line = "  The red-haired  reader,  naïve\tas ever!"
    row = phonemize_lines(phonemizer, [line])[0]
    assert row["text"] == line
    assert [word["text"] for word in row["words"]] == [
        "The", "red-haired", "reader", ",", "naïve", "as", "ever", "!",
    ]  # fmt: skip
    assert all(line[word["start"] : word["end"]] == word["text"] for word in row["words"])
    assert row["words"][0]["phonemes"] == ["DH", "AH0"]
    assert row["words"][0]["origin"] == "lexicon"


def test_what_was_rewritten_points_at_its_source(phonemizer: Phonemizer) -> None:
    line = "Dr. Who, 1984."
    words = phonemize_lines(phonemizer, [line])[0]["words"]
    spans = [(word["text"], line[word["start"] : word["end"]]) for word in words]
    assert spans[0] == ("Doctor", "Dr.")
    assert [source for text, source in spans if text in ("nineteen", "eighty-four")] == ["1984"] * 2


def test_a_word_in_another_script_is_not_lost(phonemizer: Phonemizer) -> None:
    line = "He said 東京, then \U0001f600 left."
    words = phonemize_lines(phonemizer, [line])[0]["words"]
    without = [(word["text"], word["start"]) for word in words if not word["phonemes"]]
    assert without == [("東京", 8), ("\U0001f600", 17)]
    assert [word["text"] for word in words] == [
        "He", "said", "東京", ",", "then", "\U0001f600", "left", ".",
    ]  # fmt: skip


@settings(max_examples=200)
@given(lines=st.lists(st.text(max_size=30), max_size=4))
def test_rows_of_any_lines(phonemizer: Phonemizer, lines: list[str]) -> None:
    rows = phonemize_lines(phonemizer, lines)
    assert rows == [phonemize_lines(phonemizer, [line])[0] for line in lines]
    assert json.loads(json.dumps(rows)) == rows
    for line, row in zip(lines, rows, strict=True):
        assert row["text"] == line
        words = row["words"]
        assert all(0 <= word["start"] <= word["end"] <= len(line) for word in words)
        covered = {at for word in words for at in range(word["start"], word["end"])}
        assert {at for at, char in enumerate(line) if char.isalnum()} <= covered
        assert all(bool(word["phonemes"]) != (word["origin"] == UNPRONOUNCEABLE) for word in words)


def test_phonemes_alone_are_those_of_the_rows(
    phonemizer: Phonemizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["He read it -- in 1984.", "", "To read 東京: a red-haired blorp!", "Mr. Fox's wind"]
    rows = [
        [" ".join(word["phonemes"]) for word in row["words"] if word["phonemes"]]
        for row in phonemize_lines(phonemizer, lines)
    ]
    assert phonemes_of(phonemizer, lines).to_pylist() == rows
    monkeypatch.setattr("pngnw.phonemize.phonemizer.COLUMN", 3)
    assert phonemes_of(phonemizer, lines).to_pylist() == rows
    assert phonemes_of(phonemizer, []).to_pylist() == []

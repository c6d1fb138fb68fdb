"""Each word knows what it was written as and what made it; tests/fuzz has their properties."""

import pytest

from pngnw.phonemize.phonemizer import Phonemizer


def test_ordinary_words_are_as_written(phonemizer: Phonemizer) -> None:
    read = phonemizer("  The red-haired  reader,  naïve\tas ever!")
    spoken = ["The", "red-haired", "reader", ",", "naïve", "as", "ever", "!"]
    assert [word.written for word in read.words] == [word.text for word in read.words] == spoken
    assert {word.rule for word in read.words} == {None}
    assert read.silent == ()


@pytest.mark.parametrize(
    ("text", "spoken", "written"),
    [
        ("Dr. Who, 1984.", "Doctor", "Dr."),
        ("Dr. Who, 1984.", "eighty-four", "1984"),
        ("It cost $5 -- twice", "dollars", "$5"),
        ("It cost $5 -- twice", "-", "--"),
        ("don’t", "don't", "don’t"),
        ("ca. 10 km", "kilometers", "10 km"),
        ("wait…", ".", "…"),
    ],
)
def test_what_was_rewritten_points_at_its_source(
    phonemizer: Phonemizer, text: str, spoken: str, written: str
) -> None:
    words = [word for word in phonemizer(text).words if word.text == spoken]
    assert {word.written for word in words} == {written}
    assert all(word.rule for word in words)


def test_what_has_no_reading_is_a_word_in_its_place(phonemizer: Phonemizer) -> None:
    read = phonemizer("He said 東京, then \U0001f600 left.")
    without = [(word.text, word.start) for word in read.words if not word.phonemes]
    assert without == [("東京", 8), ("\U0001f600", 17)]
    assert [word.text for word in read.words] == [
        "He", "said", "東京", ",", "then", "\U0001f600", "left", ".",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        ("so **bold** it is", ["**", "**"]),
        ("• one\n• two", ["•", "•"]),
        ("", []),
        (" ** ", ["**"]),
    ],
)
def test_marks_that_nobody_says_are_silent(
    phonemizer: Phonemizer, text: str, silent: list[str]
) -> None:
    reads = phonemizer.batch(["x", text, "**"])
    assert [text[start:end] for start, end in reads[1].silent] == silent
    assert reads[1] == phonemizer(text)

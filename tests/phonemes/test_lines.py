"""Rows whose offsets lead back into the line."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.params import Phonemize
from pngnw.phonemes.lines import LARGEST, phonemize_line, phonemize_stream
from pngnw.phonemes.phonemizer import Phonemizer


@pytest.fixture(scope="module")
def phonemizer() -> Phonemizer:
    return Phonemizer.load(Phonemize(lexicon=None))


def test_ordinary_words_are_where_the_row_says(phonemizer: Phonemizer) -> None:
    line = "  The red-haired  reader,  naïve\tas ever!"
    row = phonemize_line(phonemizer, line)
    assert row["text"] == line
    assert [word["text"] for word in row["words"]] == [
        "The", "red-haired", "reader", ",", "naïve", "as", "ever", "!",
    ]  # fmt: skip
    assert all(line[word["start"] : word["end"]] == word["text"] for word in row["words"])
    assert row["words"][0]["phonemes"] == ["DH", "AH0"]
    assert row["words"][0]["origin"] == "lexicon"


def test_what_was_rewritten_points_at_its_source(phonemizer: Phonemizer) -> None:
    line = "Dr. Who, 1984."
    words = phonemize_line(phonemizer, line)["words"]
    spans = [(word["text"], line[word["start"] : word["end"]]) for word in words]
    assert spans[0] == ("Doctor", "Dr.")
    assert [source for text, source in spans if text in ("nineteen", "eighty-four")] == ["1984"] * 2


@settings(max_examples=60)
@given(line=st.text(max_size=30))
def test_any_line_makes_a_row_inside_itself(phonemizer: Phonemizer, line: str) -> None:
    row = phonemize_line(phonemizer, line)
    json.dumps(row)
    assert row["text"] == line
    assert all(0 <= word["start"] <= word["end"] <= len(line) for word in row["words"])


def test_a_stream_answers_before_it_has_read_all(phonemizer: Phonemizer) -> None:
    read: list[int] = []

    def lines() -> Iterator[str]:
        for number in range(5000):
            read.append(number)
            yield f"line {number}"

    rows = phonemize_stream(phonemizer, lines())
    assert next(rows)["text"] == "line 0"
    assert len(read) == 1
    rest = list(rows)
    assert [row["text"] for row in rest] == [f"line {number}" for number in range(1, 5000)]
    assert LARGEST < 5000

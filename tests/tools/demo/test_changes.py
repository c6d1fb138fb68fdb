from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pngnw.core.errors import UserError
from pngnw.phonemize.phonemizer import Word
from pngnw.text import PronouncedText, TextReader
from pngnw.tools.demo.changes import HAND, Move, change, moves, pairs, parse, typical_distance
from tests.model.synthetic import MODEL

SYMBOLS = st.lists(st.sampled_from(["K", "AE1", "T", "S"]), max_size=8)


def word(*phonemes: str) -> Word:
    return Word("x", phonemes, "x", 0, 1, None, "lexicon", None)


def test_pairs_by_hand() -> None:
    assert pairs(["R", "EH1", "D"], ["R", "IY1", "D"]) == [(0, 0), (1, 1), (2, 2)]
    assert pairs(["K", "AE1", "T"], ["K", "AE1", "T", "S"]) == [(0, 0), (1, 1), (2, 2), (None, 3)]
    assert pairs(["S", "T", "AA1"], ["T", "AA1"]) == [(0, None), (1, 0), (2, 1)]
    assert pairs(["K"], ["AE1", "T"]) == [(0, 0), (None, 1)]


@given(SYMBOLS, SYMBOLS)
def test_every_phoneme_is_in_one_pair_in_order(before: list[str], after: list[str]) -> None:
    found = pairs(before, after)
    assert [i for i, _ in found if i is not None] == list(range(len(before)))
    assert [j for _, j in found if j is not None] == list(range(len(after)))
    assert (None, None) not in found
    if before == after:
        assert all(i == j for i, j in found)


def test_distances_by_hand() -> None:
    before, after = [word("K", "AE1"), word("T")], [word("K"), word("T")]
    states = torch.tensor([[3.0, 4.0], [1.0, 0.0], [0.0, 2.0]])
    changed = torch.tensor([[3.0, 9.0], [0.0, 2.0]])  # K moved by 5 of 5, T not at all
    assert moves(before, after, states, changed) == [
        Move(0, "K", "K", pytest.approx(1.0)),
        Move(0, "AE1", None, None),
        Move(1, "T", "T", 0.0),
    ]


def test_typical_distance_by_hand() -> None:
    # Steps of 5 of 5, of √72 of 10, and of 1 of 2.
    states = torch.tensor([[3.0, 4.0], [6.0, 8.0], [0.0, 2.0], [0.0, 3.0]])
    assert typical_distance(states[:2]) == pytest.approx(1.0)
    assert typical_distance(states[2:]) == pytest.approx(0.5)
    assert typical_distance(states) == pytest.approx(72**0.5 / 10)
    assert typical_distance(states[:1]) == 0.0


TEXT = "Dr. Who read 日本 in 1984, didn't he?"


@pytest.fixture(scope="module")
def reader(folder: Path) -> TextReader:
    return TextReader.load(folder)


@pytest.fixture(scope="module")
def sentence(reader: TextReader) -> PronouncedText:
    return reader.pronounce([TEXT])[0]


def test_words_point_back_into_the_text(sentence: PronouncedText) -> None:
    typed = {
        word.text: TEXT[start:end]
        for word, (start, end) in zip(sentence.words, sentence.spans, strict=True)
    }
    assert typed["Doctor"] == "Dr."
    assert typed["nineteen"] == typed["eighty-four"] == "1984"
    assert typed["didn't"] == "didn't"
    assert sentence.unspoken == ["日本"]


def test_a_change_touches_its_word_alone(reader: TextReader, sentence: PronouncedText) -> None:
    number = [word.text for word in sentence.words].index("read")
    other = change(sentence, {number: ("R", "IY1", "D", "Z")})
    assert other.words[number].phonemes == ("R", "IY1", "D", "Z")
    assert other.words[number].origin == HAND
    rest = [i for i in range(len(sentence.words)) if i != number]
    assert [other.words[i] for i in rest] == [sentence.words[i] for i in rest]
    both = reader.align([sentence, other], MODEL)
    before, after = both.select(np.array([0])), both.select(np.array([1]))
    for name in ("graphemes", "graphemes_per_word", "pieces", "piece_of_grapheme", "word_type"):
        assert np.array_equal(getattr(before, name), getattr(after, name))
    counts = before.phonemes_per_word.copy()
    counts[number] = 4
    assert np.array_equal(after.phonemes_per_word, counts)


def test_what_cannot_be_changed_is_named(sentence: PronouncedText) -> None:
    last = len(sentence.words) - 1
    with pytest.raises(UserError, match=rf"no word {last + 1}: the sentence has {last + 1}"):
        change(sentence, {last + 1: ("K",)})
    with pytest.raises(UserError, match="no word -1"):
        change(sentence, {-1: ("K",)})
    with pytest.raises(UserError, match=r"'\?' is a mark"):
        change(sentence, {last: ("K",)})


def test_arpabet_is_read_as_it_is_typed() -> None:
    assert parse(" r  iy1 D") == ("R", "IY1", "D")
    for typed, problem in (
        (" \t ", "there are no phonemes"),
        ("R eh D", "'EH' is a vowel without its stress, write EH0, EH1 or EH2"),
        ("<mask>", "'<MASK>' is not an ARPAbet symbol"),
    ):
        with pytest.raises(UserError, match=problem):
            parse(typed)

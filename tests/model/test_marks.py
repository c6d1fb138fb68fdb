"""Sentences without their marks: which words are marks, their labels, and what is left."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.align.symbols import TOKENS
from pngnw.model import marks
from pngnw.model.sentences import Sentences
from tests.model.synthetic import corpus, table, word

NONE, PAUSE, COMMA, STOP, EXCLAMATION, QUESTION = range(6)
Word = dict[str, list[int]]


def spell(text: str) -> list[Word]:
    """Words between spaces: a mark is itself, a word's phonemes are as many as its letters."""
    words = []
    for token in text.split():
        if token[0].isalpha():
            letters = [TOKENS.letter(c) for c in token]
            kind = 3 if token[0].isupper() else 1
            words.append(word(letters, [TOKENS.id("K")] * len(letters), [len(letters)], kind))
        else:
            words.append(word([TOKENS.mark(token)], [TOKENS.mark(token)], [30], kind=0))
    return words


def sentences(*texts: str) -> Sentences:
    return Sentences.from_table(table([spell(text) for text in texts]))


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("He ran .", [NONE, STOP]),
        ('Go " she said , " now ! "', [NONE, NONE, COMMA, EXCLAMATION]),
        ("Well - who ; what : yes", [PAUSE, PAUSE, PAUSE, NONE]),
        ("Really ? ! No ! ? Oh . , ;", [QUESTION, QUESTION, STOP]),  # the strongest, in any order
        ("( yes ) & no", [NONE, NONE]),
        ('" Yes', [NONE]),  # a mark before the first word belongs to none
        ("don't . U.S .", [STOP, STOP]),  # marks inside words are letters
        ("He \u2603 ran", [NONE, NONE]),  # a mark that is <unk>
    ],
)
def test_labels_by_hand(text: str, labels: list[int]) -> None:
    mark, label = marks.find(sentences(text))
    assert mark.tolist() == [not token[0].isalpha() for token in text.split()]
    assert label[~mark].tolist() == labels
    assert not label[mark].any()


def test_a_mark_belongs_to_its_own_sentence() -> None:
    mark, label = marks.find(sentences("He ran", "? !", ". So", ""))
    assert mark.tolist() == [False, False, True, True, True, False]
    assert not label.any()
    nothing = Sentences.from_table(table([]))
    assert [len(found) for found in marks.find(nothing)] == [0, 0]


def equal(one: Sentences, other: Sentences) -> None:
    for name, values in vars(one).items():
        np.testing.assert_array_equal(values, getattr(other, name), err_msg=name)


def test_without_marks_by_hand() -> None:
    whole = sentences('" Go , " he said .', "Who ? !", "- .")
    mark, _ = marks.find(whole)
    equal(marks.strip(whole, mark), sentences("go he said", "who", ""))


def test_capitals_and_marks_go_where_they_are_told_to() -> None:
    """Of the second sentence alone: its capitals; of the first, one mark."""
    whole = sentences("He , ran .", "So Did We .")
    left = marks.strip(whole, np.arange(8) == 1, np.array([False, True]))
    kept = sentences("He ran .", "so did we .")
    # A sentence without capitals has one type, also of what has no case.
    equal(left, replace(kept, word_type=np.array([3, 1, 0, 1, 1, 1, 1])))
    equal(marks.strip(whole, np.zeros(8, bool), np.zeros(2, bool)), whole)


@given(st.integers(0, 30))
def test_what_is_left_is_what_would_have_been_without_marks(seed: int) -> None:
    """Word by word, whatever the pieces and phonemes of each."""
    whole = Sentences.from_table(corpus(seed, 6))
    mark, _ = marks.find(whole)
    comma = TOKENS.id(",")
    assert mark.sum() == (whole.graphemes == comma).sum()
    left = marks.strip(whole, mark)
    assert not (left.phonemes == comma).any()
    assert not (left.graphemes == comma).any()
    assert set(left.word_type.tolist()) <= {1}
    for unit in ("letter", "wordpiece"):
        gone = np.add.reduceat(mark, whole.word_start[:-1]) * 2  # a token on each side
        np.testing.assert_array_equal(left.lengths(unit), whole.lengths(unit) - gone)
    for name in ("phonemes", "graphemes", "pieces"):
        per_word = getattr(whole, f"{name}_per_word")
        kept = np.repeat(~mark, per_word)
        np.testing.assert_array_equal(getattr(left, name), getattr(whole, name)[kept])
    assert left.word_start[-1] == (~mark).sum()

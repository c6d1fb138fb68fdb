"""Measures on predictions, computed by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.pretrain import evaluate

words = st.lists(st.integers(0, 3), max_size=8)


def test_distance_by_hand() -> None:
    assert evaluate.distance([1, 2, 3], [2, 3, 4]) == 2
    assert evaluate.distance([], [1, 2]) == 2
    assert evaluate.distance([1, 2, 3, 4], [1, 3, 4]) == 1


@given(words, words, words)
def test_distance_is_a_metric(a: list[int], b: list[int], c: list[int]) -> None:
    assert evaluate.distance(a, b) == evaluate.distance(b, a)
    assert (evaluate.distance(a, b) == 0) == (a == b)
    assert evaluate.distance(a, c) <= evaluate.distance(a, b) + evaluate.distance(b, c)


def test_tokens_by_hand() -> None:
    # Word 0 is shifted by one (distance 2, no position right), word 1 is right, word 2 is not.
    word = np.array([0, 0, 0, 1, 2, 2])
    truth = np.array([1, 2, 3, 5, 5, 5])
    guess = np.array([2, 3, 4, 5, 5, 1])
    assert evaluate.token_scores(word, truth, guess, majority=5) == {
        "accuracy": pytest.approx(2 / 6),
        "majority_accuracy": pytest.approx(3 / 6),
        "error_rate": pytest.approx(3 / 6),
        "majority_error_rate": pytest.approx(3 / 6),
        "tokens": 6,
    }


def test_words_by_hand() -> None:
    # Word 4 has two pieces, one of them wrong; word 9 is right; word 2 is the majority piece.
    word = np.array([4, 4, 9, 2])
    truth, guess = np.array([1, 2, 3, 7]), np.array([1, 7, 3, 1])
    assert evaluate.word_scores(word, truth, guess, majority=7) == {
        "accuracy": pytest.approx(1 / 3),
        "majority_accuracy": pytest.approx(1 / 3),
        "words": 3,
    }


def test_divergence_by_hand() -> None:
    teacher = np.zeros((2, 64))
    teacher[:, 0], teacher[:, 1] = 0.5, 0.5
    model = np.full((2, 64), 1 / 64)
    assert evaluate.divergence(teacher, np.log(model)) == pytest.approx(np.log(32))
    assert evaluate.divergence(model, np.log(model)) == pytest.approx(0)


def test_overlap_by_hand() -> None:
    teacher = np.arange(64.0)[None]
    assert evaluate.overlap(teacher, teacher) == 1
    assert evaluate.overlap(teacher, -teacher) == 0
    shifted = np.roll(teacher, 2)  # the best five are now the places 61, 62, 63, 0 and 1
    assert evaluate.overlap(teacher, shifted) == pytest.approx(3 / 5)


def test_nothing_to_score() -> None:
    none = np.array([], dtype=np.int64)
    assert evaluate.token_scores(none, none, none, 0)["accuracy"] == 0
    assert evaluate.word_scores(none, none, none, 0)["words"] == 0

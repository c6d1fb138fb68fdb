"""Measures on predictions, computed by hand."""

from dataclasses import replace

import numpy as np
import pytest

from pngnw.align.symbols import TOKENS
from pngnw.model.inputs import PHONEME_SIDE
from pngnw.model.sentences import Sentences
from pngnw.pretrain import evaluate
from pngnw.pretrain.controls import Controls, word_table
from pngnw.pretrain.data import Split
from tests.model import synthetic


def test_distances_by_hand() -> None:
    truth = [np.array(word) for word in ([1, 2, 3], [5], [5, 5], [7, 8])]
    guess = [np.array(word) for word in ([2, 3, 4], [5], [5, 1], [])]  # no answer is all wrong
    assert evaluate.distances(truth, guess).tolist() == [2, 0, 1, 2]


def test_masked_words_by_hand() -> None:
    """The second word, "ab" P Q, is unseen as a spelling; the comma is no answer of g2p."""
    a, b = TOKENS.letters[:2]
    p, q = TOKENS.phonemes[:2]
    comma = TOKENS.id(",")
    known, new = synthetic.word([a], [p], [7]), synthetic.word([a, b], [p, q], [8, 9])
    mark = synthetic.word([comma], [comma], [5])
    train, test = (
        Sentences.from_table(synthetic.table(words))
        for words in ([[known, mark]], [[known, new, mark]])
    )
    controls = Controls.of(Split(train, np.zeros((1, 64), np.float16)), "letter")
    none = np.array([], dtype=np.int64)
    predicted = evaluate.Predictions(
        word=np.array([1, 1, 2, 0]),  # batches come in another order than the sentences
        side=np.full(4, PHONEME_SIDE),
        guess=np.array([p, p, comma, q]),
        value_word=none, value_truth=none, value_guess=none,
        log_emoji=np.zeros((1, 64)),
    )  # fmt: skip
    words = word_table(test, "letter")
    assert evaluate.masked_figures(predicted, words, controls, "spelling") == {
        "phoneme": {
            "accuracy": 1 / 3,
            "error_rate": 2 / 3,
            "lookup_error_rate": 2 / 3,
            "tokens": 3,
            "seen": {"error_rate": 1.0, "lookup_error_rate": 0.0, "tokens": 1},
            "unseen": {"error_rate": 1 / 2, "lookup_error_rate": 1.0, "tokens": 2},
        }
    }
    # Hidden as wholes: all three words, and the comma's wordpiece is right.
    values = {"value_word": np.array([0, 1, 1, 2]), "value_truth": np.array([7, 8, 9, 5])}
    predicted = replace(predicted, **values, value_guess=np.array([7, 8, 7, 5]))
    figures = evaluate.masked_figures(predicted, words, controls, None)
    assert figures["phoneme"]["tokens"] == 4
    assert figures["phoneme"]["error_rate"] == 2 / 4
    assert figures["word"] == {
        "accuracy": 2 / 3,
        # "a" begins the one known sentence, the comma ends it; of one shape "a" came first.
        "neighbors_accuracy": 2 / 3, "same_shape_accuracy": 1 / 3,
        "neighbors_same_shape_accuracy": 2 / 3,
        "words": 3,
        "spoken": {
            "accuracy": 1 / 2, "neighbors_accuracy": 1 / 2, "same_shape_accuracy": 1 / 2,
            "neighbors_same_shape_accuracy": 1 / 2, "words": 2,
        },
        "unseen": {
            "accuracy": 0.0, "neighbors_accuracy": 0.0, "same_shape_accuracy": 0.0,
            "neighbors_same_shape_accuracy": 0.0, "words": 1,
        },
    }  # fmt: skip


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

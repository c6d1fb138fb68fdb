"""Figures by hand, and equal to those of numpy and scikit-learn; pairing of arms and seeds."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, log_loss

from pngnw.model.sentences import Sentences
from pngnw.prosody.dataset import DURATION, PAUSE, ProsodySet
from pngnw.prosody.score import (
    Scorer,
    class_figures,
    number_figures,
    sums_of_classes,
    sums_of_numbers,
)
from tests.prosody.conftest import speech_table


def test_numbers_are_those_of_numpy_however_far_from_zero() -> None:
    rng = np.random.default_rng(0)
    truth = 1e3 + rng.normal(size=200)
    guess = truth + rng.normal(size=200)
    utterance = np.sort(rng.integers(0, 9, 200))
    figures = number_figures(sums_of_numbers(truth, guess, utterance, 9).sum(axis=0))
    assert figures["rmse"] == pytest.approx(np.sqrt(np.mean((truth - guess) ** 2)))
    assert figures["correlation"] == pytest.approx(np.corrcoef(truth, guess)[0, 1])
    constant = number_figures(sums_of_numbers(truth, np.full(200, 5.0), utterance, 9).sum(axis=0))
    assert constant["correlation"] == 0


def test_classes_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 100)
    probabilities = rng.dirichlet([1, 1], 100)
    sums = sums_of_classes(truth, np.log(probabilities), np.sort(rng.integers(0, 5, 100)), 5)
    figures = class_figures(sums.sum(axis=0))
    guess = probabilities.argmax(axis=1)
    assert figures["accuracy"] == pytest.approx(accuracy_score(truth, guess))
    assert figures["f1"] == pytest.approx(f1_score(truth, guess))
    assert figures["log_likelihood"] == pytest.approx(-log_loss(truth, probabilities))


@pytest.fixture
def known() -> ProsodySet:
    sentences = Sentences.from_table(speech_table(40))
    rng = np.random.default_rng(1)
    count = len(sentences.phonemes)
    return ProsodySet(
        sentences,
        np.arange(len(sentences)) % 3,
        {
            DURATION: rng.normal(size=count).astype(np.float32),
            PAUSE: rng.integers(-1, 2, len(sentences.phonemes_per_word)),
        },
    )


def test_only_what_is_known_of_the_rows_counts(known: ProsodySet) -> None:
    rows = known.rows("heldout")
    scorer = Scorer(known, rows, np.random.default_rng(0), seeds=1)
    figures = scorer.figures(DURATION, known.targets[DURATION][known.at(DURATION, rows)])
    assert (figures["rmse"] == 0).all()
    truth = known.targets[PAUSE][known.at(PAUSE, rows)]
    logs = np.log(np.where(np.eye(2)[truth], 0.9, 0.1))  # of what is unknown too, wrongly
    figures = scorer.figures(PAUSE, logs)
    assert figures["f1"][0] == 1
    np.testing.assert_allclose(figures["log_likelihood"], np.log(0.9))


def test_differences_are_paired_and_seeds_are_a_level(known: ProsodySet) -> None:
    """A guess that is off by 0.1 more everywhere is worse in every resample; two seeds that differ
    widen the interval of their mean, and not that of a paired difference."""
    rows = known.rows("heldout")
    scorer = Scorer(known, rows, np.random.default_rng(0), seeds=2)
    truth = known.targets[DURATION][known.at(DURATION, rows)]
    off = [scorer.figures(DURATION, truth + by) for by in (0.1, 0.5, 0.2, 0.6)]
    ours, theirs = scorer.of_seeds(off[:2]), scorer.of_seeds(off[2:])
    assert ours["rmse"][0] == pytest.approx(0.3)
    assert set(np.round(ours["rmse"][1:], 6).tolist()) == {0.1, 0.3, 0.5}
    np.testing.assert_allclose(theirs["rmse"] - ours["rmse"], 0.1, atol=1e-6)

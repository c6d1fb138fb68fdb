"""Figures by hand and beside scikit-learn's and scipy's."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import balanced_accuracy_score, f1_score

from pngnw.probe.score import (
    RESAMPLES,
    averages,
    correlations,
    means,
    resamples,
    stratified_resamples,
    with_interval,
)


def test_as_others_count_with_weights() -> None:
    rng = np.random.default_rng(0)
    truth, predicted = rng.integers(0, 3, 200), rng.integers(0, 3, 200)
    times = rng.integers(0, 3, (4, 200))
    figures = averages(truth, predicted, 3, times)
    for row, weight in enumerate(times):
        for name, reference, options in (
            ("macro_f1", f1_score, {"average": "macro"}),
            ("mean_recall", balanced_accuracy_score, {}),
        ):
            expected = reference(truth, predicted, sample_weight=weight, **options)
            assert figures[name][row] == pytest.approx(expected)


def test_rank_correlation_as_scipy_has_it_on_repeated_rows() -> None:
    rng = np.random.default_rng(1)
    truth, predicted = rng.integers(0, 9, 80) / 3, rng.normal(size=80)
    times = rng.integers(0, 4, (5, 80))
    ranks = correlations(truth, predicted, times)
    for row, weight in enumerate(times):
        index = np.repeat(np.arange(80), weight)
        assert ranks[row] == pytest.approx(spearmanr(truth[index], predicted[index])[0])
    assert correlations(truth, np.zeros(80), times).tolist() == [0.0] * 5


def test_resamples_draw_whole_sentences() -> None:
    sentence = np.repeat([4, 7, 9], [2, 3, 1])
    times = resamples(sentence, np.random.default_rng(0))
    assert times.shape == (RESAMPLES + 1, 6)
    assert times[0].tolist() == [1] * 6
    np.testing.assert_array_equal(times[:, 0], times[:, 1])
    np.testing.assert_array_equal(times[:, 2], times[:, 4])
    np.testing.assert_array_equal(times[:, [0, 2, 5]].sum(axis=1), 3)


def test_stratified_resamples_have_as_much_of_everything() -> None:
    sentence, stratum = np.array([1, 1, 2, 3, 4]), np.array([7, 7, 7, 8, 8])
    times = stratified_resamples(sentence, stratum, np.random.default_rng(0))
    assert times.shape == (RESAMPLES + 1, 5)
    np.testing.assert_array_equal(times[:, 0], times[:, 1])
    np.testing.assert_array_equal(times[:, 0] + times[:, 2], [2] * (RESAMPLES + 1))
    np.testing.assert_array_equal(times[:, 3] + times[:, 4], [2] * (RESAMPLES + 1))
    assert times[:, 3].std() > 0.5


def test_an_interval_covers_the_mean_as_often_as_it_says() -> None:
    """Of 100 samples of 60 coin tosses about 95% have 0.5 within their interval."""
    rng, covered = np.random.default_rng(2), 0
    for _ in range(100):
        tosses = (rng.random(60) < 0.5).astype(np.float64)
        low, high = with_interval(means(tosses, resamples(np.arange(60), rng)))["interval"]
        covered += low <= 0.5 <= high
    assert 88 <= covered <= 99

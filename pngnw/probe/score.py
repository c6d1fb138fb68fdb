"""Scores of predictions: accuracy, macro-F1, mean recall, rank correlation, with intervals.

Guarantees: pure functions; intervals are percentiles (95%) of a bootstrap over sentences, the same
resamples for every arm, so that differences are paired. For averages over answers the resamples
are stratified: without that rare answers would be missing from some, and the average another one.
An answer is a pair of group and label: that of another group is another answer. Averages over
answers go over those that occur among the questions tested, each with the same say.

Letters: Q questions tested, K answers, R resamples.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from pngnw.model.sentences import Int

RESAMPLES: Final = 1000
Floats = NDArray[np.float64]


def resamples(sentence: Int, rng: np.random.Generator) -> Int:
    """How often each question counts, [1 + R, Q]; the first row is the sample as it is."""
    names, index = np.unique(sentence, return_inverse=True)
    drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), RESAMPLES)
    return np.concatenate([np.ones((1, len(sentence)), dtype=np.int64), drawn[:, index]])


def stratified_resamples(sentence: Int, stratum: Int, rng: np.random.Generator) -> Int:
    """As `resamples`, drawing as many sentences of every stratum as there are; `stratum` is [Q],
    one for each sentence."""
    out = np.ones((1 + RESAMPLES, len(sentence)), dtype=np.int64)
    for each in np.unique(stratum):
        rows = np.flatnonzero(stratum == each)
        out[:, rows] = resamples(sentence[rows], rng)
    return out


def averages(truth: Int, predicted: Int, answers: int, times: Int) -> dict[str, Floats]:
    """Macro-F1 and mean recall for every resample, [1 + R].

    Args:
        truth, predicted: [Q] answers, 0 to `answers` - 1; -1 where none was given.
        answers: K.
        times: of `resamples`.
    """
    right, answered = truth == predicted, predicted >= 0
    f1, recall = np.zeros(len(times)), np.zeros(len(times))
    for row, weight in enumerate(times):
        given = np.bincount(truth, weight, answers)
        chosen = np.bincount(predicted[answered], weight[answered], answers)
        both = np.bincount(truth[right], weight[right], answers)
        occurs = given > 0
        f1[row] = (2 * both[occurs] / (given + chosen)[occurs]).mean()
        recall[row] = (both[occurs] / given[occurs]).mean()
    return {"macro_f1": f1, "mean_recall": recall}


def correlations(truth: Floats, predicted: Floats, times: Int) -> Floats:
    """Spearman's rank correlation for every resample, [1 + R]; 0 where one side is constant."""
    x, y = (rankdata(side, method="dense").astype(np.int64) - 1 for side in (truth, predicted))
    return np.array([_pearson(_ranks(x, each), _ranks(y, each), each) for each in times])


def _ranks(place: Int, weight: Int) -> Floats:
    """Ranks [Q] of values that occur `weight` times each, ties sharing their mean rank.

    Args:
        place: [Q], the place of each value among the distinct ones, from 0.
        weight: [Q].
    """
    count = np.bincount(place, weight)
    rank: Floats = (np.cumsum(count) - (count - 1) / 2)[place]
    return rank


def _pearson(x: Floats, y: Floats, weight: Int) -> float:
    x, y = x - np.average(x, weights=weight), y - np.average(y, weights=weight)
    scale = np.sqrt((weight * x * x).sum() * (weight * y * y).sum())
    return float((weight * x * y).sum() / scale) if scale > 0 else 0.0


def means(values: Floats, times: Int) -> Floats:
    """The mean of [Q] values for every resample, [1 + R]."""
    return np.asarray((times @ values) / times.sum(axis=1))


def with_interval(values: Floats) -> dict[str, Any]:
    """A figure and its interval."""
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return {"value": float(values[0]), "interval": [float(low), float(high)]}

"""Figures of predictions, with intervals: error, correlation, F1 and likelihood.

Guarantees: pure functions; every figure is computed from sums over utterances, so that resampling
is a matrix product. Intervals are percentiles (95%) of a bootstrap over utterances and seeds: the
same resamples of both for every arm, so that differences are paired. A figure of several seeds is
the mean of the seeds' own figures. Correlations are over all tokens of all utterances.

Letters: U utterances, N tokens or words, K classes, R resamples, S seeds.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pngnw.model.sentences import Int
from pngnw.probe.score import correlations, resamples
from pngnw.prosody.dataset import CLASSES, PAUSE, PROMINENCE, ProsodySet

Floats = NDArray[np.float64]
SMALLER_IS_BETTER: Final = frozenset({"rmse"})


class Scorer:
    """Scores of what is predicted of some sentences of a set.

    Args:
        data: the set.
        rows: [U] the sentences.
        rng: draws the resamples.
        seeds: how many runs an arm has.
    """

    def __init__(self, data: ProsodySet, rows: Int, rng: np.random.Generator, seeds: int) -> None:
        self.times = resamples(np.arange(len(rows)), rng)
        drawn = rng.multinomial(seeds, np.full(seeds, 1 / seeds), len(self.times) - 1)
        self.seeds = np.concatenate([np.full((1, seeds), 1 / seeds), drawn / seeds])  # [1 + R, S]
        self.truth: dict[str, NDArray[Any]] = {}
        self.known: dict[str, NDArray[np.bool_]] = {}
        self.utterance: dict[str, Int] = {}
        for name, values in data.targets.items():
            at = data.at(name, rows)
            known = data.known(name)[at]
            utterance = np.repeat(np.arange(len(rows)), np.diff(data.start(name))[rows])
            self.truth[name], self.known[name] = values[at][known], known
            self.utterance[name] = utterance[known]
        self.value: Floats | None = None
        if data.value is not None:
            value = data.value[data.at(PROMINENCE, rows)][self.known[PROMINENCE]]
            self.value = value.astype(np.float64)

    def figures(self, name: str, predicted: NDArray[Any]) -> dict[str, Floats]:
        """Every figure of one target for every resample, [1 + R].

        Args:
            name: of the target.
            predicted: [N] numbers, or [N, K] log-probabilities, of the sentences in their order.
        """
        truth, utterance = self.truth[name], self.utterance[name]
        guess = predicted[self.known[name]].astype(np.float64)
        count = self.times.shape[1]
        if name not in CLASSES:
            sums = sums_of_numbers(truth.astype(np.float64), guess, utterance, count)
            return number_figures(self.times @ sums)
        out = class_figures(self.times @ sums_of_classes(truth, guess, utterance, count))
        out.pop("accuracy" if name == PAUSE else "f1")
        if name == PROMINENCE and self.value is not None:
            expected: Floats = np.exp(guess) @ np.arange(guess.shape[1], dtype=np.float64)
            out["spearman"] = correlations(self.value, expected, self.times[:, utterance])
        return out

    def of_seeds(self, runs: list[dict[str, Floats]]) -> dict[str, Floats]:
        """Figures of an arm from those of its runs, one a seed, each [1 + R]."""
        return {
            name: (self.seeds * np.stack([run[name] for run in runs], axis=1)).sum(axis=1)
            for name in runs[0]
        }


def sums_of_numbers(truth: Floats, guess: Floats, utterance: Int, count: int) -> Floats:
    """Number, squared errors and moments of each utterance, [U, 7]."""
    # Moments about the means, so that nothing cancels.
    x, y = truth - truth.mean(), guess - guess.mean()
    columns = (np.ones(len(x)), (truth - guess) ** 2, x, y, x * x, y * y, x * y)
    return np.stack([np.bincount(utterance, c, count) for c in columns], axis=1)


def number_figures(sums: Floats) -> dict[str, Floats]:
    """RMSE and Pearson's correlation from sums [..., 7]; 0 where a side does not vary."""
    n, squares, x, y, xx, yy, xy = np.moveaxis(sums, -1, 0)
    n = np.maximum(n, 1)
    covariance = xy / n - x * y / n**2
    spread = np.maximum(xx / n - (x / n) ** 2, 0) * np.maximum(yy / n - (y / n) ** 2, 0)
    varies = spread > 1e-18
    correlation = np.where(varies, covariance / np.sqrt(np.where(varies, spread, 1.0)), 0.0)
    return {"rmse": np.sqrt(squares / n), "correlation": correlation}


def sums_of_classes(truth: Int, logs: Floats, utterance: Int, count: int) -> Floats:
    """Number, right answers, log-likelihood, and of the last class how often it is given, rightly
    and truly, for each utterance, [U, 6]."""
    likeliest, last = logs.argmax(axis=1), logs.shape[1] - 1
    columns = (
        np.ones(len(truth)),
        likeliest == truth,
        logs[np.arange(len(truth)), truth],
        likeliest == last,
        (likeliest == last) & (truth == last),
        truth == last,
    )
    return np.stack([np.bincount(utterance, c, count) for c in columns], axis=1)


def class_figures(sums: Floats) -> dict[str, Floats]:
    """Accuracy, mean log-likelihood, and F1 of the last class, from sums [..., 6]."""
    n, right, likelihood, given, both, true = np.moveaxis(sums, -1, 0)
    n = np.maximum(n, 1)
    return {
        "accuracy": right / n,
        "f1": 2 * both / np.maximum(given + true, 1),
        "log_likelihood": likelihood / n,
    }


def better(figure: str, difference: Mapping[str, Any]) -> int:
    """1 where the first of two is better, -1 where it is worse, 0 where the interval holds 0."""
    low, high = difference["interval"]
    sign = int(low > 0) - int(high < 0)
    return -sign if figure in SMALLER_IS_BETTER else sign

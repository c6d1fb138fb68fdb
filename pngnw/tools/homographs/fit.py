"""The fit of the homograph model: conditional logistic regression over the readings of a word.

The same examples in the same order give the same weights (L-BFGS from zero). Settings were chosen
by five-fold cross-validation inside the nine tenths of the train split that are not held out;
scores in `docs/decisions.md`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from pngnw.phonemize.homographs.features import Classes, Features
from pngnw.phonemize.homographs.model import SCALE, Model, terms
from pngnw.phonemize.tokenizer import Ints, cumulated

Floats = NDArray[np.float64]
Kinds = Mapping[str, Sequence[str]]

# How large a feature is: the larger, the less its weight is held back.
OWN, BAG, SHARED = 1.0, 0.7, 1.0
RIDGE: Final = 0.5
BALANCE: Final = 0.4  # 0: every row counts alike; 1: every reading of a word does
SILVER: Final = 0.1  # weight of a row that only a tagger has labelled
LEAST: Final = 2  # rows that a feature must occur in
STEPS: Final = 80


@dataclass(frozen=True)
class Labelled:
    """Occurrences of homographs with their readings; `own` is False for silver ones."""

    words: Sequence[str]
    kinds: Kinds
    features: Features
    reading_N: Ints
    own: bool = True

    def pick(self, which: Ints) -> "Labelled":
        """Some of the occurrences."""
        words = [self.words[number] for number in which.tolist()]
        features = self.features.pick(which)
        return Labelled(words, self.kinds, features, self.reading_N[which], self.own)

    def joined(self, other: "Labelled") -> "Labelled":
        """These occurrences and the others behind them, of the same homographs."""
        return Labelled(
            [*self.words, *other.words],
            self.kinds,
            self.features.joined(other.features),
            np.concatenate([self.reading_N, other.reading_N]),
            self.own,
        )


def fit(gold: Labelled, silver: Labelled | None, classes: Classes) -> Model:
    """The model that explains the labelled occurrences best.

    Args:
        gold: labelled by people.
        silver: labelled by a tagger, by kind; they teach the shared weights only.
        classes: what the features were made with; goes into the model.
    """
    parts = [gold] if silver is None else [gold, silver]
    problem = _Problem.of(parts)
    row_weights = [_balanced(gold), *(np.full(len(part.words), SILVER) for part in parts[1:])]
    keys, column_T, seen = np.unique(problem.key_T, return_inverse=True, return_counts=True)
    common = np.flatnonzero(seen >= LEAST)
    rename = np.full(len(keys), -1)
    rename[common] = np.arange(len(common))
    is_common_T = rename[column_T] >= 0
    columns = rename[column_T[is_common_T]]
    sizes = problem.size_T[is_common_T]
    design = csr_matrix(
        (sizes, (problem.row_T[is_common_T], columns)),
        shape=(problem.bounds_N[-1], len(common)),
    )
    solution = minimize(
        _loss(design, problem.bounds_N, problem.reading_N, np.concatenate(row_weights)),
        np.zeros(len(common)),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": STEPS, "maxcor": 6},
    ).x
    size = np.zeros(len(common))
    np.maximum.at(size, columns, sizes)
    limits = np.iinfo(np.int16)
    weights = np.clip(np.rint(solution * size * SCALE), limits.min, limits.max).astype(np.int16)
    is_large = np.abs(weights) >= SCALE // 256
    return Model(keys[common][is_large], weights[is_large], classes)


@dataclass(frozen=True)
class _Problem:
    """Rows of the design, one for each reading of each occurrence, and the right reading."""

    row_T: Ints
    key_T: NDArray[np.uint32]
    size_T: Floats
    bounds_N: Ints
    reading_N: Ints

    @classmethod
    def of(cls, parts: Sequence[Labelled]) -> "_Problem":
        counts = [len(part.kinds[word]) for part in parts for word in part.words]
        bounds_N = cumulated(np.array(counts, np.int64))
        each = [terms(part.words, part.kinds, part.features, part.own) for part in parts]
        first = np.cumsum([0, *(len(part.words) for part in parts)]).tolist()
        owners = [one.owner_T + n for one, n in zip(each, first[:-1], strict=True)]
        return cls(
            bounds_N[np.concatenate(owners)] + np.concatenate([one.reading_T for one in each]),
            np.concatenate([one.key_T for one in each]),
            np.array([OWN, BAG, SHARED])[np.concatenate([one.kind_T for one in each])],
            bounds_N,
            np.concatenate([part.reading_N for part in parts]),
        )


def _balanced(gold: Labelled) -> Floats:
    """Weights of rows, 1 on average, larger for readings that are rare among their word's."""
    labels = list(zip(gold.words, gold.reading_N.tolist(), strict=True))
    per_label, per_word = Counter(labels), Counter(gold.words)
    readings = Counter(word for word, _ in per_label)
    per_row = [per_word[word] / readings[word] / per_label[word, right] for word, right in labels]
    weights = np.array(per_row) ** BALANCE
    balanced: Floats = weights / weights.mean()
    return balanced


def _loss(
    design: csr_matrix, bounds_N: Ints, reading_N: Ints, weight_N: Floats
) -> Callable[[Floats], tuple[float, Floats]]:
    """Negative log likelihood with a ridge, and its gradient."""
    transposed = design.T.tocsr()
    starts, owner = bounds_N[:-1], np.repeat(np.arange(len(reading_N)), np.diff(bounds_N))
    right = starts + reading_N

    def evaluate(weights: Floats) -> tuple[float, Floats]:
        scores = design @ weights
        highest = np.maximum.reduceat(scores, starts)
        powers = np.exp(scores - highest[owner])
        total = np.add.reduceat(powers, starts)
        loss = float((weight_N * (np.log(total) + highest - scores[right])).sum())
        gradient = powers / total[owner] * weight_N[owner]
        gradient[right] -= weight_N
        loss += 0.5 * RIDGE * float(weights @ weights)
        return loss, transposed @ gradient + RIDGE * weights

    return evaluate

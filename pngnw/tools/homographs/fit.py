"""The fit of the homograph model: conditional logistic regression over the readings of a word.

The same examples in the same order give the same weights (L-BFGS from zero). Settings were chosen
on two fifths of the nine tenths of the train split that are not held out, with models of the other
three fifths; scores in `docs/decisions.md`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_matrix

from pngnw.core.ragged import offsets
from pngnw.phonemize.homographs.features import Features
from pngnw.phonemize.homographs.model import SCALE, Model, slots, terms
from pngnw.phonemize.homographs.neighbors import Vocabulary
from pngnw.phonemize.tokenizer import Ints

Floats = NDArray[np.float64]
Kinds = Mapping[str, Sequence[str]]
Label = tuple[str, int]  # a word and the number of a reading

# How large a feature is, by `Terms.kind_T`: the larger, the less its weight is held back.
OWN, BAG, SHARED, ALONE = 0.7, 1.0, 1.3, 0.8
RIDGE: Final = 0.5
BALANCE: Final = 0.4  # 0: every row counts alike; 1: every reading of a word does
SILVER: Final = 0.1  # weight of a row that only a tagger has labelled
SPEECH: Final = 0.3  # weight of a row's copy without capitals and marks; the row has the rest
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


def fit(
    gold: Labelled,
    speech: Labelled | None,
    silver: Labelled | None,
    vocabulary: Vocabulary,
    natural: Mapping[Label, int],
) -> Model:
    """The model that explains the labelled occurrences best.

    Args:
        gold: labelled by people.
        speech: copies of the gold rows in lower case without marks.
        silver: labelled by a tagger, by kind; they teach the shared weights only.
        vocabulary: what the features were made with; goes into the model.
        natural: how often each reading occurs in text that was not written for the model.
    """
    parts = [part for part in (gold, speech, silver) if part is not None]
    row_weights = [(1 - SPEECH if speech else 1) * _balanced(gold, natural)]
    if speech:
        row_weights.append(SPEECH * _balanced(speech, natural))
    if silver:
        row_weights.append(np.full(len(silver.words), SILVER))
    # A row of the design is a reading of an occurrence; those of an occurrence are neighbors.
    counts = [len(part.kinds[word]) for part in parts for word in part.words]
    bounds_N = offsets(np.array(counts, np.int64))
    reading_N = np.concatenate([part.reading_N for part in parts])
    each = [terms(part.words, part.kinds, part.features, part.own) for part in parts]
    first = np.cumsum([0, *(len(part.words) for part in parts)]).tolist()
    owner_T = np.concatenate([one.owner_T + n for one, n in zip(each, first[:-1], strict=True)])
    row_T = bounds_N[owner_T] + np.concatenate([one.reading_T for one in each])
    size_T = np.array([OWN, BAG, SHARED, ALONE])[np.concatenate([one.kind_T for one in each])]
    is_copy_T = np.repeat([part is speech for part in parts], [len(one.owner_T) for one in each])
    keys, column_T = _common(np.concatenate([one.key_T for one in each]), is_copy_T)
    is_common_T = column_T >= 0
    columns, sizes = column_T[is_common_T], size_T[is_common_T]
    design = csr_matrix((sizes, (row_T[is_common_T], columns)), shape=(bounds_N[-1], len(keys)))
    solution = minimize(
        _loss(design, bounds_N, reading_N, np.concatenate(row_weights)),
        np.zeros(len(keys)),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": STEPS, "maxcor": 6},
    ).x
    size = np.zeros(len(keys))
    np.maximum.at(size, columns, sizes)
    limits = np.iinfo(np.int16)
    weights = np.clip(np.rint(solution * size * SCALE), limits.min, limits.max).astype(np.int16)
    is_large = np.abs(weights) >= SCALE // 256
    return Model(keys[is_large], weights[is_large], vocabulary)


def _common(
    key_T: NDArray[np.uint32], is_copy_T: NDArray[np.bool_]
) -> tuple[NDArray[np.uint32], Ints]:
    """The keys of features that are frequent enough, one to a slot, and of every term its key.

    A row and its copy count once. Of the keys of one slot the most frequent stays.
    """
    keys, column_T = np.unique(key_T, return_inverse=True)
    seen = np.maximum(
        *(np.bincount(column_T[which], minlength=len(keys)) for which in (is_copy_T, ~is_copy_T))
    )
    order = np.lexsort((-seen, slots(keys)))
    is_first = np.diff(slots(keys)[order], prepend=-1) != 0
    kept = np.sort(order[is_first & (seen[order] >= LEAST)])
    place = np.full(len(keys), -1)
    place[kept] = np.arange(len(kept))
    return keys[kept], place[column_T]


def temperature(model: Model, unseen: Labelled) -> float:
    """The temperature with which the model is as sure of unseen rows as it is right."""
    scores = model.scores(unseen.words, unseen.kinds, unseen.features)
    right = scores[np.arange(len(scores)), unseen.reading_N]

    def loss(given: float) -> float:
        logits = (scores - scores.max(axis=1, keepdims=True)) / (SCALE * given)
        own = (right - scores.max(axis=1)) / (SCALE * given)
        return float((np.log(np.exp(logits).sum(axis=1)) - own).mean())

    found = minimize_scalar(loss, bounds=(0.2, 5.0), method="bounded")
    return round(float(found.x), 2)


def calibration_error(confidence_N: NDArray[np.float64], is_right_N: NDArray[np.bool_]) -> float:
    """The expected calibration error in ten bins of equal width (Guo et al. 2017)."""
    bins = np.minimum((confidence_N * 10).astype(np.int64), 9)
    off = np.bincount(bins, confidence_N - is_right_N, minlength=10)
    return float(np.abs(off).sum() / max(len(bins), 1))


def _balanced(part: Labelled, natural: Mapping[Label, int]) -> Floats:
    """Weights of rows, 1 on average.

    All rows of a reading weigh as much as it is frequent among the `natural` rows of its word, one
    more added to each reading's, and more where that is rare: more sentences make a reading known
    better, not more likely. Words without natural rows are as frequent as their rows.
    """
    labels: list[Label] = list(zip(part.words, part.reading_N.tolist(), strict=True))
    rows = Counter(labels)
    words = {word for word, _ in natural}
    times = {each: natural.get(each, 0) + 1 if each[0] in words else rows[each] for each in rows}
    readings, total = Counter(word for word, _ in times), Counter[str]()
    for (word, _), number in times.items():
        total[word] += number
    share = {
        each: number * (total[each[0]] / readings[each[0]] / number) ** BALANCE / rows[each]
        for each, number in times.items()
    }
    weights = np.array([share[each] for each in labels])
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

"""How often the right reading is chosen: accuracy, and recall averaged over readings.

Guarantees: pure functions; a row that nobody answered counts as wrong. Mean recall gives every
reading the same say, so always choosing the commonest one scores about a half.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from pngnw.phonemize.homographs.features import Classes
from pngnw.phonemize.homographs.model import Model
from pngnw.phonemize.tokenizer import Ints
from pngnw.tools.homographs.data import Row
from pngnw.tools.homographs.fit import Labelled, fit

FOLDS: Final = 5
Figures = dict[str, int | float]


def figures(right: Mapping[Row, bool]) -> Figures:
    """Accuracy and mean recall of rows that were answered rightly or wrongly."""
    by_reading: defaultdict[tuple[str, int], list[bool]] = defaultdict(list)
    for row, is_right in right.items():
        by_reading[row.word, row.reading].append(is_right)
    recalls = [float(np.mean(each)) for each in by_reading.values()]
    return {
        "rows": len(right),
        "readings": len(recalls),
        "accuracy": round(sum(right.values()) / max(len(right), 1), 4),
        "mean_recall": round(float(np.mean(recalls)), 4),
    }


def answered(model: Model, rows: Sequence[Row], given: Labelled) -> dict[Row, bool]:
    """Whether the model chooses the right reading of every row; `given` is what it sees of them."""
    chosen = model.choose(given.words, given.kinds, given.features)
    return dict(zip(rows, (chosen == given.reading_N).tolist(), strict=True))


def majority(trained: Sequence[Row], rows: Sequence[Row]) -> dict[Row, bool]:
    """Whether the reading that is the commonest in training is the right one."""
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for row in trained:
        counts[row.word][row.reading] += 1
    return {row: row.reading == counts[row.word].most_common(1)[0][0] for row in rows}


def cross_validated(
    rows: Sequence[Row], gold: Labelled, more: Labelled, silver: Labelled | None, known: Classes
) -> dict[Row, bool]:
    """Answers of `FOLDS` models, each for the rows that it did not see.

    Args:
        rows: what is dealt out; `gold` is what the model sees of them.
        more: labelled occurrences that every model learns from.
        silver: what a tagger labelled, for every model.
        known: the classes that the features were made with.
    """
    fold_N = _dealt(rows)
    right: dict[Row, bool] = {}
    for fold in range(FOLDS):
        seen, rest = np.flatnonzero(fold_N != fold), np.flatnonzero(fold_N == fold)
        model = fit(gold.pick(seen).joined(more), silver, known)
        right |= answered(model, [rows[number] for number in rest.tolist()], gold.pick(rest))
    return right


def _dealt(rows: Sequence[Row]) -> Ints:
    """The fold of every row: those of a reading are dealt out evenly, from a random fold on."""
    chance = np.random.default_rng(0)
    fold_N = np.zeros(len(rows), np.int64)
    groups: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        groups[row.word, row.reading].append(number)
    for group in groups.values():
        first = chance.integers(FOLDS)
        fold_N[chance.permutation(group)] = (np.arange(len(group)) + first) % FOLDS
    return fold_N

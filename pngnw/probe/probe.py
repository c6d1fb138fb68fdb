"""Linear probes: multinomial logistic regression, and ridge for numbers.

States are standardized; a table of words, a sparse matrix, is taken as it is.

Guarantees: the test part chooses nothing. The strength of the regularization is the one with the
lowest loss on the validation part, one for all groups of a set; then the probe is fitted anew on
the training and validation parts together.

Letters: Q questions, H width.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse

from pngnw.model.sentences import Int
from pngnw.probe.questions import TEST, TRAIN, VALID, Names, Questions

STRENGTHS: Final = (0.001, 0.01, 0.1, 1.0)  # C of scikit-learn: small is strong
SPARSE_STRENGTHS: Final = (0.01, 0.1, 1.0, 10.0)  # a column of a rare word has little variance
RIDGES: Final = (1.0, 10.0, 100.0, 1000.0, 10000.0)
_UNSEEN: Final = 1e-4  # the chance of an answer that was in no training row
_ITERATIONS: Final = 300

States: TypeAlias = Any  # [Q, H] float32, an array or scipy's csr_matrix, which has no types


def standardized(states: States, part_Q: Int) -> States:
    """Columns with mean 0 and deviation 1 over the training part; sparse ones as they are."""
    if issparse(states):
        return states
    seen = states[part_Q == TRAIN]
    return (states - seen.mean(axis=0)) / (seen.std(axis=0) + 1e-6)


@dataclass(frozen=True)
class Answers:
    """A probe's answers to the test part; rows of other parts hold nothing of worth.

    Attributes:
        likeliest: [Q] the label with the highest probability.
        prior_corrected: [Q] the one whose probability is highest beside its share of the fitted
            rows: the likeliest if all labels were equally frequent.
        log_likelihood: [Q] of the right label, nats.
        value: [Q] of the regression, where the set has numbers.
        strengths: of the regularization, as chosen: `c`, and `alpha` of the regression.
    """

    likeliest: Names
    prior_corrected: Names
    log_likelihood: NDArray[np.float64]
    value: NDArray[np.float64] | None = None
    strengths: Mapping[str, float] = field(default_factory=dict)


def classify(states: States, questions: Questions) -> Answers:
    """Answers to the test part, with the strength `c` that was best for the validation part."""
    part = questions.part_Q
    x, valid = standardized(states, part), part == VALID

    def loss(strength: float) -> float:
        tried = _predict(x, questions, part == TRAIN, valid, strength)
        return -float(tried.log_likelihood[valid].sum())

    strengths = SPARSE_STRENGTHS if issparse(x) else STRENGTHS
    best = min((loss(strength), strength) for strength in strengths)[1]
    answers = _predict(x, questions, part != TEST, part == TEST, best)
    return replace(answers, strengths={"c": best})


def majority(questions: Questions) -> Answers:
    """The commonest label of each group, with its share as probability: no state is looked at."""
    part = questions.part_Q
    return _predict(None, questions, part != TEST, part == TEST, 1.0)


def _predict(
    x: States | None,
    questions: Questions,
    fit: NDArray[np.bool_],
    asked: NDArray[np.bool_],
    c: float,
) -> Answers:
    """What is predicted of the rows `asked` [Q] by a probe that was fitted on the rows `fit`."""
    out = Answers(
        np.full(len(questions), "", dtype=questions.label.dtype),
        np.full(len(questions), "", dtype=questions.label.dtype),
        np.full(len(questions), np.log(_UNSEEN)),
    )
    for group in np.unique(questions.group):
        in_group = questions.group == group
        seen, unseen = np.flatnonzero(in_group & fit), np.flatnonzero(in_group & asked)
        if not (len(seen) and len(unseen)):
            continue
        label = questions.label[seen]
        names, counts = np.unique(label, return_counts=True)
        share = counts / len(seen)
        if x is None:
            chance = np.tile(share, (len(unseen), 1))
        else:
            chance = _chances(x[seen], label, x[unseen], c)
        out.likeliest[unseen] = names[chance.argmax(axis=1)]
        out.prior_corrected[unseen] = names[(chance / share).argmax(axis=1)]
        right = (chance * (questions.label[unseen][:, None] == names)).sum(axis=1)
        out.log_likelihood[unseen] = np.log(np.maximum(right, _UNSEEN))
    return out


def _chances(x: States, label: Names, unseen: States, c: float) -> NDArray[np.float64]:
    """Probabilities [n, K] of the K labels that occur in `label`, in the order of `np.unique`."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    if len(np.unique(label)) == 1:
        return np.ones((len(unseen), 1))
    if issparse(x):  # words that are in no row have no weight
        used = np.unique(x.indices)
        x, unseen = x[:, used], unseen[:, used]
    with warnings.catch_warnings():
        # A probe that stops early is a probe all the same; which one, validation says.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model: Any = LogisticRegression(C=c, max_iter=_ITERATIONS).fit(x, label)
    return np.asarray(model.predict_proba(unseen), dtype=np.float64)


def regress(states: States, questions: Questions) -> tuple[NDArray[np.float64], float]:
    """A number for every question [Q], of worth in the test part only, and the ridge's alpha."""
    from sklearn.linear_model import Ridge

    assert questions.value is not None
    x, part = standardized(states, questions.part_Q), questions.part_Q
    train, valid, rest = part == TRAIN, part == VALID, part != TEST
    y = questions.value

    def error(alpha: float) -> float:
        predicted = Ridge(alpha=alpha).fit(x[train], y[train]).predict(x[valid])
        return float(np.square(predicted - y[valid]).mean())

    best = min((error(alpha), alpha) for alpha in RIDGES)[1]
    return np.asarray(Ridge(alpha=best).fit(x[rest], y[rest]).predict(x), dtype=np.float64), best

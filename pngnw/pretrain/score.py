"""Measures on predictions, as pure functions: accuracy, error rates, divergence, baselines.

Error rate: the edit distance (Levenshtein) between the sequence predicted for a word's side and
the true one, summed over words and divided by the number of true tokens. The model is told the
lengths, so predicted and true sequences are equally long.

Letters: M tokens, S sentences.
"""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

Int = NDArray[np.int64]
TOP = 5


def distance(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    """Fewest insertions, deletions and substitutions that turn a into b."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (left != right))
    return row[-1]


def error_rate(word: Int, truth: Int, guess: Int) -> float:
    """Edit distance per true token over the words of M tokens; 0 if there is none.

    Args:
        word: [M] which word a token belongs to; a word's tokens are neighbours.
        truth, guess: [M] tokens.
    """
    if not len(truth):
        return 0.0
    cuts = np.flatnonzero(np.diff(word)) + 1
    pairs = zip(np.split(truth, cuts), np.split(guess, cuts), strict=True)
    wrong = sum(distance(t.tolist(), g.tolist()) for t, g in pairs if not np.array_equal(t, g))
    return wrong / len(truth)


def token_scores(word: Int, truth: Int, guess: Int, majority: int) -> dict[str, float]:
    """Accuracy and error rate over M tokens, beside always answering `majority`."""
    same = np.full_like(truth, majority)
    count = max(1, len(truth))
    return {
        "accuracy": float((truth == guess).sum()) / count,
        "majority_accuracy": float((truth == same).sum()) / count,
        "error_rate": error_rate(word, truth, guess),
        "majority_error_rate": error_rate(word, truth, same),
        "tokens": len(truth),
    }


def word_scores(word: Int, truth: Int, guess: Int, majority: int) -> dict[str, float]:
    """Share of words all of whose wordpieces are right, beside always answering `majority`.

    Args:
        word: [K] which word a wordpiece target belongs to.
        truth, guess: [K] wordpieces.
    """
    names, index = np.unique(word, return_inverse=True)
    wrong = np.bincount(index, truth != guess, minlength=len(names))
    wrong_majority = np.bincount(index, truth != majority, minlength=len(names))
    count = max(1, len(names))
    return {
        "accuracy": float((wrong == 0).sum()) / count,
        "majority_accuracy": float((wrong_majority == 0).sum()) / count,
        "words": len(names),
    }


def divergence(teacher: NDArray[np.float64], log_model: NDArray[np.float64]) -> float:
    """Mean KL(teacher ‖ model) in nats over S sentences; both [S, 64], the model's as log."""
    log_teacher = np.log(np.where(teacher > 0, teacher, 1.0))
    return float((teacher * (log_teacher - log_model)).sum(1).mean())


def overlap(teacher: NDArray[np.float64], model: NDArray[np.float64]) -> float:
    """Mean share of the teacher's five likeliest emoji that are among the model's five."""
    best = [np.argsort(-values, axis=1, kind="stable")[:, :TOP] for values in (teacher, model)]
    return float((best[0][:, :, None] == best[1][:, None, :]).any(2).mean())


def emoji_scores(
    teacher: NDArray[np.float64], log_model: NDArray[np.float64], mean: NDArray[np.float64]
) -> dict[str, float]:
    """Divergence and overlap of S sentences, beside answering the teacher's mean [64]."""
    constant = np.broadcast_to(mean, teacher.shape)
    return {
        "kl": divergence(teacher, log_model),
        "mean_kl": divergence(teacher, np.log(constant)),
        "top5_overlap": overlap(teacher, log_model),
        "mean_top5_overlap": overlap(teacher, constant),
        "sentences": len(teacher),
    }

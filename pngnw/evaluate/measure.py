"""Scores of attention: against gold phoneme times, and without them.

A mark is never spoken. Against gold times only steps whose middle lies inside a spoken phoneme
count (silence collects stray attention), and only starts of spoken phonemes are boundaries. Without
gold times all steps count, and nothing says that attention is right: a straight line has the best
value of each figure. At word level a null is the null over phonemes added up by word, so that it
knows how long words are.

Letters: S decoder steps, P tokens (phonemes, or words).
"""

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from pngnw.arms.text import TokenKind
from pngnw.core.errors import UserError
from pngnw.evaluate.dataset import SpeechSet
from pngnw.params import Evaluate
from pngnw.speech import utterance
from pngnw.speech.utterance import NEAR, Bools, Floats, Gold, Ints

TOLERANCE = 0.5  # tokens by which the centroid may fall back and still count as moving on
COVERED = 0.1  # largest weight that a covered token gets at least
BAND = 0.1  # of the text on either side of the straight line
TINY = 1e-8
ROUNDING = 1e-4  # by which a row of float32 weights may miss 1

# Averages over the steps, boundaries or tokens of a set of utterances, by name:
#   error_ms      E, attention-weighted distance to the token's gold interval, milliseconds
#   hit           share of attention within 50 ms of the token's gold interval
#   boundary_ms   distance of the monotone path's phoneme starts from gold, milliseconds; it, E and
#                 hit are there with gold times alone
#   focus         largest weight of a step ("focus rate" of FastSpeech, Ren et al. 2019, 1905.09263)
#   monotonicity  share of steps at which the centroid does not fall back by half a token
#   coverage      share of spoken tokens that get a weight of 0.1 at least once
#   diagonality   share of attention within a tenth of the text of the straight line (diagonal rate
#                 of MultiSpeech, Chen et al. 2020, 2006.04664); without gold times alone
#   direction     correlation of step and centroid; below 0 the alignment is reversed
Figures = dict[str, float]


def score_set(
    attentions: Sequence[Floats], speech: SpeechSet, kind: TokenKind, settings: Evaluate
) -> Figures:
    """Of the first utterances of a speech set; without gold times where they are unknown.

    `attentions` are [S, P] of utterance 0, 1, …; rows sum to 1, and P counts tokens of `kind`.
    """
    units = list(zip(attentions, speech.golds, strict=False))
    if settings.level == "word":
        units = [
            (speech.attention_by_word(attention, index, kind), speech.word_gold(index))
            for index, attention in enumerate(attentions)
        ]
    return score(units, settings.reduction) if speech.timed else score_without_gold(units)


def score_nulls(speech: SpeechSet, count: int, settings: Evaluate) -> dict[str, Figures]:
    """Figures of uniform and straight-diagonal attention on the first `count` utterances."""
    shapes = [
        (-(-len(mel) // settings.reduction), len(gold.start))
        for mel, gold in list(zip(speech.mels, speech.golds, strict=True))[:count]
    ]
    return {
        name: score_set([null(*shape) for shape in shapes], speech, "phonemes", settings)
        for name, null in (("uniform", uniform), ("diagonal", diagonal))
    }


def score(units: Sequence[tuple[Floats, Gold]], reduction: int) -> Figures:
    """Figures of attention [S, P], whose rows sum to 1, against gold times; `UserError` where these
    leave nothing to average."""
    tallies = [_tally(attention, gold, reduction) for attention, gold in units]
    rows = np.array([list(tally.values()) for tally in tallies])
    total = dict(zip(tallies[0], rows.sum(axis=0).tolist(), strict=True))

    def mean(part: str, whole: str) -> float:
        if not total[whole]:
            raise UserError(
                f"data/speech: no {whole} to measure in {len(units)} utterances; raise "
                "speech.min_words or speech.utterances"
            )
        return float(total[part] / total[whole])

    return {
        "error_ms": 1000 * mean("error", "steps"),
        "hit": mean("hit", "steps"),
        "boundary_ms": 1000 * mean("boundary_error", "boundaries"),
        "focus": mean("focus", "steps"),
        "monotonicity": mean("forward", "moves"),
        "coverage": mean("covered", "tokens"),
        "direction": mean("direction", "utterances"),
    }


def _tally(attention: Floats, gold: Gold, reduction: int) -> dict[str, float]:
    times = utterance.step_times(len(attention), reduction)
    spoken = utterance.speech_steps(times, gold)
    away = utterance.distances(times, gold)
    centroid = attention @ np.arange(attention.shape[1])
    pairs = spoken[1:] & spoken[:-1]
    forward = np.diff(centroid) >= -TOLERANCE
    errors = utterance.boundary_errors(monotone_path(attention), gold, reduction)
    return {
        "steps": float(spoken.sum()),
        "error": float((attention * away)[spoken].sum()),
        "hit": float((attention * (away <= NEAR))[spoken].sum()),
        "focus": float(attention.max(axis=1)[spoken].sum()),
        "moves": float(pairs.sum()),
        "forward": float((forward & pairs).sum()),
        "boundaries": float(len(errors)),
        "boundary_error": float(errors.sum()),
        "tokens": float(gold.spoken.sum()),
        "covered": float((attention.max(axis=0) >= COVERED)[gold.spoken].sum()),
        "utterances": 1.0,
        "direction": correlation(times[spoken], centroid[spoken]),
    }


def score_without_gold(units: Sequence[tuple[Floats, Gold]]) -> Figures:
    """Averages over at least one utterance of what needs no gold times; of these only which tokens
    are spoken is read."""
    rows = [_figures_without_gold(attention, gold.spoken) for attention, gold in units]
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def _figures_without_gold(attention: Floats, spoken: Bools) -> Figures:
    steps, tokens = attention.shape
    centroid = attention @ np.arange(tokens)
    moves = np.diff(centroid) >= -TOLERANCE
    along = (np.arange(steps) + 0.5)[:, None] / steps - (np.arange(tokens) + 0.5) / tokens
    covered = (attention.max(axis=0) >= COVERED)[spoken]
    return {
        "focus": float(attention.max(axis=1).mean()),
        "monotonicity": float(moves.mean()) if len(moves) else 1.0,
        "coverage": float(covered.mean()) if len(covered) else 1.0,
        "diagonality": float((attention * (np.abs(along) <= BAND)).sum() / steps),
        "direction": correlation(np.arange(steps, dtype=np.float64), centroid),
    }


def unpadded(attention: Tensor, steps: Tensor, lengths: Tensor) -> list[Floats]:
    """Padded attention [B, S, P] to each utterance's own [S, P], as `distribution`."""
    return [
        distribution(rows[: int(steps[i]), : int(lengths[i])].double().numpy())
        for i, rows in enumerate(attention)
    ]


def distribution(weights: Floats) -> Floats:
    """Rows of weights [S, P] scaled to add up to 1, which those of a Gaussian mixture do not.

    Without this, attention beyond the end of the text would be no error. A row of zeros knows
    nothing and becomes uniform; one that is off by rounding alone stays as it is.
    """
    total = weights.sum(axis=1, keepdims=True)
    known = total != 0  # also what is no number: it must not pass for knowing nothing
    scaled = np.where(known, weights / np.where(known, total, 1.0), 1 / weights.shape[1])
    return np.asarray(np.where(np.abs(total - 1) < ROUNDING, weights, scaled), dtype=np.float64)


def monotone_path(attention: Floats) -> Ints:
    """The most likely token per step that never goes back, [S] (Viterbi; any jump forward)."""
    logs = np.log(np.maximum(attention, TINY))
    steps, tokens = logs.shape
    came_from = np.zeros((steps, tokens), dtype=np.int64)
    best = logs[0].copy()
    index = np.arange(tokens)
    for step in range(1, steps):
        reach = np.maximum.accumulate(best)
        came_from[step] = np.maximum.accumulate(np.where(best == reach, index, 0))
        best = reach + logs[step]
    path = np.empty(steps, dtype=np.int64)
    path[-1] = int(np.argmax(best))
    for step in range(steps - 1, 0, -1):
        path[step - 1] = came_from[step, path[step]]
    return path


def correlation(x: Floats, y: Floats) -> float:
    """Pearson's correlation; 0 where one of the two does not vary."""
    x, y = x - (x.mean() if len(x) else 0.0), y - (y.mean() if len(y) else 0.0)
    norm = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / norm if norm > TINY else 0.0


def uniform(steps: int, tokens: int) -> Floats:
    """The null that knows nothing: [S, P], every token alike."""
    return np.full((steps, tokens), 1.0 / tokens)


def diagonal(steps: int, tokens: int) -> Floats:
    """The null that knows only that speech goes forward: [S, P], a straight line."""
    return np.asarray(np.eye(tokens)[utterance.straight_line(steps, tokens)])

"""How well an attention matrix points at what is being spoken, against gold phoneme times.

Guarantees: pure functions of the attention and the gold intervals; the nulls go through the same
functions. Only steps whose middle lies inside a spoken phoneme count (silence collects stray
attention), and only starts of spoken phonemes are boundaries. A mark is never spoken.

Letters: S decoder steps, P phoneme-side tokens.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from pngnw.speech.mel import FRAME_SECONDS

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

NEAR = 0.05  # seconds within which attention hits a phoneme
TOLERANCE = 0.5  # tokens by which the centroid may fall back and still count as moving on
COVERED = 0.1  # largest weight that a covered token gets at least
TINY = 1e-8
ROUNDING = 1e-4  # by which a row of float32 weights may miss 1


@dataclass(frozen=True)
class Gold:
    """Times of one utterance: start, end [P] seconds; spoken [P], false for marks."""

    start: Floats
    end: Floats
    spoken: Bools


@dataclass(frozen=True)
class Score:
    """Averages over all steps, boundaries or tokens of a set of utterances.

    Attributes:
        error_ms: E, attention-weighted distance to the token's gold interval, milliseconds.
        hit: share of attention within 50 ms of the token's gold interval.
        boundary_ms: distance of the monotone path's phoneme starts from gold, milliseconds.
        focus: largest weight of a step; says nothing about being right.
        monotonicity: share of steps at which the centroid does not fall back by half a token.
        coverage: share of spoken tokens that get a weight of 0.1 at least once; no proof either.
        direction: correlation of step and centroid; below 0 the alignment is reversed.
    """

    error_ms: float
    hit: float
    boundary_ms: float
    focus: float
    monotonicity: float
    coverage: float
    direction: float

    @property
    def reversed(self) -> bool:
        """Whether attention runs from the last phoneme to the first."""
        return self.direction < 0


@dataclass(frozen=True)
class Tally:
    """Sums over one utterance: what `pool` adds up."""

    steps: float
    error: float
    hit: float
    focus: float
    moves: float
    forward: float
    boundaries: float
    boundary_error: float
    tokens: float
    covered: float
    utterances: float
    direction: float


def tally(attention: Floats, gold: Gold, reduction: int) -> Tally:
    """Measure one utterance.

    Args:
        attention: [S, P], rows sum to 1.
        gold: its times.
        reduction: mel frames per decoder step.
    """
    times = step_times(len(attention), reduction)
    said = speech_steps(times, gold)
    away = distances(times, gold)
    centroid = attention @ np.arange(attention.shape[1])
    pairs = said[1:] & said[:-1]
    forward = np.diff(centroid) >= -TOLERANCE
    errors = boundary_errors(monotone_path(attention), gold, reduction)
    return Tally(
        steps=float(said.sum()),
        error=float((attention * away)[said].sum()),
        hit=float((attention * (away <= NEAR))[said].sum()),
        focus=float(attention.max(axis=1)[said].sum()),
        moves=float(pairs.sum()),
        forward=float((forward & pairs).sum()),
        boundaries=float(len(errors)),
        boundary_error=float(errors.sum()),
        tokens=float(gold.spoken.sum()),
        covered=float((attention.max(axis=0) >= COVERED)[gold.spoken].sum()),
        utterances=1.0,
        direction=correlation(times[said], centroid[said]),
    )


def pool(tallies: Iterable[Tally]) -> Score:
    """Averages over a set of utterances; NaN where there was nothing to average."""
    rows = np.array([[getattr(t, field.name) for field in fields(Tally)] for t in tallies])
    total = dict(zip([f.name for f in fields(Tally)], rows.sum(axis=0).tolist(), strict=True))

    def mean(part: str, whole: str) -> float:
        return total[part] / total[whole] if total[whole] else float("nan")

    return Score(
        error_ms=1000 * mean("error", "steps"),
        hit=mean("hit", "steps"),
        boundary_ms=1000 * mean("boundary_error", "boundaries"),
        focus=mean("focus", "steps"),
        monotonicity=mean("forward", "moves"),
        coverage=mean("covered", "tokens"),
        direction=mean("direction", "utterances"),
    )


def distribution(weights: Floats) -> Floats:
    """Rows of weights [S, P] scaled to add up to 1, which those of a Gaussian mixture do not.

    Without this, attention beyond the end of the text would be no error. A row of zeros knows
    nothing and becomes uniform; one that is off by rounding alone stays as it is.
    """
    total = weights.sum(axis=1, keepdims=True)
    scaled = np.where(total > 0, weights / np.where(total > 0, total, 1.0), 1 / weights.shape[1])
    return np.asarray(np.where(np.abs(total - 1) < ROUNDING, weights, scaled), dtype=np.float64)


def step_times(steps: int, reduction: int) -> Floats:
    """The middle of each decoder step in seconds, [S]; frame t is centred on t · hop."""
    middles = np.arange(steps, dtype=np.float64) * reduction + (reduction - 1) / 2
    return middles * FRAME_SECONDS


def distances(times: Floats, gold: Gold) -> Floats:
    """Seconds from each time to each token's interval, [S, P]; 0 inside."""
    before = gold.start[None, :] - times[:, None]
    after = times[:, None] - gold.end[None, :]
    return np.asarray(np.maximum(np.maximum(before, after), 0.0), dtype=np.float64)


def speech_steps(times: Floats, gold: Gold) -> Bools:
    """Which times lie inside a spoken phoneme, [S]."""
    t = times[:, None]
    inside = (gold.start <= t) & (t < gold.end) & gold.spoken
    return np.asarray(inside.any(axis=1))


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


def boundary_errors(path: Ints, gold: Gold, reduction: int) -> Floats:
    """Seconds between each spoken token's start on the path and its gold start.

    The utterance's first token has no boundary. A token that the path jumps over starts where
    the next one does; one that it never reaches starts at the end.
    """
    first = np.searchsorted(path, np.arange(len(gold.start)))
    edge = np.maximum((first * reduction - 0.5) * FRAME_SECONDS, 0.0)
    counted = gold.spoken.copy()
    counted[:1] = False
    return np.asarray(np.abs(edge - gold.start)[counted], dtype=np.float64)


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
    at = ((np.arange(steps) + 0.5) * tokens / steps).astype(np.int64)
    return np.asarray(np.eye(tokens)[at])

"""Criteria: when a run counts as aligned.

Guarantees: a criterion must hold at three evaluations in a row; one that is never met is None,
which reports print as "> N", never a number. Without gold times there is one criterion alone,
which wrong attention meets as well: it is called `without_gold_times` and never aligned.
"""

from collections.abc import Mapping, Sequence

from pngnw.evaluate.measure import Score

LASTING = 3
COARSE_ERROR = 0.22  # of the uniform null's E
COARSE_MONOTONICITY = 0.9
FINE_BOUNDARY = 0.8  # of the straight line's boundary error
FINE_HIT = 0.6
FREE_FOCUS, FREE_COVERAGE, FREE_MONOTONICITY = 0.5, 0.9, 0.9


def met(score: Score, nulls: Mapping[str, Score]) -> dict[str, bool]:
    """Every criterion that there is for such a score, and whether it is met; `nulls` are the scores
    of the same kind of `uniform` and `diagonal`."""
    if not score.timed:
        return {"without_gold_times": without_gold_times(score)}
    figures, uniform, diagonal = (
        each.figures() for each in (score, nulls["uniform"], nulls["diagonal"])
    )
    return {"coarse": coarse(figures, uniform), "fine": fine(figures, diagonal)}


def coarse(figures: Mapping[str, float], uniform: Mapping[str, float]) -> bool:
    """Attention follows speech roughly; a straight line may pass this too."""
    near = figures["error_ms"] < COARSE_ERROR * uniform["error_ms"]
    return near and figures["monotonicity"] > COARSE_MONOTONICITY


def fine(figures: Mapping[str, float], diagonal: Mapping[str, float]) -> bool:
    """Attention knows where phonemes begin better than a straight line does."""
    sharp = figures["boundary_ms"] < FINE_BOUNDARY * diagonal["boundary_ms"]
    return sharp and figures["hit"] >= FINE_HIT


def without_gold_times(score: Score) -> bool:
    """Attention points somewhere, moves on, and leaves little out; a straight line does so too."""
    focused = score.focus >= FREE_FOCUS and score.coverage >= FREE_COVERAGE
    return focused and score.monotonicity > FREE_MONOTONICITY


def samples_to(samples: Sequence[int], met: Sequence[bool]) -> int | None:
    """Samples seen at the first of three consecutive evaluations that meet a criterion."""
    for index in range(len(met) - LASTING + 1):
        if all(met[index : index + LASTING]):
            return samples[index]
    return None

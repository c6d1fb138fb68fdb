"""When a run counts as aligned.

Guarantees: a criterion must hold at three evaluations in a row; one that is never met is None,
which reports print as "> N", never a number. Without gold times there is one criterion alone,
which wrong attention meets as well: it is called gold-free and never aligned.
Source: shared design, section 7.
"""

from collections.abc import Mapping, Sequence

from pngnw.evaluate import goldfree
from pngnw.evaluate.measure import Score

AnyScore = Score | goldfree.Score

LASTING = 3
COARSE_ERROR = 0.22  # of the uniform null's E
COARSE_MONOTONICITY = 0.9
FINE_BOUNDARY = 0.8  # of the straight line's boundary error
FINE_HIT = 0.6
FREE_FOCUS, FREE_COVERAGE, FREE_MONOTONICITY = 0.5, 0.9, 0.9


def coarse(score: Score, uniform: Score) -> bool:
    """Attention follows speech roughly; a straight line may pass this too."""
    near = score.error_ms < COARSE_ERROR * uniform.error_ms
    return near and score.monotonicity > COARSE_MONOTONICITY


def fine(score: Score, diagonal: Score) -> bool:
    """Attention knows where phonemes begin better than a straight line does."""
    return score.boundary_ms < FINE_BOUNDARY * diagonal.boundary_ms and score.hit >= FINE_HIT


def gold_free(score: goldfree.Score) -> bool:
    """Attention points somewhere, moves on, and leaves little out; a straight line does so too."""
    focused = score.focus >= FREE_FOCUS and score.coverage >= FREE_COVERAGE
    return focused and score.monotonicity > FREE_MONOTONICITY


def met(score: AnyScore, nulls: Mapping[str, AnyScore]) -> dict[str, bool]:
    """Every criterion that there is for such a score, and whether it is met.

    Args:
        score: with or without gold times.
        nulls: the scores of the same kind of `uniform` and `diagonal`.
    """
    if isinstance(score, goldfree.Score):
        return {"gold-free": gold_free(score)}
    uniform, diagonal = nulls["uniform"], nulls["diagonal"]
    assert isinstance(uniform, Score)
    assert isinstance(diagonal, Score)
    return {"coarse": coarse(score, uniform), "fine": fine(score, diagonal)}


def samples_to(samples: Sequence[int], met: Sequence[bool]) -> int | None:
    """Samples seen at the first of three consecutive evaluations that meet a criterion."""
    for index in range(len(met) - LASTING + 1):
        if all(met[index : index + LASTING]):
            return samples[index]
    return None

"""When a run counts as aligned.

Guarantees: a criterion must hold at three evaluations in a row; one that is never met is None,
which reports print as "> N", never a number. Source: shared design, section 7.
"""

from collections.abc import Sequence

from pngnw.tacotron.measure import Score

LASTING = 3
COARSE_ERROR = 0.22  # of the uniform null's E
COARSE_MONOTONICITY = 0.9
FINE_BOUNDARY = 0.8  # of the straight line's boundary error
FINE_HIT = 0.6


def coarse(score: Score, uniform: Score) -> bool:
    """Attention follows speech roughly; a straight line may pass this too."""
    near = score.error_ms < COARSE_ERROR * uniform.error_ms
    return near and score.monotonicity > COARSE_MONOTONICITY


def fine(score: Score, diagonal: Score) -> bool:
    """Attention knows where phonemes begin better than a straight line does."""
    return score.boundary_ms < FINE_BOUNDARY * diagonal.boundary_ms and score.hit >= FINE_HIT


def samples_to(samples: Sequence[int], met: Sequence[bool]) -> int | None:
    """Samples seen at the first of three consecutive evaluations that meet a criterion."""
    for index in range(len(met) - LASTING + 1):
        if all(met[index : index + LASTING]):
            return samples[index]
    return None

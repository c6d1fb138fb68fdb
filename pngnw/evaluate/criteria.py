"""Criteria: when a run counts as aligned.

A criterion must hold at three evaluations in a row.
"""

import math
from collections.abc import Mapping, Sequence

LASTING = 3
COARSE_ERROR = 0.22  # of the uniform null's E
COARSE_MONOTONICITY = 0.9
FINE_BOUNDARY = 0.8  # of the straight line's boundary error
FINE_HIT = 0.6
FREE_FOCUS, FREE_COVERAGE, FREE_MONOTONICITY = 0.5, 0.9, 0.9


def met(figures: Mapping[str, float], nulls: Mapping[str, Mapping[str, float]]) -> dict[str, bool]:
    """Every criterion that there is for figures of `measure`, and whether it is met.

    coarse: attention follows speech roughly; a straight line may pass this too. fine: it knows
    where phonemes begin better than a straight line does. without_gold_times, alone: it points
    somewhere, moves on, and leaves little out; wrong attention may do so too. `nulls` are the same
    figures of `uniform` and `diagonal`.
    """
    monotonicity = figures["monotonicity"]
    if "error_ms" not in figures:
        focused = figures["focus"] >= FREE_FOCUS and figures["coverage"] >= FREE_COVERAGE
        return {"without_gold_times": focused and monotonicity > FREE_MONOTONICITY}
    near = figures["error_ms"] < COARSE_ERROR * nulls["uniform"]["error_ms"]
    sharp = figures["boundary_ms"] < FINE_BOUNDARY * nulls["diagonal"]["boundary_ms"]
    return {
        "coarse": near and monotonicity > COARSE_MONOTONICITY,
        "fine": sharp and figures["hit"] >= FINE_HIT,
    }


def samples_to(samples: Sequence[int], met: Sequence[bool]) -> float:
    """Samples seen at the first of three consecutive evaluations that meet a criterion; infinite
    where there are none."""
    for index in range(len(met) - LASTING + 1):
        if all(met[index : index + LASTING]):
            return samples[index]
    return math.inf

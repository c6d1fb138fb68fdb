"""Ratios of samples to alignment, where some runs never aligned.

Guarantees: pure functions; a run that never met a criterion is known only to need more than its
samples, so that a ratio over it is known only to lie between two bounds.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

RESAMPLES = 2000


def ratio(
    over: Sequence[int | None], under: Sequence[int | None], limit: int, rng: np.random.Generator
) -> dict[str, Any]:
    """Ratio of medians over paired seeds, with a 95% bootstrap interval over the seeds.

    A run that never met the criterion is known only to need more than `limit` samples, so the
    ratio is known only to lie between two bounds; they are carried through the resampling.

    Args:
        over, under: samples to the criterion, or None, paired by seed.
        limit: samples per run.
        rng: draws the resamples.

    Returns:
        ratio: a number, "> x", "< x" or "unknown"; interval: two numbers, None for no bound; seeds.
    """
    pairs = np.array(
        [(_bounds(a, limit), _bounds(b, limit)) for a, b in zip(over, under, strict=True)]
    )
    low, high = _ratio_bounds(pairs)
    draws = rng.integers(0, len(pairs), size=(RESAMPLES, len(pairs)))
    bounds = np.array([_ratio_bounds(pairs[index]) for index in draws])
    lowest = float(np.quantile(bounds[:, 0], 0.025, method="lower"))
    highest = float(np.quantile(bounds[:, 1], 0.975, method="higher"))
    shown: float | str
    if low == high:
        shown = low
    elif math.isinf(high):
        shown = f"> {low:.2f}" if low > 0 else "unknown"
    else:
        shown = f"< {high:.2f}"
    return {
        "ratio": shown,
        "interval": [lowest if lowest > 0 else None, None if math.isinf(highest) else highest],
        "seeds": len(pairs),
    }


def _bounds(value: int | None, limit: int) -> tuple[float, float]:
    return (float(limit), math.inf) if value is None else (float(value), float(value))


def _ratio_bounds(pairs: "np.ndarray[Any, np.dtype[np.float64]]") -> tuple[float, float]:
    """Smallest and largest ratio of medians; pairs [n, over and under, low and high]."""
    (over_low, over_high), (under_low, under_high) = np.median(pairs, axis=0)
    return float(over_low / under_high), float(over_high / under_low)

"""Ratios that know what was never met."""

import numpy as np
import pytest

from pngnw.evaluate.ratios import ratio


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_a_ratio_of_runs_that_all_aligned_is_a_number() -> None:
    found = ratio([1000, 2000, 3000], [4000, 4000, 4000], 5000, rng())
    assert found["ratio"] == 0.5
    low, high = found["interval"]
    assert 0.25 <= low <= 0.5 <= high <= 0.75
    assert found["seeds"] == 3


@pytest.mark.parametrize(
    ("over", "under", "expected"),
    [
        ([2500], [None], "< 0.50"),
        ([None], [2500], "> 2.00"),
        ([None], [None], "unknown"),
        ([1000, 1000, None], [2000, 2000, None], 0.5),  # the medians are known
    ],
)
def test_never_met_bounds_the_ratio(
    over: list[int | None], under: list[int | None], expected: float | str
) -> None:
    assert ratio(over, under, 5000, rng())["ratio"] == expected


def test_an_interval_without_a_bound_says_so() -> None:
    assert ratio([2500], [None], 5000, rng())["interval"] == [None, 0.5]
    assert ratio([None], [2500], 5000, rng())["interval"] == [2.0, None]

"""Criteria must last: three evaluations in a row."""

import math

import pytest

from pngnw.evaluate.criteria import met, samples_to

NULL = {"error_ms": 1000.0, "boundary_ms": 200.0}
GOOD = {"error_ms": 219.0, "hit": 0.6, "boundary_ms": 159.0, "monotonicity": 0.91}
FREE = {"focus": 0.5, "monotonicity": 0.91, "coverage": 0.9}


@pytest.mark.parametrize(
    ("changes", "coarse", "fine"),
    [
        ({}, True, True),
        ({"error_ms": 220.0}, False, True),
        ({"monotonicity": 0.9}, False, True),
        ({"boundary_ms": 160.0}, True, False),
        ({"hit": 0.59}, True, False),
    ],
)
def test_boundaries_of_the_criteria(changes: dict[str, float], coarse: bool, fine: bool) -> None:
    nulls = {"uniform": NULL, "diagonal": NULL}
    assert met(GOOD | changes, nulls) == {"coarse": coarse, "fine": fine}


def test_boundaries_of_the_without_gold_times_criterion() -> None:
    assert met(FREE, {}) == {"without_gold_times": True}
    for changes in ({"focus": 0.49}, {"coverage": 0.89}, {"monotonicity": 0.9}):
        assert met(FREE | changes, {}) == {"without_gold_times": False}


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        ([True, True, True], 10),
        ([False, True, True, True], 20),
        ([True, True, False, True, True, True], 40),
        ([True, True, False, True, True], math.inf),
        ([], math.inf),
    ],
)
def test_samples_to(met: list[bool], expected: float) -> None:
    assert samples_to([10 * (i + 1) for i in range(len(met))], met) == expected

"""Criteria must last: three evaluations in a row."""

import math
from dataclasses import replace
from typing import Any

import pytest

from pngnw.evaluate.criteria import met, samples_to
from pngnw.evaluate.measure import Score

NULL = Score(1000.0, 0.1, 200.0, 0.1, 1.0, 0.0, None, 0.0)
GOOD = Score(219.0, 0.6, 159.0, 0.9, 0.91, 1.0, None, 1.0)
FREE = Score(None, None, None, 0.5, 0.91, 0.9, 0.0, 1.0)


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
def test_boundaries_of_the_criteria(changes: dict[str, Any], coarse: bool, fine: bool) -> None:
    nulls = {"uniform": NULL, "diagonal": NULL}
    assert met(replace(GOOD, **changes), nulls) == {"coarse": coarse, "fine": fine}


@pytest.mark.parametrize(
    ("changes", "passed"),
    [({}, True), ({"focus": 0.49}, False), ({"coverage": 0.89}, False),
     ({"monotonicity": 0.9}, False)],
)  # fmt: skip
def test_boundaries_of_the_without_gold_times_criterion(
    changes: dict[str, Any], passed: bool
) -> None:
    assert met(replace(FREE, **changes), {}) == {"without_gold_times": passed}


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

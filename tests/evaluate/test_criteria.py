"""Criteria must last: three evaluations in a row."""

from dataclasses import replace

import pytest

from pngnw.evaluate import goldfree
from pngnw.evaluate.criteria import coarse, fine, gold_free, met, samples_to
from pngnw.evaluate.measure import Score

NULL = Score(1000.0, 0.1, 200.0, 0.1, 1.0, 0.0, 0.0)
GOOD = Score(219.0, 0.6, 159.0, 0.9, 0.91, 1.0, 1.0)


def test_boundaries_of_the_criteria() -> None:
    assert coarse(GOOD, NULL)
    assert not coarse(replace(GOOD, error_ms=220.0), NULL)
    assert not coarse(replace(GOOD, monotonicity=0.9), NULL)
    assert fine(GOOD, NULL)
    assert not fine(replace(GOOD, boundary_ms=160.0), NULL)
    assert not fine(replace(GOOD, hit=0.59), NULL)


def test_boundaries_of_the_gold_free_criterion() -> None:
    enough = goldfree.Score(0.5, 0.91, 0.9, 0.0, 1.0)
    assert gold_free(enough)
    assert not gold_free(replace(enough, focus=0.49))
    assert not gold_free(replace(enough, coverage=0.89))
    assert not gold_free(replace(enough, monotonicity=0.9))


def test_criteria_depend_on_whether_gold_times_are_known() -> None:
    nulls = {"uniform": NULL, "diagonal": NULL}
    assert met(GOOD, nulls) == {"coarse": True, "fine": True}
    assert met(replace(GOOD, hit=0.5), nulls) == {"coarse": True, "fine": False}
    free = goldfree.Score(1.0, 1.0, 1.0, 1.0, 1.0)
    assert met(free, {"uniform": free, "diagonal": free}) == {"gold-free": True}


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        ([True, True, True], 10),
        ([False, True, True, True], 20),
        ([True, True, False, True, True, True], 40),
        ([True, True, False, True, True], None),
        ([], None),
    ],
)
def test_samples_to(met: list[bool], expected: int | None) -> None:
    assert samples_to([10 * (i + 1) for i in range(len(met))], met) == expected

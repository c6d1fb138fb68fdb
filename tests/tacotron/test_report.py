"""Ratios that know what was never met, and rates chosen on the tuning runs."""

from typing import Any

import numpy as np
import pytest

from pngnw.tacotron.report import best_rates, ratio, samples_to_alignment, sentences


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


def run(arm: str, rate: float, errors: list[float]) -> dict[str, Any]:
    score = {"hit": 0.7, "boundary_ms": 10.0, "focus": 1.0, "monotonicity": 1.0,
             "coverage": 1.0, "direction": 1.0}  # fmt: skip
    null = {**score, "error_ms": 1000.0, "boundary_ms": 100.0}
    return {
        "spec": {"arm": arm, "encoder_rate": rate, "seed": 0, "part": "tuning"},
        "evaluations": [
            {"samples": 250 * (i + 1), "loss": 1.0, "error_ms": error, **score}
            for i, error in enumerate(errors)
        ],
        "nulls": {"uniform": null, "diagonal": null},
    }


def test_each_arm_gets_its_own_best_rate() -> None:
    runs = [run("a", 1.0, [9.0, 1.0]), run("a", 0.3, [4.0, 4.0]), run("b", 1.0, [1.0]),
            run("b", 0.3, [2.0])]  # fmt: skip
    assert best_rates(runs) == {"a": 0.3, "b": 1.0}


def test_samples_to_alignment_of_a_run() -> None:
    found = samples_to_alignment(run("a", 1.0, [900.0, 200.0, 200.0, 200.0]))
    assert found == {"coarse": 500, "fine": 250}


def test_sentences_say_when_nothing_aligned() -> None:
    from pngnw.params import load

    unknown = {"ratio": "unknown", "interval": [None, None], "seeds": 1}
    text = sentences(
        {"x/y": {"coarse": unknown}},
        {"x": {1: {"coarse": None, "fine": None}}},
        load().evaluate,
    )
    assert text[0].endswith("x 0 of 1.")
    assert text[-1] == "x against y (coarse): unknown, too few runs aligned."

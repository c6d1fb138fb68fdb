"""Rates chosen on the tuning runs, and the report with and without gold times."""

import json
import math
from typing import Any

import numpy as np
import pytest

from pngnw.evaluate.report import best_rates, ratio, report
from tests.evaluate.conftest import evaluate_params

NEVER = math.inf


def run(arm: str, rate: float, errors: list[float], **extra: Any) -> dict[str, Any]:
    """A run whose E takes these values; `extra` says more about it, or less."""
    score = {"hit": 0.7, "boundary_ms": 10.0, "focus": 1.0, "monotonicity": 1.0,
             "coverage": 1.0, "direction": 1.0}  # fmt: skip
    null = {**score, "error_ms": 1000.0, "boundary_ms": 100.0}
    return {
        "spec": {"arm": arm, "multiplier": rate, "seed": 0, "part": "tuning"},
        "evaluations": [
            {"samples": 250 * (i + 1), "loss": 1.0, "error_ms": error, **score}
            for i, error in enumerate(errors)
        ],
        "nulls": {"uniform": null, "diagonal": null},
        **extra,
    }


def test_each_arm_gets_its_own_best_rate() -> None:
    runs = [run("a", 1.0, [9.0, 1.0]), run("a", 0.3, [4.0, 4.0]), run("b", 1.0, [1.0]),
            run("b", 0.3, [2.0])]  # fmt: skip
    assert best_rates(runs) == {"a": 0.3, "b": 1.0}


def without_gold_times(arm: str, focus: list[float], losses: list[float], rate: float = 1.0) -> Any:
    """A run without gold times."""
    score = {"monotonicity": 1.0, "coverage": 1.0, "diagonality": 0.9, "direction": 1.0}
    figures = [
        {"samples": 8 * (i + 1), "loss": loss, "focus": f, **score}
        for i, (f, loss) in enumerate(zip(focus, losses, strict=True))
    ]
    nulls = {"uniform": {**score, "focus": 0.1}, "diagonal": {**score, "focus": 1.0}}
    return run(arm, rate, [], evaluations=figures, nulls=nulls, parameters={}, encoder_mflop=1.0,
               long_form={})  # fmt: skip


def test_without_gold_times_the_loss_chooses_and_nothing_is_called_aligned() -> None:
    runs = [without_gold_times("pretrained", [0.9] * 4, [1.0] * 4, 1.0),
            without_gold_times("pretrained", [0.2] * 4, [0.5] * 4, 0.3)]  # fmt: skip
    assert best_rates(runs) == {"pretrained": 0.3}, "a sharp but costly attention is not better"
    results = [without_gold_times("pretrained", [0.4, 0.6, 0.6, 0.6], [1.0] * 4),
               without_gold_times("tacotron2", [0.4, 0.4, 0.6, 0.6], [1.0] * 4)]  # fmt: skip
    result = report(results, results, evaluate_params(), 0)
    assert not result["gold_times"]
    ours, theirs = (result["arms"][arm] for arm in ("pretrained", "tacotron2"))
    assert ours["samples_to"] == {"without_gold_times": {"median": 16.0, "seed 0": 16}}
    assert theirs["samples_to"]["without_gold_times"]["median"] == "> 32"
    assert [arm["seeds_that_met"]["without_gold_times"] for arm in (ours, theirs)] == [1, 0]
    assert result["ratios"]["pretrained/tacotron2"]["without_gold_times"]["ratio"] == "< 0.50"
    assert result["nulls"]["straight_line"]["meets_without_gold_times"]
    assert "tuning_loss" in ours
    assert "aligned" not in json.dumps(result)
    assert "proves no alignment" in result["summary"][0]


def test_a_ratio_of_runs_that_all_aligned_is_a_number() -> None:
    result = ratio([1000, 2000, 3000], [4000, 4000, 4000], 5000, np.random.default_rng(0))
    assert result["ratio"] == 0.5
    low, high = result["interval"]
    assert 0.25 <= low <= 0.5 <= high <= 0.75
    assert result["seeds"] == 3


@pytest.mark.parametrize(
    ("over", "under", "expected"),
    [
        ([2500], [NEVER], "< 0.50"),
        ([NEVER], [2500], "> 2.00"),
        ([NEVER], [NEVER], "unknown"),
        ([1000, 1000, NEVER], [2000, 2000, NEVER], 0.5),  # the medians are known
    ],
)
def test_never_met_bounds_the_ratio(
    over: list[float], under: list[float], expected: float | str
) -> None:
    result = ratio(over, under, 5000, np.random.default_rng(0))
    assert result["ratio"] == expected
    bounds = {"< 0.50": [None, 0.5], "> 2.00": [2.0, None]}
    if expected in bounds:
        assert result["interval"] == bounds[str(expected)]

"""Rates chosen on the tuning runs, and the report with and without gold times."""

import json
from typing import Any

import numpy as np
import pytest

from pngnw.evaluate.report import best_rates, ratio, report, samples_to_alignment
from tests.evaluate.conftest import evaluate_params


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


def test_samples_to_alignment_of_a_run() -> None:
    found = samples_to_alignment(run("a", 1.0, [900.0, 200.0, 200.0, 200.0]))
    assert found == {"coarse": 500, "fine": 250}


def gold_free(arm: str, focus: list[float], losses: list[float], rate: float = 1.0) -> Any:
    score = {"monotonicity": 1.0, "coverage": 1.0, "diagonality": 0.9, "direction": 1.0}
    return {
        "spec": {"arm": arm, "multiplier": rate, "seed": 1, "part": "heldout"},
        "evaluations": [
            {"samples": 8 * (i + 1), "loss": loss, "focus": f, **score}
            for i, (f, loss) in enumerate(zip(focus, losses, strict=True))
        ],
        "nulls": {"uniform": {**score, "focus": 0.1}, "diagonal": {**score, "focus": 1.0}},
        "parameters": {"encoder": 1, "bridge": 1, "decoder": 1},
        "encoder_mflop": 1.0,
        "long_form": {},
    }


def test_without_gold_times_the_loss_chooses_and_nothing_is_called_aligned() -> None:
    runs = [gold_free("pretrained", [0.9] * 4, [1.0] * 4, 1.0),
            gold_free("pretrained", [0.2] * 4, [0.5] * 4, 0.3)]  # fmt: skip
    assert best_rates(runs) == {"pretrained": 0.3}, "a sharp but costly attention is not better"
    results = [gold_free("pretrained", [0.4, 0.6, 0.6, 0.6], [1.0] * 4),
               gold_free("tacotron2", [0.4, 0.4, 0.6, 0.6], [1.0] * 4)]  # fmt: skip
    found = report(results, results, evaluate_params(), 0)
    assert not found["gold_times"]
    assert found["arms"]["pretrained"]["samples_to"] == {
        "gold-free": {"median": 16.0, "seed 1": 16}
    }
    assert found["arms"]["tacotron2"]["samples_to"]["gold-free"]["median"] == "> 32"
    assert found["arms"]["pretrained"]["seeds_that_met"] == {"gold-free": 1}
    assert found["arms"]["tacotron2"]["seeds_that_met"] == {"gold-free": 0}
    assert found["ratios"]["pretrained/tacotron2"]["gold-free"]["ratio"] == "< 0.50"
    assert found["nulls"]["straight_line"]["meets_gold-free"]
    assert "tuning_loss" in found["arms"]["pretrained"]
    assert "aligned" not in json.dumps(found)
    assert "proves no alignment" in found["summary"][0]


def test_long_form_is_reported_per_arm_beside_the_straight_line() -> None:
    figures = [{"covered": 0.5, "hit": 0.4}, {"covered": 1.0, "hit": 0.6}]
    results = []
    for seed, own in enumerate(figures):
        result = run("pretrained", 1.0, [1.0] * 3, parameters={}, encoder_mflop=0.0)
        result["spec"] = {**result["spec"], "seed": seed}
        result["long_form"] = {
            "4": {"utterances": 8, "seconds": 9.0, "unreadable": 1, "figures": own,
                  "straight_line": {"covered": 1.0, "hit": 0.2}}
        }  # fmt: skip
        results.append(result)
    found = report(results, results, evaluate_params(long_form=[4], seeds=[0, 1]), 0)
    assert found["long_form"]["4x"]["straight_line"] == {"covered": 1.0, "hit": 0.2}
    own = found["long_form"]["4x"]["arms"]["pretrained"]
    assert own == {
        "covered": 0.75, "hit": 0.5, "unreadable": 1, "seed 0": 0.5, "seed 1": 1.0
    }  # fmt: skip
    assert found["summary"][-1].endswith("pretrained 75% (straight line 100%).")


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

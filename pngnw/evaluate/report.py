"""From runs to the report: each arm at its own best rate, nulls beside, ratios with intervals.

Guarantees: pure functions of the runs' results; a criterion that was never met is "> N" and a
ratio over it says in which direction it is bounded, or that it is unknown.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from pngnw.evaluate import goldfree, measure, summary
from pngnw.evaluate.criteria import AnyScore, met, samples_to
from pngnw.evaluate.ratios import ratio
from pngnw.params import Evaluate

Result = Mapping[str, Any]
BUDGETS = (0.25, 0.5, 1.0)
# What uniform attention and the straight line are known for; the rest of theirs says nothing.
NULL_FIGURES = {"uniform": ("error_ms", "hit"), "diagonal": ("error_ms", "hit", "boundary_ms")}
TREATED = "pretrained"


def best_rates(results: Sequence[Result]) -> dict[str, float]:
    """Each arm's encoder rate: the one with the lowest E, averaged over the tuning runs' curves.

    Without gold times there is no E; then the lowest training loss, which does not look at
    attention at all.
    """
    means = tuning_means(results)
    return {arm: min(rates, key=lambda rate: (rates[rate], rate)) for arm, rates in means.items()}


def tuning_means(results: Sequence[Result]) -> dict[str, dict[float, float]]:
    """arm, rate to E in milliseconds (or loss), averaged over seeds and evaluations."""
    figure = tuning_figure(results)
    values: dict[str, dict[float, list[float]]] = {}
    for result in results:
        spec = result["spec"]
        curve = [entry[figure] for entry in result["evaluations"]]
        values.setdefault(spec["arm"], {}).setdefault(spec["encoder_rate"], []).extend(curve)
    return {
        arm: {rate: float(np.mean(curve)) for rate, curve in rates.items()}
        for arm, rates in values.items()
    }


def tuning_figure(results: Sequence[Result]) -> str:
    """What chooses the encoder rate: error_ms, or loss where gold times are unknown."""
    return "error_ms" if "error_ms" in results[0]["evaluations"][0] else "loss"


def samples_to_alignment(result: Result) -> dict[str, int | None]:
    """Samples to each criterion of one run, None where never met."""
    nulls = {name: score_of(null) for name, null in result["nulls"].items()}
    samples = [entry["samples"] for entry in result["evaluations"]]
    passed = [met(score_of(entry), nulls) for entry in result["evaluations"]]
    return {name: samples_to(samples, [p[name] for p in passed]) for name in passed[0]}


def score_of(entry: Mapping[str, Any]) -> AnyScore:
    """The score in an evaluation's entry."""
    kind = measure.Score if "error_ms" in entry else goldfree.Score
    return kind(**{field.name: entry[field.name] for field in fields(kind)})


def report(
    tuning: Sequence[Result], results: Sequence[Result], settings: Evaluate, seed: int
) -> dict[str, Any]:
    """What metrics/evaluate.json holds.

    Args:
        tuning: runs of the rate grid.
        results: runs at the chosen rates, every arm with every seed.
        settings: the evaluate section.
        seed: of the bootstrap.
    """
    by_arm: dict[str, list[Result]] = {}
    for result in results:
        by_arm.setdefault(result["spec"]["arm"], []).append(result)
    means, figure = tuning_means(tuning), tuning_figure(tuning)
    to = {
        arm: {r["spec"]["seed"]: samples_to_alignment(r) for r in runs}
        for arm, runs in by_arm.items()
    }
    nulls = {name: score_of(null) for name, null in results[0]["nulls"].items()}
    line = met(nulls["diagonal"], nulls)
    ratios = {
        f"{TREATED}/{under}": {
            name: ratio(
                [to[TREATED][s][name] for s in to[TREATED]],
                [to[under][s][name] for s in to[TREATED]],
                settings.samples,
                np.random.default_rng([seed, 1]),
            )
            for name in line
        }
        for under in by_arm
        if TREATED in by_arm and under != TREATED
    }
    arms = {
        arm: {
            **_arm(runs, to[arm], settings),
            f"tuning_{figure}": {f"rate {rate:g}": e for rate, e in sorted(means[arm].items())},
        }
        for arm, runs in by_arm.items()
    }
    long = _long_form(by_arm, settings)
    return {
        "summary": [
            *summary.seeds_that_met(to, settings.samples, line),
            *summary.ratios(ratios, to),
            *summary.reversals({arm: found["reversed_seeds"] for arm, found in arms.items()}),
            *summary.long_form(long),
        ],
        "level": settings.level,
        "gold_times": figure == "error_ms",
        "samples_per_run": settings.samples,
        "seeds": sorted({r["spec"]["seed"] for r in results}),
        "nulls": {
            "uniform": _null(nulls["uniform"], "uniform"),
            "straight_line": {
                **_null(nulls["diagonal"], "diagonal"),
                **{f"meets_{name}": passed for name, passed in line.items()},
            },
        },
        "arms": arms,
        "ratios": ratios,
        "long_form": long,
    }


def _null(score: AnyScore, name: str) -> dict[str, float]:
    if isinstance(score, goldfree.Score):
        return asdict(score)
    return {figure: getattr(score, figure) for figure in NULL_FIGURES[name]}


def _arm(
    results: Sequence[Result], to: Mapping[int, Mapping[str, int | None]], settings: Evaluate
) -> dict[str, Any]:
    limit = settings.samples
    last = [score_of(result["evaluations"][-1]) for result in results]
    at: dict[str, dict[str, float]] = {}
    for share in BUDGETS:
        entries = [_at(result, share * limit) for result in results]
        at[f"{round(share * limit)} samples"] = {
            field.name: float(np.median([entry[field.name] for entry in entries]))
            for field in fields(last[0])
        }
    return {
        "encoder_rate": results[0]["spec"]["encoder_rate"],
        "samples_to": {
            name: {
                "median": _shown(_median([m[name] for m in to.values()]), limit),
                **{f"seed {seed}": _shown(m[name], limit) for seed, m in to.items()},
            }
            for name in next(iter(to.values()))
        },
        "seeds_that_met": {
            name: sum(m[name] is not None for m in to.values()) for name in next(iter(to.values()))
        },
        "at": at,
        "reversed_seeds": [
            r["spec"]["seed"] for r, score in zip(results, last, strict=True) if score.reversed
        ],
        "parameters": dict(results[0]["parameters"]),
        "encoder_mflop_per_sample": results[0]["encoder_mflop"],
    }


def _long_form(by_arm: Mapping[str, Sequence[Result]], settings: Evaluate) -> dict[str, Any]:
    """Factor to what was read: the straight line's figures, and every arm's mean over seeds."""
    out: dict[str, Any] = {}
    for factor in map(str, settings.long_form):
        some = next(iter(by_arm.values()))[0]["long_form"][factor]
        arms = {}
        for arm, runs in by_arm.items():
            found = [run["long_form"][factor] for run in runs]
            arms[arm] = {
                **{
                    name: float(np.mean([f["figures"][name] for f in found]))
                    for name in found[0]["figures"]
                },
                "unreadable": found[0]["unreadable"],
                **{
                    f"seed {run['spec']['seed']}": f["figures"]["covered"]
                    for run, f in zip(runs, found, strict=True)
                },
            }
        out[f"{factor}x"] = {
            "utterances": some["utterances"],
            "seconds": some["seconds"],
            "straight_line": some["straight_line"],
            "arms": arms,
        }
    return out


def _at(result: Result, samples: float) -> Mapping[str, Any]:
    """The evaluation that is nearest to a number of samples."""
    return min(result["evaluations"], key=lambda entry: abs(entry["samples"] - samples))


def _median(values: Sequence[int | None]) -> float | None:
    """The median, counting a criterion that was never met as later than any that was."""
    middle = float(np.median([math.inf if value is None else value for value in values]))
    return None if math.isinf(middle) else middle


def _shown(value: float | None, limit: int) -> float | str:
    return f"> {limit}" if value is None else value

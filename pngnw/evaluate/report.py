"""The report on all runs: each arm at its own best rate, nulls beside, ratios with intervals.

Samples to a criterion that was never met are infinite and printed as "> N"; a ratio over them says
in which direction it is bounded, or that it is unknown.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pngnw.evaluate import summary
from pngnw.evaluate.criteria import met, samples_to
from pngnw.evaluate.measure import Figures
from pngnw.params import Evaluate

Result = Mapping[str, Any]
BUDGETS = (0.25, 0.5, 1.0)
# What uniform attention and the straight line are known for; the rest of theirs says nothing.
NULL_FIGURES = {"uniform": ("error_ms", "hit"), "diagonal": ("error_ms", "hit", "boundary_ms")}
TREATED = "pretrained"
RESAMPLES = 2000  # of the seeds, for an interval


def grouped(results: Sequence[Result], key: str) -> dict[Any, list[Result]]:
    """Results by the value of a key of their spec, in the order in which values come."""
    out: dict[Any, list[Result]] = {}
    for result in results:
        out.setdefault(result["spec"][key], []).append(result)
    return out


def best_rates(results: Sequence[Result]) -> dict[str, float]:
    """Each arm's learning-rate multiplier: the one with the lowest `tuning_figure`, averaged over
    the curves of the tuning runs; none of an arm without such runs."""
    means = tuning_means(results)
    return {arm: min(rates, key=lambda rate: (rates[rate], rate)) for arm, rates in means.items()}


def tuning_means(results: Sequence[Result]) -> dict[str, dict[float, float]]:
    """arm, rate to E in milliseconds (or loss), averaged over seeds and evaluations."""
    out: dict[str, dict[float, float]] = {}
    for arm, runs in grouped(results, "arm").items():
        figure = tuning_figure(runs)
        out[arm] = {
            rate: float(np.mean([entry[figure] for run in same for entry in run["evaluations"]]))
            for rate, same in grouped(runs, "multiplier").items()
        }
    return out


def tuning_figure(results: Sequence[Result]) -> str:
    """The figure that chooses the multiplier: E, or the training loss where gold times are unknown,
    which does not look at attention at all."""
    return "error_ms" if "error_ms" in results[0]["evaluations"][0] else "loss"


def samples_to_alignment(result: Result) -> dict[str, float]:
    """Samples to each criterion of one run."""
    samples = [entry["samples"] for entry in result["evaluations"]]
    passed = [met(entry, result["nulls"]) for entry in result["evaluations"]]
    return {name: samples_to(samples, [p[name] for p in passed]) for name in passed[0]}


def report(
    tuning: Sequence[Result], results: Sequence[Result], settings: Evaluate, seed: int
) -> dict[str, Any]:
    """What metrics/evaluate.json holds, by the runs of the rate grid and those at the chosen rates;
    `seed` is the bootstrap's."""
    by_arm = grouped(results, "arm")
    means, figure = tuning_means(tuning), tuning_figure(results)
    to = {
        arm: {r["spec"]["seed"]: samples_to_alignment(r) for r in runs}
        for arm, runs in by_arm.items()
    }
    nulls = results[0]["nulls"]
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
            f"tuning_{figure}": {
                f"rate {rate:g}": e for rate, e in sorted(means.get(arm, {}).items())
            },
        }
        for arm, runs in by_arm.items()
    }
    long = _long_form(by_arm, settings)
    return {
        "summary": [
            *summary.seeds_that_met(to, settings.samples, line),
            *summary.ratios(ratios, to),
            *summary.reversals({arm: figures["reversed_seeds"] for arm, figures in arms.items()}),
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


def _null(figures: Figures, name: str) -> Figures:
    timed = "error_ms" in figures
    return {figure: figures[figure] for figure in NULL_FIGURES[name]} if timed else figures


def _arm(
    results: Sequence[Result], samples: Mapping[int, Mapping[str, float]], settings: Evaluate
) -> dict[str, Any]:
    limit = settings.samples
    at: dict[str, dict[str, float]] = {}
    for share in BUDGETS:
        entries = [_at(result, share * limit) for result in results]
        at[f"{round(share * limit)} samples"] = {
            name: float(np.median([entry[name] for entry in entries]))
            for name in results[0]["nulls"]["uniform"]
        }
    first = {
        name: {seed: m[name] for seed, m in samples.items()}
        for name in next(iter(samples.values()))
    }
    return {
        "encoder_rate": results[0]["spec"]["multiplier"],
        "samples_to": {
            name: {
                "median": _shown(float(np.median([*by_seed.values()])), limit),
                **{f"seed {seed}": _shown(value, limit) for seed, value in by_seed.items()},
            }
            for name, by_seed in first.items()
        },
        "seeds_that_met": {
            name: sum(map(math.isfinite, by_seed.values())) for name, by_seed in first.items()
        },
        "at": at,
        "reversed_seeds": [
            r["spec"]["seed"] for r in results if r["evaluations"][-1]["direction"] < 0
        ],
        "parameters": dict(results[0]["parameters"]),
        "encoder_mflop_per_sample": results[0]["encoder_mflop"],
    }


def _at(result: Result, samples: float) -> Mapping[str, Any]:
    return min(result["evaluations"], key=lambda entry: abs(entry["samples"] - samples))


def _shown(value: float, limit: int) -> float | str:
    return f"> {limit}" if math.isinf(value) else value


def _long_form(by_arm: Mapping[str, Sequence[Result]], settings: Evaluate) -> dict[str, Any]:
    """Factor to what was read: the straight line's figures, and every arm's mean over seeds."""
    out: dict[str, Any] = {}
    for factor in map(str, settings.long_form):
        some = next(iter(by_arm.values()))[0]["long_form"][factor]
        arms = {}
        for arm, runs in by_arm.items():
            results = [run["long_form"][factor] for run in runs]
            arms[arm] = {
                **{
                    name: float(np.mean([result["figures"][name] for result in results]))
                    for name in results[0]["figures"]
                },
                "unreadable": results[0]["unreadable"],
                **{
                    f"seed {run['spec']['seed']}": result["figures"]["covered"]
                    for run, result in zip(runs, results, strict=True)
                },
            }
        out[f"{factor}x"] = {
            "utterances": some["utterances"],
            "seconds": some["seconds"],
            "straight_line": some["straight_line"],
            "arms": arms,
        }
    return out


def ratio(
    over: Sequence[float], under: Sequence[float], limit: int, rng: np.random.Generator
) -> dict[str, Any]:
    """Ratio of medians over paired seeds, with a 95% bootstrap interval over the seeds.

    A run that never met the criterion is known only to need more than `limit` samples, so the
    ratio is known only to lie between two bounds; they are carried through the resampling.

    Args:
        over, under: samples to the criterion, paired by seed.
        limit: samples per run.
        rng: draws the resamples.

    Returns:
        ratio: a number, "> x", "< x" or "unknown"; interval: two numbers, None for no bound; seeds.
    """
    most = np.array([over, under], dtype=np.float64)  # [2, n]
    least = np.where(np.isinf(most), limit, most)

    def bounds(seeds: NDArray[np.int64]) -> tuple[float, float]:
        low, high = (np.median(each[:, seeds], axis=1) for each in (least, most))
        return float(low[0] / high[1]), float(high[0] / low[1])

    count = len(over)
    low, high = bounds(np.arange(count))
    draws = rng.integers(0, count, size=(RESAMPLES, count))
    resampled = np.array([bounds(seeds) for seeds in draws])
    lowest = float(np.quantile(resampled[:, 0], 0.025, method="lower"))
    highest = float(np.quantile(resampled[:, 1], 0.975, method="higher"))
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
        "seeds": count,
    }

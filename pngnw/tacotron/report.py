"""From runs to the report: each arm at its own best rate, nulls beside, ratios with intervals.

Guarantees: pure functions of the runs' results; a criterion that was never met is "> N" and a
ratio over it says in which direction it is bounded, or that it is unknown.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from pngnw.params import Evaluate
from pngnw.tacotron.criteria import coarse, fine, samples_to
from pngnw.tacotron.measure import Score

Result = Mapping[str, Any]
BUDGETS = (0.25, 0.5, 1.0)
FIGURES = ("error_ms", "hit", "boundary_ms", "focus", "monotonicity", "coverage", "direction")
RATIOS = (("pretrained", "tacotron2"), ("pretrained", "random"))
RESAMPLES = 2000
FEW_SEEDS = 5
CRITERIA = ("coarse", "fine")


def best_rates(results: Sequence[Result]) -> dict[str, float]:
    """Each arm's encoder rate: the one with the lowest E, averaged over the tuning runs' curves."""
    means = tuning_means(results)
    return {arm: min(rates, key=lambda rate: (rates[rate], rate)) for arm, rates in means.items()}


def tuning_means(results: Sequence[Result]) -> dict[str, dict[float, float]]:
    """arm, rate to E in milliseconds, averaged over seeds and evaluations."""
    errors: dict[str, dict[float, list[float]]] = {}
    for result in results:
        spec = result["spec"]
        curve = [entry["error_ms"] for entry in result["evaluations"]]
        errors.setdefault(spec["arm"], {}).setdefault(spec["encoder_rate"], []).extend(curve)
    return {
        arm: {rate: float(np.mean(values)) for rate, values in rates.items()}
        for arm, rates in errors.items()
    }


def samples_to_alignment(result: Result) -> dict[str, int | None]:
    """Samples to the coarse and the fine criterion of one run, None where never met."""
    null = {name: Score(**score) for name, score in result["nulls"].items()}
    samples = [entry["samples"] for entry in result["evaluations"]]
    scores = [score_of(entry) for entry in result["evaluations"]]
    return {
        "coarse": samples_to(samples, [coarse(score, null["uniform"]) for score in scores]),
        "fine": samples_to(samples, [fine(score, null["diagonal"]) for score in scores]),
    }


def score_of(entry: Mapping[str, Any]) -> Score:
    """The score in an evaluation's entry."""
    return Score(**{field.name: entry[field.name] for field in fields(Score)})


def report(
    tuning: Sequence[Result], results: Sequence[Result], settings: Evaluate, seed: int
) -> dict[str, Any]:
    """What metrics/alignment.json holds.

    Args:
        tuning: runs of the rate grid.
        results: runs at the chosen rates, every arm with every seed.
        settings: the evaluate section.
        seed: of the bootstrap.
    """
    arms = list(dict.fromkeys(result["spec"]["arm"] for result in results))
    means = tuning_means(tuning)
    met = {
        arm: {
            r["spec"]["seed"]: samples_to_alignment(r) for r in results if r["spec"]["arm"] == arm
        }
        for arm in arms
    }
    ratios = {
        f"{over}/{under}": {
            name: ratio(
                [met[over][s][name] for s in met[over]],
                [met[under][s][name] for s in met[over]],
                settings.samples,
                np.random.default_rng([seed, 1]),
            )
            for name in CRITERIA
        }
        for over, under in RATIOS
        if over in met and under in met
    }
    diagonal = Score(**results[0]["nulls"]["diagonal"])
    uniform = Score(**results[0]["nulls"]["uniform"])
    return {
        "summary": sentences(ratios, met, settings),
        "attention": settings.attention,
        "samples_per_run": settings.samples,
        "seeds": sorted({r["spec"]["seed"] for r in results}),
        "nulls": {
            "uniform": {name: getattr(uniform, name) for name in ("error_ms", "hit")},
            "straight_line": {
                **{name: getattr(diagonal, name) for name in ("error_ms", "hit", "boundary_ms")},
                "meets_coarse": coarse(diagonal, uniform),
                "meets_fine": fine(diagonal, diagonal),
            },
        },
        "arms": {
            arm: {
                **_arm([r for r in results if r["spec"]["arm"] == arm], met[arm], settings),
                "tuning_error_ms": {f"rate {rate:g}": e for rate, e in sorted(means[arm].items())},
            }
            for arm in arms
        },
        "ratios": ratios,
    }


def _arm(
    results: Sequence[Result], met: Mapping[int, Mapping[str, int | None]], settings: Evaluate
) -> dict[str, Any]:
    limit = settings.samples
    at: dict[str, dict[str, float]] = {}
    for share in BUDGETS:
        entries = [_at(result, share * limit) for result in results]
        at[f"{round(share * limit)} samples"] = {
            name: float(np.median([entry[name] for entry in entries])) for name in FIGURES
        }
    return {
        "encoder_rate": results[0]["spec"]["encoder_rate"],
        "samples_to": {
            name: {
                "median": _shown(_median([m[name] for m in met.values()]), limit),
                **{f"seed {seed}": _shown(m[name], limit) for seed, m in met.items()},
            }
            for name in CRITERIA
        },
        "at": at,
        "reversed_seeds": [
            r["spec"]["seed"] for r in results if score_of(r["evaluations"][-1]).reversed
        ],
        "parameters": dict(results[0]["parameters"]),
        "encoder_mflop_per_sample": results[0]["encoder_mflop"],
    }


def _at(result: Result, samples: float) -> Mapping[str, Any]:
    """The evaluation that is nearest to a number of samples."""
    return min(result["evaluations"], key=lambda entry: abs(entry["samples"] - samples))


def _median(values: Sequence[int | None]) -> float | None:
    """The median, counting a criterion that was never met as later than any that was."""
    middle = float(np.median([math.inf if value is None else value for value in values]))
    return None if math.isinf(middle) else middle


def _shown(value: float | None, limit: int) -> float | str:
    return f"> {limit}" if value is None else value


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


def sentences(
    ratios: Mapping[str, Mapping[str, Mapping[str, Any]]],
    met: Mapping[str, Mapping[int, Mapping[str, int | None]]],
    settings: Evaluate,
) -> list[str]:
    """The result in plain words."""
    out = []
    for name in CRITERIA:
        counts = ", ".join(
            f"{arm} {sum(m[name] is not None for m in seeds.values())} of {len(seeds)}"
            for arm, seeds in met.items()
        )
        out.append(f"Seeds that aligned ({name}) within {settings.samples} samples: {counts}.")
    for pair, by_name in ratios.items():
        over, under = pair.split("/")
        for name, found in by_name.items():
            value, (low, high) = found["ratio"], found["interval"]
            if value == "unknown":
                out.append(f"{over} against {under} ({name}): unknown, too few runs aligned.")
                continue
            times = value if isinstance(value, str) else f"{value:.2f}"
            ends = [f"{end:.2f}" if end is not None else "unbounded" for end in (low, high)]
            few = "; too few seeds to trust it" if found["seeds"] < FEW_SEEDS else ""
            out.append(
                f"{over} needs {times} times the samples of {under} to align ({name}; "
                f"95% interval {ends[0]} to {ends[1]}, {found['seeds']} seeds{few})."
            )
    return out

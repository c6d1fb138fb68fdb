"""The summary: the result in plain words.

Guarantees: a ratio over runs that never met a criterion is "at most" or "at least"; a criterion
that a straight line meets, and the one without gold times, are never called aligned; a result of
few seeds says so; a reversed alignment is named.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

Samples = Mapping[str, Mapping[int, Mapping[str, float]]]  # arm, seed, criterion
FEW_SEEDS = 5


def seeds_that_met(met: Samples, limit: int, passed_by_line: Mapping[str, bool]) -> list[str]:
    """How many seeds of each arm met each criterion within `limit` samples."""
    out = []
    for name, by_line in passed_by_line.items():
        counts = ", ".join(
            f"{arm} {_that_met(seeds, name)} of {len(seeds)}" for arm, seeds in met.items()
        )
        proof = "; a straight line meets it too, so it proves no alignment" if by_line else ""
        out.append(f"Seeds that met the {name} criterion within {limit} samples: {counts}{proof}.")
    return out


def _that_met(seeds: Mapping[int, Mapping[str, float]], name: str) -> int:
    return sum(math.isfinite(samples[name]) for samples in seeds.values())


def ratios(
    figures_by_pair: Mapping[str, Mapping[str, Mapping[str, Any]]], met: Samples
) -> list[str]:
    """Every "over/under" and criterion: how many samples one arm needs beside another."""
    out = []
    for pair, by_name in figures_by_pair.items():
        over, under = pair.split("/")
        for name, figures in by_name.items():
            never = [
                f"{arm} never met it on {len(met[arm]) - count} of {len(met[arm])} seeds"
                for arm in (over, under)
                if (count := _that_met(met[arm], name)) < len(met[arm])
            ]
            ratio, seeds = figures["ratio"], figures["seeds"]
            if ratio == "unknown":
                why = " and ".join(never)
                out.append(f"{over} against {under} ({name}): unknown, since {why}.")
                continue
            if isinstance(ratio, str):
                bound, value = ratio.split()
                times = f"{'at most' if bound == '<' else 'at least'} {value}x"
            else:
                times = f"{ratio:.2f}x"
            plural = "" if seeds == 1 else "s"
            few = ", too few to trust it" if seeds < FEW_SEEDS else ""
            notes = "".join(f"; {note}" for note in never)
            out.append(
                f"{over} needs {times} the samples of {under} ({name}), "
                f"95% interval {interval(figures['interval'])}, {seeds} seed{plural}{few}{notes}."
            )
    return out


def reversals(arms: Mapping[str, Sequence[int]]) -> list[str]:
    """Arms to the seeds whose attention ran backwards in the end."""
    return [
        f"{arm} reads the text from its end to its beginning on "
        f"{'seed' if len(seeds) == 1 else 'seeds'} {', '.join(map(str, seeds))}."
        for arm, seeds in arms.items()
        if seeds
    ]


def long_form(figures_by_factor: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Share of long utterances whose words are read in order, arm by arm."""
    out = []
    for factor, figures in figures_by_factor.items():
        shares = ", ".join(
            f"{arm} {arm_figures['covered']:.0%}" for arm, arm_figures in figures["arms"].items()
        )
        out.append(
            f"Utterances {factor} as long as the longest in training, 90% of whose words are read "
            f"in order under teacher forcing: {shares} (straight line "
            f"{figures['straight_line']['covered']:.0%})."
        )
    return out


def interval(bounds: Sequence[float | None], to: str = "-") -> str:
    """An interval that may lack a bound."""
    low, high = bounds
    if low is None and high is None:
        return "unbounded"
    if low is None:
        return f"at most {high:.2f}"
    return f"at least {low:.2f}" if high is None else f"{low:.2f}{to}{high:.2f}"

"""The table of a sweep: mean and range of every run, and its difference to the baseline.

Differences are paired by seed. Their interval is Student's t over the pairs.

Letters: S seeds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from pngnw.tools.sweep.grid import Figure, Grid

CONFIDENCE = 0.95
Figures = Mapping[str, Mapping[int, Mapping[str, float]]]  # run -> seed -> figure -> value


@dataclass(frozen=True)
class Cell:
    """One figure of one run.

    Attributes:
        values: [S] by seed, in order.
        mean, low, high: their mean, least and greatest.
        difference: mean of the paired differences to the baseline; None for the baseline, or if
            no seed has both.
        interval: of that difference, 95%; None for fewer than two pairs.
        verdict: "better" or "worse" than the baseline where the interval leaves out 0, else "".
    """

    values: list[float]
    mean: float
    low: float
    high: float
    difference: float | None
    interval: tuple[float, float] | None
    verdict: str


def cell(values: Mapping[int, float], baseline: Mapping[int, float] | None, better: str) -> Cell:
    """Values by seed, and the baseline's; `better` is "lower" or "higher"."""
    all_values = list(values.values())
    baseline = baseline or {}
    pairs = [value - baseline[seed] for seed, value in values.items() if seed in baseline]
    bounds = interval(pairs)
    verdict = ""
    if bounds is not None and not bounds[0] <= 0 <= bounds[1]:
        verdict = "better" if (bounds[0] < 0) == (better == "lower") else "worse"
    return Cell(
        values=all_values,
        mean=float(np.mean(all_values)),
        low=min(all_values),
        high=max(all_values),
        difference=float(np.mean(pairs)) if pairs else None,
        interval=bounds,
        verdict=verdict,
    )


def interval(differences: Sequence[float]) -> tuple[float, float] | None:
    """Student's t interval of a mean; None for fewer than two values."""
    if len(differences) < 2:
        return None
    middle = float(np.mean(differences))
    error = float(np.std(differences, ddof=1)) / len(differences) ** 0.5
    reach = float(stats.t.ppf(0.5 + CONFIDENCE / 2, len(differences) - 1)) * error
    return middle - reach, middle + reach


def tabulate(measured: Figures, grid: Grid) -> dict[str, dict[str, Cell]]:
    """Cells by run and figure; a figure that a run does not have is left out."""
    base = measured.get(grid.baseline, {})
    table: dict[str, dict[str, Cell]] = {}
    for run in grid.runs:
        table[run] = {}
        for name, figure in grid.figures.items():
            values = _by_seed(measured.get(run, {}), name)
            if values:
                reference = None if run == grid.baseline else _by_seed(base, name)
                table[run][name] = cell(values, reference, figure.better)
    return table


def _by_seed(run: Mapping[int, Mapping[str, float]], name: str) -> dict[int, float]:
    return {seed: figures[name] for seed, figures in run.items() if name in figures}


def markdown(table: Mapping[str, Mapping[str, Cell]], figures: Mapping[str, Figure]) -> str:
    """A table for people: mean, range, and the difference to the first run with its interval."""
    arrows = {"lower": "↓", "higher": "↑"}
    heads = [f"{name} {arrows[figure.better]}" for name, figure in figures.items()]
    lines = [f"| run | {' | '.join(heads)} |", "|---|" + "---|" * len(heads)]
    for run, cells in table.items():
        row = [_show(cells.get(name)) for name in figures]
        lines.append(f"| {run} | {' | '.join(row)} |")
    return "\n".join(lines)


def _show(cell: Cell | None) -> str:
    if cell is None:
        return "–"
    text = f"{cell.mean:.3f} ({cell.low:.3f}–{cell.high:.3f})"
    if cell.difference is None:
        return text
    text = f"{text}; {cell.difference:+.3f}"
    if cell.interval is not None:
        text = f"{text} [{cell.interval[0]:+.3f}, {cell.interval[1]:+.3f}]"
    return f"{text} {cell.verdict}" if cell.verdict else text

"""A sweep from its grid to its table: ablations/NAME.yaml to ablations/NAME.json and Markdown."""

import json
import subprocess
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pngnw.core.atomic import write_text
from pngnw.core.errors import UserError
from pngnw.tools.sweep.grid import Experiment, Grid, experiments, load
from pngnw.tools.sweep.queue import metrics, run
from pngnw.tools.sweep.table import markdown, tabulate


def sweep(path: Path, jobs: int) -> str:
    """Make every experiment of a grid that is not there yet, and the table of all of them.

    Args:
        path: the grid; beside it goes a JSON file of the same name with every value, means,
            ranges, differences and their intervals.
        jobs: experiments at a time.

    Returns:
        The table in Markdown.

    Raises:
        UserError: the grid is wrong, DVC refuses, or an experiment failed; those that did not are
            kept, and in the table of the next try.
    """
    grid = load(path)
    planned = experiments(grid, path.stem)
    failed = run(planned, grid.stage, jobs)
    if failed:
        names = " ".join(experiment.name for experiment in failed)
        raise UserError(
            f"{len(failed)} of {len(planned)} experiments failed: {names}; "
            f"`dvc queue logs {failed[0].name}` says why, the same command tries them again"
        )
    found = collect(planned, grid)
    table = tabulate(found, grid)
    report = {
        "grid": path.as_posix(),
        "baseline": grid.baseline,
        "revision": _revision(),
        "seeds": grid.seeds,
        "runs": {run: {k: asdict(cell) for k, cell in row.items()} for run, row in table.items()},
    }
    write_text(path.with_suffix(".json"), json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    return markdown(table, grid.figures)


def collect(planned: Iterable[Experiment], grid: Grid) -> dict[str, dict[int, dict[str, float]]]:
    """The figures of experiments that were run, by run and seed; one that a run lacks is left out.

    Raises:
        UserError: an experiment has no metrics, no run has a figure, or one is no number.
    """
    found: dict[str, dict[int, dict[str, float]]] = {}
    for experiment in planned:
        measured = metrics(experiment, grid.metrics)
        values = {
            name: _look_up(measured, f.key, f"{experiment.name}: figure {name!r}")
            for name, f in grid.figures.items()
        }
        kept = {name: value for name, value in values.items() if value is not None}
        found.setdefault(experiment.run, {})[experiment.seed] = kept
    for name, figure in grid.figures.items():
        if not any(name in figures for by_seed in found.values() for figures in by_seed.values()):
            raise UserError(f"figure {name!r}: no run's {grid.metrics} holds {figure.key}")
    return found


def _look_up(measured: Any, key: str, origin: str) -> float | None:
    for part in key.split("."):
        measured = measured.get(part) if isinstance(measured, dict) else None
    if measured is None or isinstance(measured, int | float):
        return measured
    raise UserError(f"{origin}: {key} is {measured!r}, which has no mean; take a number's key")


def _revision() -> str:
    command = ["git", "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

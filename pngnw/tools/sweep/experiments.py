"""The experiments of a sweep: run through DVC's queue, and read.

Guarantees: an experiment that this commit has already is not run again, so an interrupted sweep
goes on; one of the same name with other parameters is refused, not overwritten.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import dvc.api
from dvc.exceptions import DvcException
from tqdm import tqdm

from pngnw.core.errors import UserError
from pngnw.params import lookup
from pngnw.tools.sweep.grid import Experiment, Grid

POLL_SECONDS = 2.0
WAITING, FAILED = ("Queued", "Running"), "Failed"


def run(experiments: Sequence[Experiment], stage: str, jobs: int) -> list[Experiment]:
    """Run the experiments that are not there yet, `jobs` at a time; those that failed.

    Raises:
        UserError: DVC refuses, or has an experiment of this name with other parameters.
    """
    finished = _finished()
    missing = [experiment for experiment in experiments if experiment.name not in finished]
    for experiment in experiments:
        if experiment not in missing:
            _refuse_other_parameters(experiment)
    queued = _states()
    for experiment in missing:
        if queued.get(experiment.name) not in WAITING:
            values = [f"--set-param={key}={_value(v)}" for key, v in experiment.values.items()]
            _dvc("exp", "run", "--queue", "--name", experiment.name, *values, stage)
    if missing:
        threads = str(max(1, (os.cpu_count() or 1) // jobs))
        limits = dict.fromkeys(("OMP_NUM_THREADS", "POLARS_MAX_THREADS"), threads)
        _dvc("queue", "start", "--jobs", str(jobs), env=limits)
        _wait([experiment.name for experiment in missing])
        finished = _finished()
    return [experiment for experiment in experiments if experiment.name not in finished]


def _finished() -> set[str]:
    return set(_dvc("exp", "list", "--name-only").split())


def _states() -> dict[str, str]:
    """State of every experiment in DVC's queue: Queued, Running, Success or Failed."""
    lines = _dvc("queue", "status").splitlines()
    rows = [line.split() for line in lines if not line.startswith(("Task", "Worker", "No "))]
    return {row[1]: row[-1] for row in rows if len(row) > 2}


def _wait(names: Sequence[str]) -> None:
    with tqdm(total=len(names), desc="sweep", unit="run", disable=None) as bar:
        while True:
            now = _states()
            left = [name for name in names if now.get(name) in WAITING]
            failed = sum(now.get(name) == FAILED for name in names)
            running = [name for name in left if now[name] == "Running"]
            bar.n = len(names) - len(left)
            bar.set_postfix_str(f"{failed} failed, running: {' '.join(running)}")
            if not left:
                return
            time.sleep(POLL_SECONDS)


def _refuse_other_parameters(experiment: Experiment) -> None:
    params = dvc.api.params_show(rev=experiment.name)
    for key, value in experiment.values.items():
        ran = lookup(params, key)
        if ran != value:
            raise UserError(
                f"experiment {experiment.name} was run with {key} = {ran!r}, the grid says "
                f"{value!r}; remove it with `dvc exp remove {experiment.name}`"
            )


def _value(value: Any) -> str:
    """As `dvc exp run --set-param` reads it: JSON, but for plain strings."""
    return value if isinstance(value, str) else json.dumps(value)


def _dvc(*arguments: str, env: Mapping[str, str] | None = None) -> str:
    # Of this environment, active or not: stages look for `python` on the path.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    done = subprocess.run(
        [sys.executable, "-m", "dvc", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path, **(env or {})},
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[0]
        raise UserError(f"dvc {' '.join(arguments[:2])}: {reason}")
    return done.stdout


def figures(planned: Iterable[Experiment], grid: Grid) -> dict[str, dict[int, dict[str, float]]]:
    """The figures of experiments that were run, by run and seed; one that a run lacks is left out.

    Raises:
        UserError: an experiment has no metrics, no run has a figure, or one is no number.
    """
    by_run: dict[str, dict[int, dict[str, float]]] = {}
    for experiment in planned:
        measured = _metrics(experiment, grid.metrics)
        by_run.setdefault(experiment.run, {})[experiment.seed] = {
            name: value
            for name, figure in grid.figures.items()
            if (value := _number(measured, figure.key, f"{experiment.name}: {name}")) is not None
        }
    for name, figure in grid.figures.items():
        if not any(name in values for by_seed in by_run.values() for values in by_seed.values()):
            raise UserError(f"figure {name!r}: no run's {grid.metrics} holds {figure.key}")
    return by_run


def _metrics(experiment: Experiment, file: str) -> Any:
    try:
        return dvc.api.metrics_show(file, rev=experiment.name)
    except DvcException as error:
        raise UserError(f"{experiment.name}: no {file} ({error}); see `dvc exp list`") from None


def _number(measured: Any, key: str, origin: str) -> float | None:
    value = lookup(measured, key)
    if value is None or isinstance(value, int | float):
        return value
    raise UserError(f"{origin}: {key} is {value!r}, which has no mean; take a number's key")

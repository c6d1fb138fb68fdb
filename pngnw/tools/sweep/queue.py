"""Experiments through DVC's queue: put in what is missing, run it, wait.

Guarantees: an experiment that this commit has already is not run again, so a sweep that was
interrupted goes on; one of the same name with other parameters is refused, not overwritten. DVC
runs each in a copy of the repository of its own and keeps it as an experiment (`dvc exp show`).
"""

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import Any

import dvc.api
from dvc.exceptions import DvcException
from tqdm import tqdm

from pngnw.core.errors import UserError
from pngnw.tools.sweep.grid import Experiment

POLL_SECONDS = 2.0
WAITING, FAILED = ("Queued", "Running"), "Failed"


def run(experiments: Sequence[Experiment], stage: str, jobs: int) -> list[Experiment]:
    """Have every experiment made.

    Args:
        experiments: what to run.
        stage: the stage of dvc.yaml to run to.
        jobs: how many at a time; they share the cores.

    Returns:
        Those that failed; the others are there.

    Raises:
        UserError: DVC refuses, or has an experiment of this name with other parameters.
    """
    there = set(_dvc("exp", "list", "--name-only").split())
    for experiment in experiments:
        if experiment.name in there:
            _same(experiment)
    missing = [e for e in experiments if e.name not in there]
    queued = states()
    for experiment in missing:
        if queued.get(experiment.name) not in WAITING:
            values = [f"--set-param={key}={_value(v)}" for key, v in experiment.values.items()]
            _dvc("exp", "run", "--queue", "--name", experiment.name, *values, stage)
    if missing:
        threads = str(max(1, (os.cpu_count() or 1) // jobs))
        limits = dict.fromkeys(("OMP_NUM_THREADS", "POLARS_MAX_THREADS"), threads)
        _dvc("queue", "start", "--jobs", str(jobs), env=limits)
        _wait([experiment.name for experiment in missing])
    found = set(_dvc("exp", "list", "--name-only").split())
    return [experiment for experiment in experiments if experiment.name not in found]


def states() -> dict[str, str]:
    """What DVC's queue says of every experiment in it: Queued, Running, Success or Failed."""
    lines = _dvc("queue", "status").splitlines()
    rows = [line.split() for line in lines if not line.startswith(("Task", "Worker", "No "))]
    return {row[1]: row[-1] for row in rows if len(row) > 2}


def metrics(experiment: Experiment, file: str) -> dict[str, Any]:
    """The metrics file of an experiment that was run.

    Raises:
        UserError: there is no such experiment or file.
    """
    try:
        found: dict[str, Any] = dvc.api.metrics_show(file, rev=experiment.name)
    except DvcException as error:
        raise UserError(f"{experiment.name}: no {file} ({error}); see `dvc exp list`") from None
    return found


def _wait(names: Sequence[str]) -> None:
    with tqdm(total=len(names), desc="sweep", unit="run", disable=None) as bar:
        while True:
            now = states()
            left = [name for name in names if now.get(name) in WAITING]
            failed = sum(now.get(name) == FAILED for name in names)
            running = [name for name in left if now[name] == "Running"]
            bar.n = len(names) - len(left)
            bar.set_postfix_str(f"{failed} failed, running: {' '.join(running)}")
            if not left:
                return
            time.sleep(POLL_SECONDS)


def _same(experiment: Experiment) -> None:
    """Refuse an experiment that was run with other parameters than the grid says now."""
    had = dvc.api.params_show(rev=experiment.name)
    for key, value in experiment.values.items():
        found: Any = had
        for part in key.split("."):
            found = found.get(part)
        if found != value:
            raise UserError(
                f"experiment {experiment.name} was run with {key} = {found!r}, the grid says "
                f"{value!r}; remove it with `dvc exp remove {experiment.name}`"
            )


def _value(value: Any) -> str:
    """As `dvc exp run --set-param` reads it: JSON, but for plain strings."""
    return value if isinstance(value, str) else json.dumps(value)


def _dvc(*arguments: str, env: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        ["dvc", *arguments], capture_output=True, text=True, env={**os.environ, **(env or {})}
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no message"])[0]
        raise UserError(f"dvc {' '.join(arguments[:2])}: {said}")
    return done.stdout

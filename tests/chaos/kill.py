"""An undisturbed run, and stages ended at some moment, run again and compared with it."""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.chaos import processes, repository

STAGES = ("fetch", "clean", "phonemize", "align", "teach", "pretrain")
MORE = ("speech", "evaluate")  # not part of the usual run
NO_WORKERS = ("fetch", "pretrain")
PATIENCE = 8.0  # seconds in which every process has to end
DRAWS = 5  # for each kill, as a moment may come when the stage is done
SIGTERM_STATUS = 143
# Of the processes that one signal hits: the main one, all of the group, one worker.
WAYS = {
    "SIGKILL main": (signal.SIGKILL, False),
    "SIGKILL group": (signal.SIGKILL, True),
    "SIGTERM main": (signal.SIGTERM, False),
    "SIGKILL worker": (signal.SIGKILL, None),
}


@dataclass(frozen=True)
class Kill:
    """What is done: to which stage, how, when, with which caches, and whether `dvc` runs it."""

    stage: str
    way: str
    moment: float
    emptied: bool
    by_dvc: bool

    @classmethod
    def draw(cls, rng: Random, stage: str, seconds: float, by_dvc: bool) -> "Kill":
        """A random kill of a stage that takes so many seconds."""
        ways = [way for way in WAYS if "worker" not in way or stage not in NO_WORKERS]
        emptied = rng.random() < 0.75
        return cls(stage, rng.choice(ways), rng.uniform(0, seconds), emptied, by_dvc)

    def __str__(self) -> str:
        caches = "caches emptied" if self.emptied else "caches kept"
        runner = "dvc repro" if self.by_dvc else "python -m"
        return f"{self.stage:9} {runner:9} {self.way:14} at {self.moment:6.2f} s, {caches}"

    def command(self, again: bool = False) -> list[str]:
        """What runs the stage, though its outputs are there; and what a user runs after a kill."""
        if not self.by_dvc:
            return ["python", "-m", f"stages.{self.stage}"]
        return ["dvc", "repro", "--single-item", *([] if again else ["--force"]), self.stage]


def run(
    folder: Path, log: Path, kills: int, seed: int, stages: Sequence[str], dvc_every: int = 5
) -> Iterator[tuple[str, bool]]:
    """The undisturbed run, then every kill: a line for each, and whether something is wrong.

    Args:
        folder: a repository of its own.
        log: gets the output of the commands.
        stages: those that are killed, in turn.
        dvc_every: every so many kills it is `dvc repro` that runs; 0: never.
    """
    wanted = [*STAGES, *(name for name in MORE if name in stages)]
    seconds = {name: _finish(folder, ["python", "-m", f"stages.{name}"], log) for name in wanted}
    yield "undisturbed: " + ", ".join(f"{k} {v:.1f} s" for k, v in seconds.items()), False
    before = repository.digests(folder)
    if dvc_every:
        took = _finish(folder, ["dvc", "repro", *wanted], log)
        wrong = repository.problems(folder, before)
        yield f"dvc repro: {took:.1f} s, {'; '.join(wrong[:5]) or 'identical'}", bool(wrong)
    rng = Random(seed)
    count = drawn = 0
    while count < kills:
        stage = stages[count % len(stages)]
        by_dvc = bool(dvc_every) and count % dvc_every == dvc_every - 1
        kill = Kill.draw(rng, stage, seconds[stage] + by_dvc, by_dvc)
        outcome = _carry_out(kill, folder, before, log)
        drawn += 1
        if outcome is None and drawn < DRAWS * kills:
            if kill.emptied and "worker" not in kill.way:
                # The machine was busier when the undisturbed run was timed.
                seconds[stage] = min(seconds[stage], kill.moment)
            continue
        count += 1
        line, is_wrong = outcome or ("too late, the stage was done", False)
        yield f"{count:3} {kill}: {line}", is_wrong


def _finish(folder: Path, command: Sequence[str], log: Path) -> float:
    """Run a command to its end, which has to be a good one; the seconds that it takes."""
    began = time.monotonic()
    if _status(folder, command, log):
        raise SystemExit(f"the undisturbed run failed:\n{log.read_text()[-4000:]}")
    return time.monotonic() - began


def _status(folder: Path, command: Sequence[str], log: Path) -> int:
    family = processes.start(folder, command, log)
    try:
        return family.main.wait()
    finally:
        family.end()


def _carry_out(
    kill: Kill, folder: Path, before: dict[str, str], log: Path
) -> tuple[str, bool] | None:
    """Kill, run the stage again, compare all outputs: a line, and whether it tells of a problem.

    None if the stage was done before the moment came.
    """
    if kill.emptied:
        repository.empty_caches(folder)
    family = processes.start(folder, kill.command(), log)
    try:
        if not _strike(kill, family):
            family.main.wait()
            return None
        problems, ended = _end_of(kill, family)
    finally:
        family.end()
    began = time.monotonic()
    if "worker" not in kill.way and (status := _status(folder, kill.command(again=True), log)):
        problems.append(f"the next run: status {status}")
    again = time.monotonic() - began
    problems += repository.problems(folder, before)
    if problems:
        return "FAILED: " + "; ".join(problems[:5]), True
    return f"no process after {ended:.1f} s, run again in {again:.1f} s: identical", False


def _end_of(kill: Kill, family: processes.Family) -> tuple[list[str], float]:
    """What is wrong with the end of the run, and how long it took to come."""
    problems = []
    survives = "worker" in kill.way
    seconds = family.seconds_to_end(600 if survives else PATIENCE)
    if seconds is None:
        problems += [f"still there: {process}" for process in family.command_lines()]
        family.end()
    status = family.main.wait()
    if survives and status:
        problems.append(f"status {status} though only a worker was killed")
    if kill.way == "SIGTERM main" and status not in (SIGTERM_STATUS, -signal.SIGTERM):
        problems.append(f"status {status} after SIGTERM")
    return problems, seconds or 0.0


def _strike(kill: Kill, family: processes.Family) -> bool:
    """Send the signal at the moment; for a worker, to one that works then or the first after."""
    number, group = WAYS[kill.way]
    end = time.monotonic() + kill.moment
    while time.monotonic() < end and family.main.poll() is None:
        time.sleep(min(0.02, max(0.0, end - time.monotonic())))
    while group is None and family.main.poll() is None:
        for worker in family.workers():
            with suppress(ProcessLookupError):
                os.kill(worker, number)
                return True
        time.sleep(0.01)
    if family.main.poll() is not None:
        return False
    (os.killpg if group else os.kill)(family.main.pid, number)
    return True

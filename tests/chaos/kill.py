"""One kill: a stage is started, ended at some moment, run again, and its outputs are compared."""

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.chaos import outputs, processes
from tests.chaos.repository import empty_caches

PATIENCE = 8.0  # seconds in which every process has to be gone
ENDED = 143
# Of the processes that one signal hits: the main one, all of the group, one worker.
WAYS = {
    "SIGKILL main": (signal.SIGKILL, False),
    "SIGKILL group": (signal.SIGKILL, True),
    "SIGTERM main": (signal.SIGTERM, False),
    "SIGKILL worker": (signal.SIGKILL, None),
}
NO_WORKERS = ("fetch", "pretrain")


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


@dataclass(frozen=True)
class Verdict:
    """What came of a kill: problems, if there are any; None for one that came too late."""

    problems: list[str] | None
    gone: float = 0.0
    again: float = 0.0

    def __str__(self) -> str:
        if self.problems is None:
            return "too late, the stage was done"
        if self.problems:
            return "FAILED: " + "; ".join(self.problems[:5])
        return f"all gone after {self.gone:.1f} s, run again in {self.again:.1f} s: identical"


def carry_out(kill: Kill, repository: Path, before: dict[str, str], log: Path) -> Verdict:
    """Do it, run the stage again, and compare all outputs with those of the undisturbed run."""
    if kill.emptied:
        empty_caches(repository)
    family = processes.start(repository, kill.command(), log)
    try:
        if not _strike(kill, family):
            family.main.wait()
            return Verdict(None)
        problems, gone = _end_of(kill, family)
    finally:
        family.end()
    again = 0.0
    if "worker" not in kill.way:
        began = time.monotonic()
        family = processes.start(repository, kill.command(again=True), log)
        try:
            if status := family.main.wait():
                problems.append(f"the next run: status {status}")
        finally:
            family.end()
        again = time.monotonic() - began
    problems += outputs.differences(before, outputs.taken(repository))
    problems += outputs.litter(repository)
    return Verdict(problems, gone, again)


def _end_of(kill: Kill, family: processes.Family) -> tuple[list[str], float]:
    """What is wrong with the end of the run, and how long it took to come."""
    problems = []
    survives = "worker" in kill.way
    gone = family.gone_after(600 if survives else PATIENCE)
    if gone is None:
        problems += [f"still there: {process}" for process in family.remains()]
        family.end()
    status = family.main.wait()
    if survives and status:
        problems.append(f"status {status} though only a worker was killed")
    if kill.way == "SIGTERM main" and status not in (ENDED, -signal.SIGTERM):
        problems.append(f"status {status} after SIGTERM")
    return problems, gone or 0.0


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
    family.send(number, group=bool(group))
    return True

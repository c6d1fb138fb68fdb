"""An undisturbed run, and a series of kills that are measured against it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.chaos import kill, outputs, processes, repository

TOO_LATE = 5  # draws for each kill, as a moment may come when the stage is done


@dataclass(frozen=True)
class Series:
    """How many kills, of which stages in turn, and which of them under `dvc repro` (0: none)."""

    kills: int
    seed: int
    stages: tuple[str, ...]
    dvc_every: int


@dataclass(frozen=True)
class Step:
    """A line to print, and whether it tells of something wrong."""

    line: str
    wrong: bool = False


def run(series: Series, place: Path, log: Path) -> Iterator[Step]:
    """The undisturbed run, then every kill.

    Args:
        series: what to do.
        place: a repository of its own.
        log: gets what the commands say.
    """
    wanted = [*repository.STAGES, *(name for name in repository.MORE if name in series.stages)]
    seconds = undisturbed(wanted, place, log)
    yield Step("undisturbed: " + ", ".join(f"{k} {v:.1f} s" for k, v in seconds.items()))
    before = outputs.taken(place)
    if series.dvc_every:
        began = time.monotonic()
        _finished(processes.start(place, ["dvc", "repro", *wanted], log), log)
        found = outputs.differences(before, outputs.taken(place)) + outputs.litter(place)
        said = "; ".join(found[:5]) or "identical"
        yield Step(f"dvc repro: {time.monotonic() - began:.1f} s, {said}", bool(found))
    rng = Random(series.seed)
    done = drawn = 0
    while done < series.kills:
        stage = series.stages[done % len(series.stages)]
        by_dvc = bool(series.dvc_every) and done % series.dvc_every == series.dvc_every - 1
        one = kill.Kill.draw(rng, stage, seconds[stage] + by_dvc, by_dvc)
        verdict = kill.carry_out(one, place, before, log)
        drawn += 1
        if verdict.problems is None and drawn < TOO_LATE * series.kills:
            if one.emptied and "worker" not in one.way:
                # The machine was busier when the undisturbed run was timed.
                seconds[stage] = min(seconds[stage], one.moment)
            continue
        done += 1
        yield Step(f"{done:3} {one}: {verdict}", verdict.problems != [])


def undisturbed(stages: list[str], place: Path, log: Path) -> dict[str, float]:
    """Run the stages; the seconds that each takes."""
    seconds = {}
    for stage in stages:
        began = time.monotonic()
        _finished(processes.start(place, ["python", "-m", f"stages.{stage}"], log), log)
        seconds[stage] = time.monotonic() - began
    return seconds


def _finished(family: processes.Family, log: Path) -> None:
    """Wait for the end, which has to be a good one."""
    try:
        status = family.main.wait()
    finally:
        family.end()
    if status:
        raise SystemExit(f"the undisturbed run failed:\n{log.read_text()[-4000:]}")

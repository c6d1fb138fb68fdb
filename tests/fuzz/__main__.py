"""python -m tests.fuzz --inputs 1000000 --seed 0: hostile input to all that reads input.

Prints one line for every input that breaks something, and a table; exits 1 if there is any.
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice

from tqdm import tqdm

from tests.fuzz import runner
from tests.fuzz.runner import TARGETS, Failure, Report

WINDOW = 1000  # jobs per worker that are handed over at a time
Job = tuple[str, int, int, int]  # target, seed, start, stop


def main() -> int:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz",
        description=__doc__,
        epilog="example: python -m tests.fuzz --inputs 100000 --target cleaner",
    )
    parser.add_argument("--inputs", type=int, default=1_000_000, help="of all targets together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--target", default=",".join(TARGETS), help="some of: %(default)s")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", type=int, help="run this one input and let its error through")
    args = parser.parse_args()
    names = args.target.split(",")
    if args.only is not None:
        for name in names:
            one = runner.input_of(TARGETS[name], args.seed, args.only)
            print(f"{name}: {one!r:.2000}")
            runner.opened(name)([one])
        return 0
    began = time.perf_counter()
    total = sum(TARGETS[name].share for name in names)
    per_target = {name: round(args.inputs * TARGETS[name].share / total) for name in names}
    reports = []
    with tqdm(total=sum(per_target.values()), unit=" inputs", mininterval=1) as bar:
        for report in _reports(list(_jobs(per_target, args.seed)), args.workers):
            for failure in report.failures:
                bar.write(str(failure))
            reports.append(report)
            bar.update(report.stop - report.start)
    print(_table(reports, names))
    failed = sum(len(report.failures) for report in reports)
    inputs = sum(report.stop - report.start for report in reports)
    peak = max((report.peak for report in reports), default=0)
    took = time.perf_counter() - began
    print(f"{inputs} inputs, {failed} failures, {took:.0f} s, a process took {peak} MiB at most")
    return 1 if failed else 0


def _jobs(per_target: dict[str, int], seed: int) -> Iterator[Job]:
    """Batches of all targets in turn, so that a run that is cut short has tried each of them."""
    batches = [
        (start / inputs, name, start, min(start + TARGETS[name].batch, inputs))
        for name, inputs in per_target.items()
        for start in range(0, inputs, TARGETS[name].batch)
    ]
    for _, name, start, stop in sorted(batches):
        yield name, seed, start, stop


def _reports(jobs: Sequence[Job], workers: int) -> Iterator[Report]:
    """What became of the jobs; those whose process died are tried once more, each by itself."""
    context = multiprocessing.get_context("spawn")
    waiting = iter(jobs)
    while window := list(islice(waiting, WINDOW * workers)):
        done = 0
        # A pool for so many jobs, and then another one, which starts with little memory.
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            futures = [pool.submit(runner.run, *job) for job in window]
            try:
                for future in futures:
                    yield future.result()
                    done += 1
            except BrokenProcessPool:
                pass
        yield from map(_alone, window[done:])


def _alone(job: Job) -> Report:
    name, seed, start, stop = job
    try:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            return pool.submit(runner.run, *job).result()
    except BrokenProcessPool:
        killed = Failure(name, seed, start, "the process died", f"one of {start} to {stop}")
        return Report(name, start, stop, failures=[killed])


def _table(reports: Sequence[Report], names: Sequence[str]) -> str:
    lines = ["target          inputs  failures  inputs/s  slowest ms   (input)"]
    for name in names:
        own = [report for report in reports if report.target == name]
        inputs = sum(report.stop - report.start for report in own)
        failures = sum(len(report.failures) for report in own)
        seconds = sum(report.seconds for report in own)
        slowest = max(own, key=lambda report: report.slowest)
        lines.append(
            f"{name:12} {inputs:9} {failures:9} {inputs / max(seconds, 1e-9):9.0f} "
            f"{1000 * slowest.slowest:11.0f} {slowest.slowest_index:9}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

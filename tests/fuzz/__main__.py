"""python -m tests.fuzz --inputs 1000000 --seed 0: hostile input to all that reads input.

Prints a line for every input that breaks something; exits 1 if there is any.
"""

import argparse
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor

from tqdm import tqdm

from tests.fuzz import runner
from tests.fuzz.runner import TARGETS


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
            one = runner.input_of(name, args.seed, args.only)
            print(f"{name}: {one!r:.2000}")
            runner.check_of(name)([one])
        return 0
    total = sum(TARGETS[name].share for name in names)
    jobs = []
    for name in names:
        target = TARGETS[name]
        inputs = round(args.inputs * target.share / total)
        for start in range(0, inputs, target.batch):
            jobs.append((start / inputs, name, start, min(start + target.batch, inputs)))
    jobs.sort()  # all targets in turn: a run that is cut short has tried each of them
    failed = 0
    context = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(args.workers, mp_context=context, max_tasks_per_child=1000) as pool,
        tqdm(total=args.inputs, unit=" inputs") as bar,
    ):
        futures = [pool.submit(runner.run, name, args.seed, *span) for _, name, *span in jobs]
        for future, (_, _, start, stop) in zip(futures, jobs, strict=True):
            for line in future.result():
                bar.write(line)
                failed += 1
            bar.update(stop - start)
    print(f"{args.inputs} inputs, {failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

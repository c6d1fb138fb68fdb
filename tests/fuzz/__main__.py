"""python -m tests.fuzz --inputs 1000000 --seed 0: hostile input to all that reads input.

Prints a line for every input that breaks something; exits 1 if there is any.
"""

import argparse
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor

from tqdm import tqdm

from tests.fuzz import runner
from tests.fuzz.runner import BATCH, TARGETS


def main() -> int:
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
        inputs = round(args.inputs * TARGETS[name].share / total)
        jobs += [(name, at, min(at + BATCH, inputs)) for at in range(0, inputs, BATCH)]
    jobs.sort(key=lambda job: job[1])  # a run that is cut short has tried every target
    failed = 0
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(args.workers, context, max_tasks_per_child=1000) as pool:
        futures = [pool.submit(runner.run, name, args.seed, *span) for name, *span in jobs]
        for future in tqdm(futures, unit=f" times {BATCH} inputs"):
            for line in future.result():
                tqdm.write(line)
                failed += 1
    print(f"{args.inputs} inputs, {failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

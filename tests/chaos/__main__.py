"""python -m tests.chaos --kills 24 --seed 0: stages killed at random moments end as if never.

Copies the repository, makes one undisturbed run, then kills one stage after the other: the main
process, its group or a worker, by SIGKILL or SIGTERM, some under `dvc repro`. After each kill no
process may be left, and after the next run all outputs must be those of the undisturbed run, byte
for byte, with no temporary file beside them. One line per kill; exits 1 if anything is wrong.

example: python -m tests.chaos --kills 10 --stages speech,evaluate
"""

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from tests.chaos import repository
from tests.chaos.kill import STAGES, run


def main() -> int:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--kills", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--stages", default=",".join(STAGES), help="[%(default)s]")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    with tempfile.TemporaryDirectory(prefix="pngnw-chaos-") as name:
        folder = Path(name)
        copy = repository.make(folder / "pngnw")
        wrong = 0
        stages = args.stages.split(",")
        for line, is_wrong in run(copy, folder / "log", args.kills, args.seed, stages):
            print(line, flush=True)
            wrong += is_wrong
        print(f"{args.kills} kills, {wrong} wrong")
        if wrong:
            print((folder / "log").read_text()[-4000:], file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())

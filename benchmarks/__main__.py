"""Measure pngnw beside its peers: `python -m benchmarks [PART ...]`, or `make bench ONLY=PART`.

Writes benchmarks/results.json and prints a table of ratios, above 1 where ours is better. Speeds
are medians of interleaved runs in one go on this machine; a peer that is not there is reported as
not measured.
"""

import argparse
import importlib
import json
import os
import platform
import subprocess
from pathlib import Path

from benchmarks.result import Result

PARTS = [
    "normalization", "phonemize", "parity", "homographs", "emotion", "pretrain", "encode",
    "cost", "data",
]  # fmt: skip
RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    """Measure the parts that were asked for, and keep the results of the others."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog="example: python -m benchmarks phonemize encode",
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}")
    chosen = parser.parse_args().parts or PARTS
    unknown = sorted(set(chosen) - set(PARTS))
    if unknown:
        parser.error(f"no part {unknown[0]!r}; there are {', '.join(PARTS)}")

    set_here = [f"{k}={v}" for k, v in sorted(os.environ.items()) if k.startswith("BENCH_")]
    for part in chosen:
        measured: list[Result] = importlib.import_module(f"benchmarks.{part}").measure()
        keep(measured, " ".join([*set_here, f"make bench ONLY={part}"]))


def keep(measured: list[Result], command: str) -> None:
    """Print results, and write them beside what other commands have measured."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for result in measured:
        kept[result.name] = {**result.as_json(), **about(), "command": command}
        print(result.as_text())
    RESULTS.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")


def about() -> dict[str, str]:
    """The commit that is measured, and the machine."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=7"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    processor = models[0] if models else platform.processor()
    machine = f"{processor}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return {"commit": done.stdout.strip() or "unknown", "machine": machine}


if __name__ == "__main__":
    main()

"""python -m tests.stranger: what README tells a newcomer to type works in a fresh clone, in time.

Clones HEAD into a temporary folder and types the commands of README's section "A first afternoon",
as printed and in their order, in an environment that has nothing of ours; then `dvc repro` once
more, which must find nothing to do. Prints the seconds of every step and of all. Exits 1, with what
the step said, when a step fails or does not say what it should, and when all takes too long.
Needs the package index.

example: python -m tests.stranger --preset tiny
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.docs.blocks import ROOT, blocks

SECTION = "## A first afternoon"
PRESET = "python -m pngnw preset "
AGAIN = "dvc repro"  # once more, at the end
# What a command must say, by its beginning: that it ended well may mean that it had nothing to say.
SAYS = {
    "dvc metrics diff": "metrics/pretrain.json",
    "dvc exp show": "sinusoidal",
    "python -m pngnw report": "report/index.html",
}
IDENTITY = {
    f"GIT_{who}_{what}": "stranger@localhost"
    for who in ("AUTHOR", "COMMITTER")
    for what in ("NAME", "EMAIL")
}


@dataclass(frozen=True)
class Step:
    """A command that was typed.

    Attributes:
        seconds: that it took.
        output: its stdout and stderr.
        wrong: why it is no success; empty if it is one.
    """

    command: str
    seconds: float
    output: str
    wrong: str


def main() -> int:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.stranger",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--preset", help="in the place of the one that README names")
    parser.add_argument("--minutes", type=float, default=40, help="at most, in all [%(default)s]")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pngnw-stranger-") as name:
        folder = Path(name) / "pngnw"
        environment = strange(os.environ)
        clone = f"git clone -q {ROOT} {folder.name}"
        print(" seconds  command", flush=True)
        steps = run([clone], folder.parent, environment)
        if not steps[-1].wrong:
            typed = [
                PRESET + args.preset if args.preset and command.startswith(PRESET) else command
                for command in commands(folder)
            ]
            steps += run(typed, folder, environment)
        if not steps[-1].wrong:
            steps += run([AGAIN], folder, environment, idle=True)
    total = sum(step.seconds for step in steps)
    print(f"{total:8.1f}  in all, of {60 * args.minutes:g}")
    if steps[-1].wrong:
        last, why = steps[-1], steps[-1].wrong
    elif total > 60 * args.minutes:
        last, why = max(steps, key=lambda step: step.seconds), "the slowest, and all take too long"
    else:
        return 0
    print(f"\n{last.output}\n{last.command}: {why}", file=sys.stderr)
    return 1


def commands(folder: Path) -> list[str]:
    """What README's section says, one command each, without comments."""
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert readme.count(f"\n{SECTION}\n") == 1, f"README has no section {SECTION!r}"
    before, _, rest = readme.partition(f"\n{SECTION}\n")
    first = before.count("\n") + 2
    last = first + rest.partition("\n## ")[0].count("\n")
    return [
        command
        for code in blocks(folder / "README.md", folder)
        if code.language == "bash" and first <= code.line <= last
        for command in code.commands()
    ]


def strange(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment without our interpreter and settings; git knows who commits."""
    ours = ("VIRTUAL_ENV", "DVC_", "OMP_", "PYTHON", "PNGNW_", "MAKE", "GIT_")
    strange = {key: value for key, value in environment.items() if not key.startswith(ours)}
    bin_folder = Path(sys.prefix).resolve() / "bin"
    path = strange.get("PATH", "").split(os.pathsep)
    strange["PATH"] = os.pathsep.join(each for each in path if Path(each).resolve() != bin_folder)
    return {**strange, **IDENTITY}


def run(
    typed: Sequence[str], folder: Path, environment: dict[str, str], idle: bool = False
) -> list[Step]:
    """Type commands one after the other, up to the first that goes wrong, and print each.

    What one of them exports the next one finds: `environment` is brought up to date.

    Args:
        idle: they must run no stage.
    """
    steps = []
    for command in typed:
        steps.append(_type(command, folder, environment, idle))
        print(f"{steps[-1].seconds:8.1f}  {command}", flush=True)
        if steps[-1].wrong:
            break
    return steps


def _type(command: str, folder: Path, environment: dict[str, str], idle: bool) -> Step:
    began = time.perf_counter()
    with tempfile.NamedTemporaryFile() as after:
        # The shell that a person types into lives on: `source .venv/bin/activate` has to last.
        done = subprocess.run(
            ["bash", "-c", f"{command}\nstatus=$?\nenv -0 >{after.name}\nexit $status"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        seconds = time.perf_counter() - began
        entries = [entry.partition("=") for entry in after.read().decode().split("\0") if entry]
    if entries:
        environment.clear()
        environment.update({key: value for key, _, value in entries})
    return Step(command, seconds, done.stdout, _wrong(command, done, idle))


def _wrong(command: str, done: subprocess.CompletedProcess[str], idle: bool) -> str:
    if done.returncode:
        return f"exit status {done.returncode}"
    if idle and "Running stage" in done.stdout:
        return "ran a stage again, though nothing had changed"
    for start, words in SAYS.items():
        if command.startswith(start) and words not in done.stdout:
            return f"does not say {words!r}"
    return ""


if __name__ == "__main__":
    raise SystemExit(main())

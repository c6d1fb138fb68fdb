"""Interpreters for the peers: those that the product does not need get a virtual environment.

Guarantees: a peer that cannot be had is a reason in words, never a crash. `PEER_PYTHON` names an
interpreter that has the packages of benchmarks/requirements.txt; without it an environment is
made in the cache, once for every version of that file, with what pip can get.
"""

import os
import subprocess
import sys
from pathlib import Path

from pngnw.core import shards

REQUIREMENTS = Path(__file__).parent / "requirements.txt"


class Missing(Exception):
    """A peer cannot be measured; the message says why."""


def python() -> Path:
    """The interpreter with the packages of benchmarks/requirements.txt; `Missing` says why not."""
    named = os.environ.get("PEER_PYTHON")
    if named:
        return Path(named)
    name = f"peers-{shards.file_digest(REQUIREMENTS)[:12]}"
    folder = (shards.cache_root() / "benchmarks" / name).absolute()
    interpreter = folder / "bin" / "python"
    done = folder / ".installed"
    if not done.exists():
        print(f"setting up the peers in {folder} (once)", file=sys.stderr, flush=True)
        _run([sys.executable, "-m", "venv", str(folder)])
        options = "--disable-pip-version-check --no-input --quiet --only-binary=:all: --no-deps"
        pip = [str(interpreter), "-m", "pip", "install", *options.split()]
        _run([*pip, "-r", str(REQUIREMENTS)])
        done.touch()
    return interpreter


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise Missing((errors or done.stderr.strip().splitlines() or ["pip failed"])[-1])

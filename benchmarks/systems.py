"""Systems under measurement: each in a process of its own, asked block by block in turn.

Guarantees: every process has the same thread settings, as many as there are cores unless
`BENCH_THREADS` says otherwise; one that dies is reported as `Missing` with its last words.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from benchmarks.peers import Missing
from benchmarks.result import OURS

ROOT = Path(__file__).parent.parent
THREADS = os.environ.get("BENCH_THREADS", str(os.cpu_count()))
_LIMITS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS",
    "POLARS_MAX_THREADS", "RAYON_NUM_THREADS",
)  # fmt: skip


@dataclass(frozen=True)
class System:
    """How to start a system.

    Attributes:
        name: in the table of results.
        module: of `benchmarks.workers`.
        settings: of its `load`.
        answers: whether it sends back what it made.
        python: an interpreter that has what it imports.
    """

    name: str
    module: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    answers: bool = False
    python: Path = Path(sys.executable)


@dataclass(frozen=True)
class Answer:
    """What a system says of one block: seconds, MiB resident at its peak so far, its answers."""

    seconds: float
    peak_mib: float
    answers: Any


class Worker:
    """A system's process; `start_up` is the seconds from its start to its first answer.

    Raises:
        Missing: it cannot be started, or dies.
    """

    def __init__(self, system: System) -> None:
        self._name = system.module
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed by `close`
        command = [str(system.python), "-m", "benchmarks.workers", system.module]
        started = time.perf_counter()
        try:
            self._process = subprocess.Popen(
                [*command, json.dumps(system.settings), *(["answers"] if system.answers else [])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                text=True,
                cwd=ROOT,
                env={**os.environ, **dict.fromkeys(_LIMITS, THREADS)},
            )
        except OSError as error:
            self._errors.close()
            raise Missing(f"{self._name}: {system.python}: {error.strerror}") from None
        try:
            self._hear()
        except Missing:
            self.close()
            raise
        self.start_up = time.perf_counter() - started

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process and wait for it."""
        self._process.communicate()
        self._errors.close()

    def ask(self, texts: list[str]) -> Answer:
        """Have it answer a block."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(texts) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # `_hear` finds the process silent and says why
        return Answer(**self._hear())

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._errors.seek(0)
            last = (self._errors.read().strip().splitlines() or ["no message"])[-1]
            raise Missing(f"{self._name}: {last}")
        message: dict[str, Any] = json.loads(line)
        return message


def say(line: str) -> None:
    """One line of progress, beside the table of results."""
    print(line, file=sys.stderr, flush=True)


def miss(system: System, reason: Missing) -> None:
    """Go on without a peer; without ours there is nothing to compare."""
    if system.name == OURS:
        raise reason
    say(f"{system.name}: not measured ({reason})")


def interleave(
    systems: Sequence[System],
    blocks: Sequence[list[str]],
    figure: Callable[[list[str], Answer], float],
    warm_up: int = 1,
) -> dict[str, list[float]]:
    """Figures of every system that can be had, over blocks in which they take turns.

    Args:
        systems: ours among them.
        blocks: the first `warm_up` count for nothing.
        figure: from a block and its answer.
    """
    samples: dict[str, list[float]] = {}
    with ExitStack() as stack:
        running = {}
        for system in systems:
            try:
                running[system.name] = stack.enter_context(Worker(system))
            except Missing as reason:
                miss(system, reason)
        for number, block in enumerate(blocks):
            for system in systems:
                if system.name not in running:
                    continue
                try:
                    value = figure(block, running[system.name].ask(block))
                except Missing as reason:
                    miss(system, reason)
                    del running[system.name]
                    samples.pop(system.name, None)
                    continue
                if number >= warm_up:
                    samples.setdefault(system.name, []).append(value)
                    say(f"  {system.name:<38}{value:>12,.1f}")
    return samples

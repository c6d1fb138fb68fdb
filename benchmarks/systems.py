"""Systems under measurement: each in a process of its own, asked block by block in turn."""

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.peers import Missing
from benchmarks.result import OURS
from benchmarks.worker import Answer, Worker


@dataclass(frozen=True)
class System:
    """How to start a system.

    Attributes:
        module: of `benchmarks.workers`.
        needs: called first; raises `Missing` where the peer is not there.
    """

    name: str
    module: str
    environment: Mapping[str, str] = field(default_factory=dict)
    python: Path = Path(sys.executable)
    needs: Callable[[], object] = lambda: None

    def start(self, answers: bool = False) -> Worker:
        """A new process; `Missing` says why there is none."""
        self.needs()
        return Worker(self.python, self.module, self.environment, answers)


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
    *,
    answers: bool = False,
    warm_up: int = 1,
) -> dict[str, list[float]]:
    """Figures of every system that can be had, over blocks in which they take turns.

    Args:
        systems: ours among them.
        blocks: the first `warm_up` count for nothing.
        figure: from a block and its answer.
        answers: whether workers send back what they made.
    """
    samples: dict[str, list[float]] = {}
    with ExitStack() as stack:
        running = {}
        for system in systems:
            try:
                running[system.name] = stack.enter_context(system.start(answers))
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

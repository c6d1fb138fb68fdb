"""Words a second from written text to phonemes, everything on, beside three peers.

All systems get the same sentences, each in one process that stays alive, with the same thread
settings. Peers answer the text block by block; between two blocks ours answers the whole text,
every time with a phonemizer that remembers no word. A figure is the median over blocks (peers) or
runs (ours). Start-up is from the start of the interpreter to the first answered sentence; memory is
the most that the process had resident.
"""

import statistics
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import nltk_data, peers, text
from benchmarks.peers import Missing
from benchmarks.result import Result
from benchmarks.worker import THREADS, Worker

SENTENCES = 100_000  # or all there are, which are more than 50,000
BLOCKS = 5
STARTS = 5
OURS = "ours"


@dataclass
class System:
    """A system under measurement: how to start it, and what was seen of it."""

    name: str
    module: str
    python: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    speeds: list[float] = field(default_factory=list)  # words/s
    starts: list[float] = field(default_factory=list)  # s
    peak_mib: float = 0.0

    def start(self) -> Worker:
        """A new process; `Missing` says why there is none."""
        return Worker(self.python, self.module, self.environment)

    def answer(self, worker: Worker, blocks: list[list[str]]) -> None:
        """Have a worker answer blocks and note its speed over all of them."""
        answers = [worker.ask(block) for block in blocks]
        seconds = sum(answer.seconds for answer in answers)
        self.speeds.append(sum(map(text.words, blocks)) / seconds)
        self.peak_mib = max([self.peak_mib, *(answer.peak_mib for answer in answers)])
        say(f"  {self.name:<24}{self.speeds[-1]:>12,.0f} words/s")


def measure() -> list[Result]:
    """Speed, start-up and memory of ours and of every peer that can be had."""
    sentences = text.mixed(SENTENCES)
    blocks = [sentences[number::BLOCKS] for number in range(BLOCKS)]
    say(f"{len(sentences):,} sentences, {text.words(sentences):,} words, {THREADS} thread(s) each")
    ours = System(OURS, OURS, Path(sys.executable))
    others = _peers()
    missing: set[str] = set()
    _starts([ours, *others], missing)
    with ExitStack() as stack:
        workers = {
            peer.name: stack.enter_context(peer.start())
            for peer in others
            if peer.name not in missing
        }
        own = stack.enter_context(ours.start())
        for number, block in enumerate(blocks, start=1):
            say(f"block {number} of {BLOCKS}")
            for peer in others:
                if peer.name in workers and peer.name not in missing:
                    try:
                        peer.answer(workers[peer.name], [block])
                    except Missing as reason:
                        _miss(peer, reason, missing)
            ours.answer(own, [sentences])
    return _results(ours, others, missing)


def _peers() -> list[System]:
    g2p_en = System(
        "g2p_en", "g2p_en", Path(sys.executable), {"NLTK_DATA": str(nltk_data.prepare())}
    )
    try:
        python = peers.python()
    except Missing as reason:
        say(f"phonemizer, misaki: not measured ({reason})")
        python = Path(sys.executable)
    espeak = System("phonemizer + espeak-ng", "phonemizer", python)
    return [g2p_en, espeak, System("misaki", "misaki", python)]


def _starts(systems: list[System], missing: set[str]) -> None:
    """Start every system `STARTS` times, in turn; those that cannot start are `missing`."""
    for _ in range(STARTS):
        for system in systems:
            if system.name in missing:
                continue
            try:
                with system.start() as worker:
                    system.starts.append(worker.start_up)
            except Missing as reason:
                _miss(system, reason, missing)


def _miss(system: System, reason: Missing, missing: set[str]) -> None:
    if system.name == OURS:
        raise reason
    missing.add(system.name)
    say(f"{system.name}: not measured ({reason})")


def _results(ours: System, others: list[System], missing: set[str]) -> list[Result]:
    def beside(name: str, unit: str, figure: dict[str, float], less: bool) -> Result:
        theirs = {peer.name: figure.get(peer.name) for peer in others}
        return Result(name, unit, figure[OURS], theirs, less_is_better=less)

    measured = [system for system in [ours, *others] if system.name not in missing]
    speeds = {system.name: statistics.median(system.speeds) for system in measured}
    starts = {system.name: statistics.median(system.starts) for system in measured}
    peaks = {system.name: system.peak_mib for system in measured}
    return [
        beside("phonemize", "words/s", speeds, less=False),
        beside("phonemize.start_up", "s", starts, less=True),
        beside("phonemize.peak_memory", "MiB", peaks, less=True),
    ]


def say(line: str) -> None:
    """One line of progress, beside the table of results."""
    print(line, file=sys.stderr, flush=True)

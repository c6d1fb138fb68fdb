"""What one sentence costs a voice: our encoder beside the parts that say as much together.

The composite is BERT-base on wordpieces, the teacher and a phonemizer (`workers/cost_composite`).
Both get the same sentences one at a time, as a synthesiser does, each in a process of its own with
the same threads, in turn; a figure is the median over blocks. Operations are counted, not timed.
"""

import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.encode import blocks, encoder_folder, measurable, readable
from benchmarks.peers import Missing
from benchmarks.phonemize import say
from benchmarks.result import Result
from benchmarks.worker import Worker
from pngnw import Encoder

COMPOSITE = "BERT-base + teacher + g2p"
SENTENCES = 40  # of a block


def measure() -> list[Result]:
    """Milliseconds, peak memory and operations per sentence."""
    if not measurable("cost"):
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = encoder_folder(Path(name))
        workers = {
            "ours": ("cost_ours", {"ENCODE_FOLDER": str(folder)}),
            COMPOSITE: ("cost_composite", {"COST_PIECES": str(folder)}),
        }
        sentences = readable(Encoder.from_pretrained(folder), SENTENCES)
        found = blocks(sentences, SENTENCES)
        seconds, memory = _timed(workers, found)
        operations = _counted(workers, found[0])
    return [
        _result("cost.milliseconds", "ms/sentence", seconds),
        _result("cost.memory", "MiB", memory),
        _result("cost.operations", "MFLOP/sentence", operations),
    ]


Workers = dict[str, tuple[str, dict[str, str]]]


def _timed(
    workers: Workers, every: list[list[str]]
) -> tuple[dict[str, float | None], dict[str, float | None]]:
    seen: dict[str, list[float]] = {system: [] for system in workers}
    peak: dict[str, float | None] = dict.fromkeys(workers)
    with ExitStack() as stack:
        running = {}
        for system, (module, environment) in workers.items():
            try:
                worker = Worker(Path(sys.executable), module, environment)
                running[system] = stack.enter_context(worker)
            except Missing as reason:
                say(f"{system}: not measured ({reason})")
        for number, block in enumerate(every):  # the first one warms up
            for system, worker in running.items():
                answer = worker.ask(block)
                peak[system] = answer.peak_mib
                if number:
                    seen[system].append(1000 * answer.seconds / len(block))
                    say(f"  {system:<28}{seen[system][-1]:>8,.1f} ms/sentence")
    middle = {name: statistics.median(own) if own else None for name, own in seen.items()}
    return middle, peak


def _counted(workers: Workers, block: list[str]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for system, (module, environment) in workers.items():
        try:
            with Worker(Path(sys.executable), module, environment, answers=True) as worker:
                found[system] = worker.ask(block).answers / len(block) / 1e6
        except Missing as reason:
            say(f"{system}: not measured ({reason})")
            found[system] = None
    return found


def _result(name: str, unit: str, found: dict[str, float | None]) -> Result:
    ours = found["ours"]
    if ours is None:
        raise Missing(f"{name}: ours could not be measured")
    return Result(name, unit, ours, {COMPOSITE: found[COMPOSITE]}, less_is_better=True)

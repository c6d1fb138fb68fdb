"""What one sentence costs a voice: our encoder beside the parts that say as much together.

The composite is BERT-base on wordpieces, the teacher and a phonemizer (`workers/cost`). Both get
the same sentences one at a time, as a synthesizer does, each in a process of its own with the same
threads, in turn. Operations are counted, not timed.
"""

import tempfile
from pathlib import Path

from benchmarks.encode import blocks, encoder_folder, measurable, readable
from benchmarks.result import OURS, Result
from benchmarks.systems import System, interleave
from benchmarks.worker import Answer
from pngnw import Encoder

COMPOSITE = "BERT-base + teacher + g2p"
SENTENCES = 40  # of a block


def measure() -> list[Result]:
    """Milliseconds, peak memory and operations per sentence."""
    if not measurable("cost"):
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = encoder_folder(Path(name))
        systems = [
            System(system, "cost", {"COST_SYSTEM": system, "ENCODE_FOLDER": str(folder)})
            for system in (OURS, COMPOSITE)
        ]
        every = blocks(readable(Encoder.from_pretrained(folder), SENTENCES), SENTENCES)
        seconds = interleave(systems, every, lambda block, a: 1000 * a.seconds / len(block))
        memory = interleave(systems, every[:2], lambda _, answer: answer.peak_mib)
        operations = interleave(systems, every[:1], _operations, answers=True, warm_up=0)
    return [
        Result.of_samples(label, unit, samples, [COMPOSITE], less_is_better=True)
        for label, unit, samples in (
            ("cost.milliseconds", "ms/sentence", seconds),
            ("cost.memory", "MiB", memory),
            ("cost.operations", "MFLOP/sentence", operations),
        )
    ]


def _operations(block: list[str], answer: Answer) -> float:
    return float(answer.answers) / len(block) / 1e6

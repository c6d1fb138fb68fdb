"""What one sentence costs a voice: our encoder beside the parts that say as much together.

The composite is BERT-base on wordpieces, the teacher and a phonemizer (`workers/cost`). Both get
the same sentences one at a time, as a synthesizer does, each in a process of its own with the same
threads, in turn. Operations are counted, not timed.
"""

from benchmarks.encode import blocks, load_encoder
from benchmarks.result import OURS, Result
from benchmarks.systems import System, interleave
from pngnw.encoder import chosen_folder

COMPOSITE = "BERT-base + teacher + g2p"
SENTENCES = 40  # of a block


def measure() -> list[Result]:
    """Milliseconds, peak memory and operations per sentence."""
    encoder = load_encoder()
    every = blocks(encoder, SENTENCES)

    def systems(count: bool) -> list[System]:
        settings = {"folder": str(chosen_folder(None)), "count": count}
        return [
            System(name, "cost", {**settings, "composite": name == COMPOSITE}, answers=count)
            for name in (OURS, COMPOSITE)
        ]

    seconds = interleave(systems(False), every, lambda block, a: 1000 * a.seconds / len(block))
    memory = interleave(systems(False), every[:2], lambda _, answer: answer.peak_mib)
    operations = interleave(
        systems(True), every[:1], lambda block, a: float(a.answers) / len(block) / 1e6, warm_up=0
    )
    return [
        Result.of_samples(label, unit, samples, [COMPOSITE], less_is_better=True)
        for label, unit, samples in (
            ("cost.milliseconds", "ms/sentence", seconds),
            ("cost.memory", "MiB", memory),
            ("cost.operations", "MFLOP/sentence", operations),
        )
    ]

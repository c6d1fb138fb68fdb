"""An exported encoder beside the same one in PyTorch: milliseconds, and how far apart they are.

One sentence at a time, as a synthesizer reads, from text to phoneme states, sentence state and
emoji, in this process, in turn over blocks of sentences that no earlier block had, one thread each,
by the processor's time.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from benchmarks.encode import blocks, load_encoder
from benchmarks.result import OURS, Result
from benchmarks.systems import say
from pngnw import Encoder
from pngnw.encoder import chosen_folder
from pngnw.tools.export.feeder import OUTPUTS, Feeder
from pngnw.tools.export.graph import compare, export, open_session

SENTENCES = 100  # of a block
THREADS = 1
PYTORCH = "PyTorch"


def measure() -> list[Result]:
    """Time and difference; ours is ONNX."""
    torch.set_num_threads(THREADS)
    encoder = load_encoder()
    every = blocks(encoder, SENTENCES)
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "encoder.onnx"
        export(encoder, file)
        session = open_session(file, THREADS)
    fresh = Encoder.from_pretrained(chosen_folder(None))  # one that has read nothing yet
    feeder = Feeder.load(chosen_folder(None), session)
    samples: dict[str, list[float]] = {OURS: [], PYTORCH: []}
    for number, block in enumerate(every):  # the first one warms up
        taken = {
            OURS: _each(lambda text: session.run(OUTPUTS, feeder([text])[0]), block),
            PYTORCH: _each(lambda text: fresh([text]), block),
        }
        for system, milliseconds in taken.items():
            if number:
                samples[system].append(milliseconds)
                say(f"  {system:<10}{milliseconds:>8,.2f} ms/sentence")
    some = [sentence for block in every[:3] for sentence in block]
    difference = compare(fresh, session, some, (1, 8))
    return [
        Result.of_samples("export.from_text", "ms/sentence", samples, [PYTORCH], True),
        Result("export.difference", "millionths", difference.most * 1e6),
    ]


def _each(work: Callable[[str], object], texts: list[str]) -> float:
    """Milliseconds of the processor for one."""
    started = time.process_time()
    for each in texts:
        work(each)
    return 1000 * (time.process_time() - started) / len(texts)

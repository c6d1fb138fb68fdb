"""An exported encoder beside the same one in PyTorch: milliseconds, and how far apart they are.

One sentence at a time, as a synthesiser reads, to phoneme states, sentence state and emoji.
`export.from_text` is the whole way, with readers of their own that know no sentence of the block;
`export.milliseconds` the networks alone, on inputs that were laid out before. In this process, in
turn over blocks of sentences that no earlier block had, one thread each; a figure is the median
over blocks. The processor's time is taken, not the clock's: with one thread they are the same on
an idle machine, and this one need not be idle.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks import text
from benchmarks.encode import BLOCKS, blocks, encoder_folder, measurable
from benchmarks.phonemize import say
from benchmarks.result import Result
from pngnw import Encoder
from pngnw.model.emoji import Bags
from pngnw.model.inputs import Inputs, assemble
from pngnw.params import ModelConfig
from pngnw.reading import Reading
from pngnw.tools.export.feeder import Feeder, feed
from pngnw.tools.export.graph import compare, export, fits, open_session
from pngnw.tools.export.names import OUTPUTS

SENTENCES = 100  # of a block
THREADS = 1
OURS, PYTORCH = "ONNX", "PyTorch"


def measure() -> list[Result]:
    """The three figures; ours is ONNX."""
    if not measurable("export"):
        return []
    torch.set_num_threads(THREADS)
    with tempfile.TemporaryDirectory() as name:
        encoder = Encoder.from_pretrained(encoder_folder(Path(name)))
        every = text.mixed((BLOCKS + 2) * SENTENCES)
        sentences = [each for each in every if fits(encoder, each)]
        say(f"{len(sentences)} sentences, {text.words(sentences):,} words, {THREADS} thread")
        file = Path(name) / "encoder.onnx"
        export(encoder, file)
        # One that has read nothing yet.
        encoder = Encoder.from_pretrained(encoder.folder)
        session = open_session(file, THREADS)
        timed = _timed(encoder, session, blocks(sentences, SENTENCES))
        difference = compare(encoder, session, sentences[: 3 * SENTENCES], (1, 8))
    return [*timed, Result("export.difference", "millionths", difference * 1e6)]


def _timed(encoder: Encoder, session: Any, every: list[list[str]]) -> list[Result]:
    feeder = Feeder.load(encoder.folder, session)
    names = ("export.from_text", "export.milliseconds")
    seen: dict[tuple[str, str], list[float]] = {(n, s): [] for n in names for s in (OURS, PYTORCH)}
    for number, block in enumerate(every):  # the first one warms up
        taken = {
            ("export.from_text", OURS): _each(
                lambda t: session.run(OUTPUTS, feeder([t])[0]), block
            ),
            ("export.from_text", PYTORCH): _each(lambda t: encoder([t]), block),
        }
        readings = [encoder.read([sentence]) for sentence in block]
        arrays = [feed(reading, feeder.model) for reading in readings]
        laid = [_laid_out(reading, feeder.model) for reading in readings]
        taken["export.milliseconds", OURS] = _each(lambda a: session.run(OUTPUTS, a), arrays)
        taken["export.milliseconds", PYTORCH] = _each(lambda each: _run(encoder, *each), laid)
        for (name, system), milliseconds in taken.items():
            if number:
                seen[name, system].append(milliseconds)
                say(f"  {name:<24}{system:<10}{milliseconds:>8,.2f} ms/sentence")
    middle = {key: statistics.median(own) for key, own in seen.items()}
    return [
        Result(
            name,
            "ms/sentence",
            middle[name, OURS],
            {PYTORCH: middle[name, PYTORCH]},
            less_is_better=True,
        )
        for name in names
    ]


def _each(work: Callable[[Any], object], items: list[Any]) -> float:
    """Milliseconds of the processor for one."""
    started = time.process_time()
    for item in items:
        work(item)
    return 1000 * (time.process_time() - started) / len(items)


def _laid_out(reading: Reading, model: ModelConfig) -> tuple[Inputs, Bags]:
    one = np.array([0])
    return assemble(reading.sentences, one, model), Bags.of(reading.sentences, one)


@torch.no_grad()
def _run(encoder: Encoder, inputs: Inputs, bags: Bags) -> None:
    """What `Encoder` does after laying out."""
    hidden = encoder.model(inputs)
    rows, valid = inputs.phoneme_rows()
    _ = hidden[rows] * valid[..., None]
    state = encoder.model.sentence_states(hidden, inputs)
    encoder.heads.emoji(state, bags).best.softmax(-1)

"""Sentences a second from written text to encoder states, and how far those can be trusted.

The whole of `Encoder`: spoken form, phonemes, alignment, and the network, in fp32 and under bf16
autocast, each in a process of its own with the same threads, in turn. Every block is one call with
`CALL` sentences that no earlier block had, of all lengths as they come (what is too long for the
model is left out); a figure is the median over blocks. The encoder is models/encoder, or one of
that size with untrained weights where there is none: speed knows no difference.

Without a clock: the largest difference of a bf16 state from its fp32 state as a share of the root
mean square of all, and the largest difference between a sentence's states alone and in company.
"""

import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import torch
from torch import Tensor

from benchmarks import text
from benchmarks.phonemize import say
from benchmarks.result import Result
from benchmarks.worker import THREADS, Worker
from pngnw import Encoder, params
from pngnw.align.wordpieces import Wordpieces
from pngnw.core.errors import UserError
from pngnw.model import io
from pngnw.pretrain.publish import publish
from pngnw.pretrain.state import State

CALL = 256
BLOCKS = 5
COMPARED = 200  # sentences, for what is measured without a clock
TRAINED, ALIGN = Path("models/encoder"), Path("data/align")
PRECISIONS = ("fp32", "bf16")


def measure() -> list[Result]:
    """Speed in both precisions, the deviation of bf16, and the influence of company."""
    if not measurable("encode"):
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = encoder_folder(Path(name))
        encoder = Encoder.from_pretrained(folder)
        sentences = readable(encoder, CALL)
        speeds = _speeds(folder, blocks(sentences, CALL))
        return [*speeds, *_differences(encoder, sentences[:: len(sentences) // COMPARED])]


def measurable(part: str) -> bool:
    """Whether there is an encoder or what one is made from; says so if not."""
    if (TRAINED / io.CONFIG).exists() or (ALIGN / io.WORDPIECES).exists():
        return True
    say(f"{part}: not measured ({ALIGN} holds no wordpieces; run `dvc repro align`)")
    return False


def readable(encoder: Encoder, call: int) -> list[str]:
    """Enough sentences for every block of `call`, those left out that the model cannot take."""
    every = text.mixed((BLOCKS + 2) * call)
    found = [sentence for sentence in every if _fits(encoder, sentence)]
    say(f"{len(found)} sentences, {text.words(found):,} words, {THREADS} thread(s) each")
    return found


def blocks(sentences: list[str], call: int) -> list[list[str]]:
    """A block to warm up and those that count, of `call` sentences each, one by one from all over:
    neighbours in the corpus resemble each other."""
    return [sentences[n :: BLOCKS + 1][:call] for n in range(BLOCKS + 1)]


def encoder_folder(folder: Path) -> Path:
    """The trained encoder's folder, or an untrained one's, made as pretraining makes it."""
    if (TRAINED / io.CONFIG).exists():
        return TRAINED
    say(f"{TRAINED}: not there; measured with untrained weights")
    read = params.load()
    pieces = Wordpieces.load(ALIGN / io.WORDPIECES).size
    state = State.start(read.model, read.pretrain, pieces, read.base.seed)
    publish(folder, state, ALIGN, read, {})
    return folder


def _fits(encoder: Encoder, sentence: str) -> bool:
    """Whether the model can take it and there is something to say."""
    try:
        encoder([sentence])
    except UserError:
        return False
    return True


def _speeds(folder: Path, blocks: list[list[str]]) -> list[Result]:
    seen: dict[str, list[float]] = {precision: [] for precision in PRECISIONS}
    with ExitStack() as stack:
        workers = {}
        for precision in PRECISIONS:
            environment = {"ENCODE_FOLDER": str(folder), "ENCODE_PRECISION": precision}
            worker = Worker(Path(sys.executable), "encode", environment)
            workers[precision] = stack.enter_context(worker)
        for number, block in enumerate(blocks):  # the first one warms up
            for precision, worker in workers.items():
                speed = len(block) / worker.ask(block).seconds
                if number:
                    seen[precision].append(speed)
                    say(f"  {precision}{speed:>10,.1f} sentences/s")
    return [
        Result(f"encode.{name}", "sentences/s", statistics.median(s)) for name, s in seen.items()
    ]


def _differences(encoder: Encoder, sentences: list[str]) -> list[Result]:
    exact = encoder(sentences)
    with torch.autocast("cpu", torch.bfloat16):
        rough = encoder(sentences)
    spoken = torch.arange(exact.hidden.shape[1]) < exact.lengths[:, None]
    size = float(exact.hidden[spoken].square().mean().sqrt())
    off = (rough.hidden - exact.hidden)[spoken]
    company = 0.0
    for row, sentence in enumerate(sentences):
        alone = encoder([sentence])
        length = int(alone.lengths[0])
        pairs: list[tuple[Tensor, Tensor]] = [
            (alone.hidden[0], exact.hidden[row, :length]),
            (alone.sentence[0], exact.sentence[row]),
        ]
        company = max(company, *(float((a - b).abs().max()) for a, b in pairs))
    return [
        Result("encode.bf16.largest_deviation", "of the rms", float(off.abs().max()) / size),
        Result("encode.bf16.deviation", "of the rms", float(off.square().mean().sqrt()) / size),
        Result("encode.company", "millionths", company * 1e6),
    ]

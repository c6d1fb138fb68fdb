"""Sentences a second from written text to encoder states, from the text on.

The whole of `Encoder`: spoken form, phonemes, alignment, and the network, in fp32 and under bf16
autocast, each in a process of its own with the same threads, in turn. Every block is one call with
`CALL` sentences that no earlier block had, of all lengths as they come (what is too long for the
model is left out); a figure is the median over blocks. The encoder is models/encoder, or one of
that size with untrained weights where there is none: speed knows no difference.
"""

import tempfile
from pathlib import Path

from benchmarks import text
from benchmarks.result import OURS, Result
from benchmarks.systems import System, interleave, say
from benchmarks.worker import THREADS
from pngnw import Encoder, params
from pngnw.align import WORDPIECES
from pngnw.align.wordpieces import Wordpieces
from pngnw.core.errors import UserError
from pngnw.model import io
from pngnw.pretrain.checkpoint import State
from pngnw.pretrain.publish import publish

CALL = 256
BLOCKS = 5
TRAINED, ALIGN = Path("models/encoder"), Path("data/align")
PRECISIONS = ("fp32", "bf16")


def measure() -> list[Result]:
    """Speed in both precisions."""
    if not measurable("encode"):
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = encoder_folder(Path(name))
        encoder = Encoder.from_pretrained(folder)
        sentences = readable(encoder, CALL)
        return _speeds(folder, blocks(sentences, CALL))


def measurable(part: str) -> bool:
    """Whether there is an encoder or what one is made from; says so if not."""
    if (TRAINED / io.CONFIG).exists() or (ALIGN / WORDPIECES).exists():
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
    neighbors in the corpus resemble each other."""
    return [sentences[n :: BLOCKS + 1][:call] for n in range(BLOCKS + 1)]


def encoder_folder(folder: Path) -> Path:
    """The trained encoder's folder, or an untrained one's, made as pretraining makes it."""
    if (TRAINED / io.CONFIG).exists():
        return TRAINED
    say(f"{TRAINED}: not there; measured with untrained weights")
    read = params.load()
    pieces = Wordpieces.load(ALIGN / WORDPIECES).size
    state = State.start(read, pieces)
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
    results = []
    for precision in PRECISIONS:
        environment = {"ENCODE_FOLDER": str(folder), "ENCODE_PRECISION": precision}
        systems = [System(OURS, "encode", environment)]
        samples = interleave(systems, blocks, lambda block, answer: len(block) / answer.seconds)
        results.append(Result.of_samples(f"encode.{precision}", "sentences/s", samples))
    return results

"""Sentences a second from written text to encoder states, from the text on.

The whole of `Encoder`: spoken form, phonemes, alignment, and the network, in fp32 and under bf16
autocast, each in a process of its own with the same threads, in turn. Every block is one call with
`CALL` sentences that no earlier block had, of all lengths as they come (what is too long for the
model is left out); a figure is the median over blocks. The encoder is models/encoder, or the one in
the package where there is none.
"""

from benchmarks import text
from benchmarks.result import OURS, Result
from benchmarks.systems import THREADS, System, interleave, say
from pngnw import Encoder
from pngnw.encoder import chosen_folder
from pngnw.tools.export.graph import fits

CALL = 256
BLOCKS = 5


def measure() -> list[Result]:
    """Speed in both precisions."""
    encoder = load_encoder()
    every = blocks(encoder, CALL)
    results = []
    for precision in ("fp32", "bf16"):
        settings = {"folder": str(chosen_folder(None)), "precision": precision}
        systems = [System(OURS, "encode", settings)]
        samples = interleave(systems, every, lambda block, answer: len(block) / answer.seconds)
        results.append(Result.of_samples(f"encode.{precision}", "sentences/s", samples))
    return results


def load_encoder() -> Encoder:
    """The encoder that is measured."""
    folder = chosen_folder(None)
    say(f"the encoder is {folder}")
    return Encoder.from_pretrained(folder)


def blocks(encoder: Encoder, call: int) -> list[list[str]]:
    """A block to warm up and those that count, of `call` sentences each that the model can take,
    one by one from all over: neighbors in the corpus resemble each other."""
    found = [each for each in text.mixed((BLOCKS + 2) * call) if fits(encoder, each)]
    say(f"{len(found)} sentences, {text.words(found):,} words, {THREADS} thread(s) each")
    return [found[n :: BLOCKS + 1][:call] for n in range(BLOCKS + 1)]

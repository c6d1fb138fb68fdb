"""Utterances a second in training a Tacotron, beside NVIDIA/tacotron2.

Both train on batches of the same sizes (tokens and frames as in the default speech), in fp32, at
the same width, batch and frames per step, each in a process of its own with as many threads, in
turn. NVIDIA's is measured as it is, with its postnet, and without, since ours has none. The peer is
the checkout that PEER_TACOTRON2 names.
"""

import json
from collections.abc import Iterator

import numpy as np

from benchmarks import peers
from benchmarks.result import OURS, Result
from benchmarks.systems import THREADS, Answer, System, interleave, say
from benchmarks.workers.steps import PHONEMES, Pairs

NVIDIA, NO_POSTNET = "NVIDIA/tacotron2", "NVIDIA/tacotron2 without its postnet"
WIDTH = 128
# Name, frames per step, utterances per batch; the last is the default evaluate's.
CASES = [("evaluate.r1.batch4", 1, 4), ("evaluate.r1.batch8", 1, 8), ("evaluate.r5.batch8", 5, 8)]
BLOCKS, BATCHES = 5, 4


def measure() -> list[Result]:
    """Every case."""
    return [_measure(*case) for case in CASES]


def _measure(name: str, reduction: int, batch: int) -> Result:
    say(f"{name}, width {WIDTH}, batch {batch}, {THREADS} thread(s) each")
    size = {"width": WIDTH, "reduction": reduction}
    systems = [System(OURS, "speak_ours", size, answers=True)]
    try:
        checkout = peers.checkout("PEER_TACOTRON2", "NVIDIA/tacotron2", "model.py")
    except peers.Missing as reason:
        say(f"{NVIDIA}: not measured ({reason})")
    else:
        theirs = {**size, "checkout": str(checkout)}
        systems += [
            System(peer, "speak_nvidia", {**theirs, "postnet": peer == NVIDIA}, answers=True)
            for peer in (NVIDIA, NO_POSTNET)
        ]

    def speed(block: list[str], answer: Answer) -> float:
        return len(block) * batch / float(answer.answers["seconds"])

    texts = [[json.dumps(pairs) for pairs in block] for block in blocks(batch)]
    samples = interleave(systems, texts, speed)
    return Result.of_samples(name, "utterances/s", samples, (NVIDIA, NO_POSTNET))


def blocks(batch: int) -> Iterator[list[Pairs]]:
    """A first block to warm up, then those that count: tokens and frames of each utterance.

    Lengths are alike within a batch, as in the batches of both.
    """
    rng = np.random.default_rng(0)
    count = (BLOCKS + 1) * BATCHES * batch
    tokens = np.sort(PHONEMES * np.clip(rng.lognormal(1.9, 0.4, count), 3, 20).astype(np.int64))
    frames = np.rint(tokens * rng.uniform(6.0, 9.0, count)).astype(np.int64)
    batches = np.stack((tokens, frames), axis=1).reshape(-1, batch, 2)
    shuffled = batches[rng.permutation(len(batches))].tolist()
    for number in range(BLOCKS + 1):
        yield shuffled[number * BATCHES : (number + 1) * BATCHES]

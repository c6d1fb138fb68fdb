"""Utterances a second in training a Tacotron, beside NVIDIA/tacotron2.

Both train on batches of the same sizes (tokens and frames as in the default speech), in fp32, at
the same width, batch and frames per step, each in a process of its own with as many threads, in
turn. NVIDIA's is measured as it is, with its postnet, and without, since ours has none. The peer is
the checkout that PEER_TACOTRON2 names.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial

import numpy as np

from benchmarks import peers
from benchmarks.result import OURS, Result
from benchmarks.systems import System, interleave, say
from benchmarks.worker import THREADS, Answer
from benchmarks.workers.speak import Pairs, Size
from benchmarks.workers.steps import PHONEMES

NVIDIA, NO_POSTNET = "NVIDIA/tacotron2", "NVIDIA/tacotron2 without its postnet"
WIDTH = 128
# Name, frames per step, utterances per batch; the last is the default evaluate's.
CASES = [("evaluate.r1.batch4", 1, 4), ("evaluate.r1.batch8", 1, 8), ("evaluate.r5.batch8", 5, 8)]
BLOCKS, BATCHES = 5, 4


def measure() -> list[Result]:
    """Every case."""
    return [_measure(*case) for case in CASES]


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


def _measure(name: str, reduction: int, batch: int) -> Result:
    say(f"{name}, width {WIDTH}, batch {batch}, {THREADS} thread(s) each")
    size = {"SPEAK_SIZE": json.dumps(asdict(Size(WIDTH, reduction)))}
    checkout = partial(peers.checkout, "PEER_TACOTRON2", "NVIDIA/tacotron2", "model.py")
    systems = [
        System(OURS, "speak_ours", size),
        System(NVIDIA, "speak_nvidia", {**size, "SPEAK_POSTNET": "1"}, needs=checkout),
        System(NO_POSTNET, "speak_nvidia", {**size, "SPEAK_POSTNET": "0"}, needs=checkout),
    ]

    def speed(block: list[str], answer: Answer) -> float:
        return len(block) * batch / float(answer.answers["seconds"])

    texts = [[json.dumps(pairs) for pairs in block] for block in blocks(batch)]
    samples = interleave(systems, texts, speed, answers=True)
    return Result.of_samples(name, "utterances/s", samples, (NVIDIA, NO_POSTNET))

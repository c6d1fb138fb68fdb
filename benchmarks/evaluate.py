"""Utterances a second in training a Tacotron, beside NVIDIA/tacotron2 and bshall/Tacotron.

All train on batches of the same sizes (tokens and frames as in the default speech), in fp32, at the
same width, batch and frames per step, each in a process of its own with as many threads, in turn.
NVIDIA's has location-sensitive attention, bshall's dynamic convolution; ours has both. NVIDIA's is
measured as it is, with its postnet, and without, since ours has none. A figure is
the median over blocks, the first of which warms up. The peers are the checkouts that
PEER_TACOTRON2 and PEER_BSHALL_TACOTRON name.
"""

import json
import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import numpy as np

from benchmarks import peers
from benchmarks.peers import Missing
from benchmarks.phonemize import say
from benchmarks.result import Result
from benchmarks.worker import THREADS, Worker
from benchmarks.workers.speak import Pairs, Size
from benchmarks.workers.steps import PHONEMES

OURS, BSHALL = "ours", "bshall/Tacotron"
NVIDIA, NO_POSTNET = "NVIDIA/tacotron2", "NVIDIA/tacotron2 without its postnet"
_NVIDIA = ("PEER_TACOTRON2", "NVIDIA/tacotron2", "model.py")
CHECKOUTS = {
    NVIDIA: _NVIDIA,
    NO_POSTNET: _NVIDIA,
    BSHALL: ("PEER_BSHALL_TACOTRON", "bshall/Tacotron", "tacotron/model.py"),
}
# The worker's module and what its environment adds.
MODULES: dict[str, tuple[str, dict[str, str]]] = {
    OURS: ("speak_ours", {}),
    NVIDIA: ("speak_nvidia", {"SPEAK_POSTNET": "1"}),
    NO_POSTNET: ("speak_nvidia", {"SPEAK_POSTNET": "0"}),
    BSHALL: ("speak_bshall", {}),
}
WIDTH = 128
# Name, peers, frames per step, attention, utterances per batch.
CASES = [
    ("evaluate.lsa.r1.batch4", (NVIDIA, NO_POSTNET), 1, "lsa", 4),
    ("evaluate.lsa.r1.batch8", (NVIDIA, NO_POSTNET), 1, "lsa", 8),
    ("evaluate.lsa.r5.batch8", (NVIDIA, NO_POSTNET), 5, "lsa", 8),  # as the default evaluate has it
    ("evaluate.dca.r2.batch8", (BSHALL,), 2, "dca", 8),
]
BLOCKS, BATCHES = 5, 4


def measure() -> list[Result]:
    """Every case."""
    return [_measure(*case) for case in CASES]


def blocks(batch: int) -> Iterator[list[Pairs]]:
    """A first block to warm up, then those that count: tokens and frames of each utterance.

    Lengths are alike within a batch, as in the batches of all three.
    """
    rng = np.random.default_rng(0)
    count = (BLOCKS + 1) * BATCHES * batch
    tokens = np.sort(PHONEMES * np.clip(rng.lognormal(1.9, 0.4, count), 3, 20).astype(np.int64))
    frames = np.rint(tokens * rng.uniform(6.0, 9.0, count)).astype(np.int64)
    batches = np.stack((tokens, frames), axis=1).reshape(-1, batch, 2)
    shuffled = batches[rng.permutation(len(batches))].tolist()
    for number in range(BLOCKS + 1):
        yield shuffled[number * BATCHES : (number + 1) * BATCHES]


def _measure(
    name: str, rivals: tuple[str, ...], reduction: int, attention: str, batch: int
) -> Result:
    say(f"{name}, width {WIDTH}, batch {batch}, {THREADS} thread(s) each")
    settings = {"SPEAK_SIZE": json.dumps(asdict(Size(WIDTH, reduction, attention)))}
    speeds: dict[str, list[float]] = {}
    with ExitStack() as stack:
        workers = {OURS: stack.enter_context(_start(OURS, settings))}
        for peer in rivals:
            try:
                peers.checkout(*CHECKOUTS[peer])
                workers[peer] = stack.enter_context(_start(peer, settings))
            except Missing as reason:
                say(f"{peer}: not measured ({reason})")
        for number, block in enumerate(blocks(batch)):
            for system, worker in list(workers.items()):
                try:
                    seconds = worker.ask([json.dumps(pairs) for pairs in block]).answers
                except Missing as reason:
                    if system == OURS:
                        raise
                    say(f"{system}: not measured ({reason})")
                    del workers[system]
                    speeds.pop(system, None)
                    continue
                if number > 0:
                    speeds.setdefault(system, []).append(BATCHES * batch / seconds)
                    say(f"  {system:<38}{speeds[system][-1]:>8,.1f} utterances/s")
    found = {system: statistics.median(values) for system, values in speeds.items()}
    return Result(name, "utterances/s", found[OURS], {peer: found.get(peer) for peer in rivals})


def _start(system: str, settings: dict[str, str]) -> Worker:
    module, more = MODULES[system]
    return Worker(Path(sys.executable), module, {**settings, **more}, answers=True)

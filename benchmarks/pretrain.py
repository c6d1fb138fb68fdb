"""Tokens a second of a training step, beside a BERT of equal width and the first implementation.

All systems train on batches of the same lengths, each in a process of its own with the same
threads, in turn; the first implementation, which is slow, on the first batch of every block. Ours
is timed with its loader. A figure is the median over blocks. Two sizes, in both precisions: the
default model, and width 512 with 6 layers; for these also the operations of ours as a share of the
peak of matrix products, measured between the blocks by the same process.

After that the whole loop on real sentences, see `benchmarks.pretrain_loop`.
"""

import json
import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import numpy as np

from benchmarks import pretrain_loop
from benchmarks.peers import Missing
from benchmarks.phonemize import say
from benchmarks.pretrain_loop import ORIGINAL, OURS, original_checkout
from benchmarks.result import Result
from benchmarks.worker import THREADS, Worker
from benchmarks.workers.steps import Size, lengths
from pngnw.pretrain.batches import plan

BERT = "transformers BertForMaskedLM"
MODULES = {OURS: "pretrain_ours", BERT: "pretrain_transformers", ORIGINAL: "pretrain_original"}
SIZES = {"pretrain": (128, 4, 2), "pretrain.wide": (512, 6, 8)}
BUDGET, FULL = 2048, 1536
BLOCKS, BATCHES = 4, {"pretrain": 4, "pretrain.wide": 2}


def measure() -> list[Result]:
    """Both sizes in both precisions, then the whole loop."""
    steps = [
        result
        for name, (width, layers, heads) in SIZES.items()
        for precision in ("bf16", "fp32")
        for result in _measure(name, Size(width, layers, heads, precision))
    ]
    return [*steps, *pretrain_loop.measure()]


def blocks(batches: int) -> Iterator[list[list[int]]]:
    """A first block to warm up, then those that count: words of each sentence of each batch."""
    rng = np.random.default_rng(0)
    words = np.clip(rng.lognormal(2.9, 0.5, 4000), 2, 50).astype(np.int64)
    tokens = np.array(lengths(words.tolist()))
    found = [indices for indices in plan(tokens, BUDGET, 0, 0) if tokens[indices].sum() > FULL]
    for number in range(BLOCKS + 1):
        chosen = found[number * batches : (number + 1) * batches]
        yield [words[indices].tolist() for indices in chosen]


def _measure(name: str, size: Size) -> list[Result]:
    say(f"{name}, {size}, {THREADS} thread(s) each")
    speeds: dict[str, list[float]] = {}
    shares: list[float] = []
    with ExitStack() as stack:
        workers = _start(stack, size)
        for number, block in enumerate(blocks(BATCHES[name])):
            for system, worker in list(workers.items()):
                batches = block[:1] if system == ORIGINAL else block
                tokens = sum(sum(lengths(batch)) for batch in batches)
                try:
                    answer = worker.ask([json.dumps(batch) for batch in batches]).answers
                except Missing as reason:
                    _miss(system, reason)
                    del workers[system]
                    speeds.pop(system, None)
                    continue
                if number == 0:
                    continue
                speeds.setdefault(system, []).append(tokens / answer["seconds"])
                if system == OURS:
                    shares.append(answer["gflops"] / answer["peak"])
                say(f"  {system:<30}{speeds[system][-1]:>10,.0f} tokens/s")
    middle = {system: statistics.median(found) for system, found in speeds.items()}
    peers = {system: middle.get(system) for system in MODULES if system != OURS}
    label = f"{name}.{size.precision}"
    return [
        Result(label, "tokens/s", middle[OURS], peers),
        Result(f"{label}.peak_share", "of the peak", statistics.median(shares)),
    ]


def _start(stack: ExitStack, size: Size) -> dict[str, Worker]:
    workers = {}
    for system, module in MODULES.items():
        try:
            if system == ORIGINAL:
                original_checkout()
            settings = {"PRETRAIN_SIZE": json.dumps(asdict(size))}
            worker = Worker(Path(sys.executable), module, settings, answers=True)
            workers[system] = stack.enter_context(worker)
        except Missing as reason:
            _miss(system, reason)
    return workers


def _miss(system: str, reason: Missing) -> None:
    if system == OURS:
        raise reason
    say(f"{system}: not measured ({reason})")

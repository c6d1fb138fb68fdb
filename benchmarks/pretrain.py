"""Tokens a second of a training step, beside a BERT of equal width.

Both train on batches of the same lengths, each in a process of its own with the same threads, in
turn. Ours is timed with its loader. Two sizes, in both precisions: the default model, and width 512
with 6 layers; for these also the operations of ours as a share of the peak of matrix products,
measured between the blocks by the same process.
"""

import json
import statistics
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.result import OURS, Result
from benchmarks.systems import THREADS, Answer, System, interleave, say
from benchmarks.workers.steps import lengths
from pngnw.pretrain.loader import plan

BERT = "transformers BertForMaskedLM"
SIZES = {"pretrain": (128, 4, 2, 4), "pretrain.wide": (512, 6, 8, 2)}  # the last: batches a block
BUDGET, FULL = 2048, 1536
BLOCKS = 4


def measure() -> list[Result]:
    """Both sizes in both precisions."""
    return [
        result
        for name, (width, layers, heads, batches) in SIZES.items()
        for precision in ("bf16", "fp32")
        for result in _measure(
            f"{name}.{precision}",
            {"width": width, "layers": layers, "heads": heads, "precision": precision},
            batches,
        )
    ]


def _measure(label: str, size: dict[str, Any], batches: int) -> Iterator[Result]:
    say(f"{label}, {size}, {THREADS} thread(s) each")
    systems = [
        System(OURS, "pretrain_ours", size, answers=True),
        System(BERT, "pretrain_transformers", size, answers=True),
    ]
    shares: list[float] = []

    def speed(block: list[str], answer: Answer) -> float:
        if "peak" in answer.answers:
            shares.append(answer.answers["gflops"] / answer.answers["peak"])
        tokens = sum(sum(lengths(json.loads(batch))) for batch in block)
        return tokens / float(answer.answers["seconds"])

    texts = [[json.dumps(batch) for batch in block] for block in blocks(batches)]
    samples = interleave(systems, texts, speed)
    yield Result.of_samples(label, "tokens/s", samples, [BERT])
    yield Result(f"{label}.peak_share", "of the peak", statistics.median(shares[1:]))


def blocks(batches: int) -> Iterator[list[list[int]]]:
    """A first block to warm up, then those that count: words of each sentence of each batch."""
    rng = np.random.default_rng(0)
    words = np.clip(rng.lognormal(2.9, 0.5, 4000), 2, 50).astype(np.int64)
    tokens = np.array(lengths(words.tolist()))
    full = [indices for indices in plan(tokens, BUDGET, 0, 0) if tokens[indices].sum() > FULL]
    for number in range(BLOCKS + 1):
        chosen = full[number * batches : (number + 1) * batches]
        yield [words[indices].tolist() for indices in chosen]

"""What every worker that trains a Tacotron does: updates on utterances of given sizes, timed.

Only torch and the standard library. A block is a list of batches, each written as JSON: the tokens
and mel frames of its utterances, longest text first. Text and mels are drawn at random, outside
the time that counts for the peers, inside it for ours. The answer is the seconds of the block.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.workers.serve import serve

BANDS, SYMBOLS = 80, 70
Pairs = list[tuple[int, int]]  # tokens and frames of each utterance


@dataclass(frozen=True)
class Size:
    """What is trained, from the environment that the parent sets.

    Attributes:
        width: of every layer of encoder, prenet, LSTMs and memory.
        reduction: mel frames per decoder step.
        attention: of ours: lsa or dca; a peer has its own.
    """

    width: int
    reduction: int
    attention: str

    @classmethod
    def wanted(cls) -> "Size":
        """`SPEAK_SIZE` as JSON."""
        return cls(**json.loads(os.environ["SPEAK_SIZE"]))


def serve_updates(
    load: Callable[[Size], tuple[Callable[[Pairs], Any], Callable[[Any], None]]],
) -> None:
    """Load a model and make one update after another.

    Args:
        load: makes two functions: one draws a batch of so many tokens and frames, one trains on it.
    """

    def start() -> Callable[[list[str]], Any]:
        draw, update = load(Size.wanted())

        def train(blocks: list[str]) -> float:
            batches = [draw(json.loads(block)) for block in blocks if block.startswith("[")]
            started = time.perf_counter()
            for batch in batches:
                update(batch)
            return time.perf_counter() - started

        return train

    serve(start)

"""What every training worker does: updates on batches of given lengths, timed.

Only torch and the standard library. A block is a list of batches, each written as JSON: the words
of its sentences. A word is `LETTERS` letters and `PHONEMES` phonemes everywhere, and a sentence
has three tokens more, so that every system trains on as many tokens. The answer is
`{"seconds": …}`, with more of it from ours.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.workers.serve import serve

LETTERS, PHONEMES, SPECIAL = 5, 4, 3
PIECES = 8192


@dataclass(frozen=True)
class Size:
    """The model that is trained, from the environment that the parent sets."""

    width: int
    layers: int
    heads: int
    precision: str

    @classmethod
    def wanted(cls) -> "Size":
        """`PRETRAIN_SIZE` as JSON."""
        return cls(**json.loads(os.environ["PRETRAIN_SIZE"]))


def lengths(words: list[int]) -> list[int]:
    """Tokens of sentences of so many words."""
    return [count * (LETTERS + PHONEMES) + SPECIAL for count in words]


def serve_steps(
    load: Callable[[Size], Callable[[list[int]], None]],
    more: Callable[[float], dict[str, float]] = lambda seconds: {},
) -> None:
    """Load a model and make one update after another.

    Args:
        load: makes the function that trains on the sentences of a batch.
        more: told the seconds of a block, says what else is known of it.
    """

    def start() -> Callable[[list[str]], Any]:
        step = load(Size.wanted())

        def train(batches: list[str]) -> dict[str, float]:
            sizes = [json.loads(batch) for batch in batches if batch.startswith("[")]
            started = time.perf_counter()
            for words in sizes:
                step(words)
            seconds = time.perf_counter() - started
            return {"seconds": seconds, **more(seconds)}

        return train

    serve(start)

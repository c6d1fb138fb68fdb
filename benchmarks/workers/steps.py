"""What every training worker does: updates on batches of given lengths, timed.

Only torch and the standard library. A block is a list of batches, each written as JSON. For
`pretrain` a batch is the words of its sentences; a word is `LETTERS` letters and `PHONEMES`
phonemes everywhere, and a sentence has three tokens more, so that every system trains on as many
tokens. The answer is `{"seconds": …}`, with more of it from ours.
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
    """The model that is trained, from `PRETRAIN_SIZE` in the environment as JSON."""

    width: int
    layers: int
    heads: int
    precision: str

    @classmethod
    def wanted(cls) -> "Size":
        """What the parent set."""
        return cls(**json.loads(os.environ["PRETRAIN_SIZE"]))


def lengths(words: list[int]) -> list[int]:
    """Tokens of sentences of so many words."""
    return [count * (LETTERS + PHONEMES) + SPECIAL for count in words]


def serve_steps(
    load: Callable[[], tuple[Callable[[Any], Any], Callable[[Any], None]]],
    more: Callable[[float], dict[str, float]] = lambda seconds: {},
) -> None:
    """Load a model and make one update after another.

    Args:
        load: makes two functions: one draws a batch from its JSON, outside the time that counts;
            one trains on it.
        more: told the seconds of a block, says what else is known of it.
    """

    def start() -> Callable[[list[str]], Any]:
        draw, update = load()

        def train(block: list[str]) -> dict[str, float]:
            # The first block is the sentence that every worker answers.
            batches = [draw(json.loads(batch)) for batch in block if batch.startswith("[")]
            started = time.perf_counter()
            for batch in batches:
                update(batch)
            seconds = time.perf_counter() - started
            return {"seconds": seconds, **more(seconds)}

        return train

    serve(start)

"""What every training worker does: updates on batches of given lengths, timed.

Only torch and the standard library. A block is a list of batches, each the words of its sentences,
written as JSON; a word is `LETTERS` letters and `PHONEMES` phonemes everywhere, and a sentence has
three tokens more, so that every system trains on as many tokens. The answer is `{"seconds": …}`,
with more of it from ours.
"""

import json
import time
from collections.abc import Callable

from benchmarks.workers import Speak

LETTERS, PHONEMES, SPECIAL = 5, 4, 3
PIECES = 8192


def lengths(words: list[int]) -> list[int]:
    """Tokens of sentences of so many words."""
    return [count * (LETTERS + PHONEMES) + SPECIAL for count in words]


def timed_steps(
    update: Callable[[list[int]], None],
    more: Callable[[float], dict[str, float]] = lambda seconds: {},
) -> Speak:
    """Make one update after another.

    Args:
        update: trains on a batch.
        more: told the seconds of a block, says what else is known of it.
    """

    def train(block: list[str]) -> dict[str, float]:
        # The first block is the sentence that every worker answers.
        batches = [json.loads(batch) for batch in block if batch.startswith("[")]
        started = time.perf_counter()
        for batch in batches:
            update(batch)
        seconds = time.perf_counter() - started
        return {"seconds": seconds, **more(seconds)}

    return train

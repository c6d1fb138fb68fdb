"""What the workers that train a Tacotron agree on: sizes of models and batches."""

import json
import os
from dataclasses import dataclass

BANDS, SYMBOLS = 80, 70
Pairs = list[tuple[int, int]]  # tokens and frames of each utterance, longest text first


@dataclass(frozen=True)
class Size:
    """What is trained, from `SPEAK_SIZE` in the environment as JSON.

    Attributes:
        width: of every layer of encoder, prenet, LSTMs and memory.
        reduction: mel frames per decoder step.
    """

    width: int
    reduction: int

    @classmethod
    def wanted(cls) -> "Size":
        """What the parent set."""
        return cls(**json.loads(os.environ["SPEAK_SIZE"]))

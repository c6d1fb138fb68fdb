"""What the sentence encoder makes of the prototype's phrases: both teachers are made from it, once.

Letters: N sentences, K tokens of all of them, H width.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from pngnw.teach.emoji import neutral, prototypes
from pngnw.teach.minilm import WIDTH, MiniLM, Single

LAYERS: Final = (3, 6)  # of meaning, see pngnw.teach.meaning


@dataclass(frozen=True)
class Phrases:
    """Vectors [N, H] of the phrases in the order of the emoji, and of the neutral sentences; and
    the states [K, 2H] of `LAYERS` of all their tokens but [CLS] and [SEP].
    """

    vectors: Single
    neutral: Single
    states: Single

    @classmethod
    def read(cls, encoder: MiniLM) -> "Phrases":
        """Encode them; takes a second."""
        said = [phrase for prototype in prototypes() for phrase in prototype.phrases]
        sentences = [*said, *neutral()]
        vectors = np.zeros((len(sentences), WIDTH), dtype=np.float32)
        states = []
        for batch in encoder.batches(sentences, LAYERS):
            vectors[batch.rows] = batch.vectors.numpy()
            for spans, rows in zip(batch.spans, batch.states.float().numpy(), strict=True):
                states.append(rows[: len(spans)][[stop > 0 for _, stop in spans]])
        return cls(vectors[: len(said)], vectors[len(said) :], np.concatenate(states))


def load() -> tuple[MiniLM, Phrases]:
    """The sentence encoder of the installed wheel, and what it makes of the phrases."""
    encoder = MiniLM.load()
    return encoder, Phrases.read(encoder)

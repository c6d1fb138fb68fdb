"""What the sentence encoder makes of the prototype's phrases: both teachers are made from it, once.

Letters: N sentences, K tokens of all of them, H width.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pngnw.teach.emoji import neutral, prototypes
from pngnw.teach.minilm import WIDTH, Ints, MiniLM, Single

LAYERS: Final = (3, 6)  # of meaning, see pngnw.teach.meaning


@dataclass(frozen=True)
class Phrases:
    """Vectors [N, H] of the phrases in the order of the emoji, how many each emoji has [64], and
    vectors of the neutral sentences; and the states [K, 2H] of `LAYERS` of all their tokens but
    [CLS] and [SEP].
    """

    vectors: Single
    counts: Ints
    neutral: Single
    states: Single

    @classmethod
    def read(cls, encoder: MiniLM) -> "Phrases":
        """Encode them; takes a second."""
        table = prototypes()
        said = [phrase for prototype in table for phrase in prototype.phrases]
        counts = np.array([len(prototype.phrases) for prototype in table])
        sentences = [*said, *neutral()]
        vectors = np.zeros((len(sentences), WIDTH), dtype=np.float32)
        states = []
        for batch in encoder.batches(sentences, LAYERS):
            vectors[batch.rows] = batch.vectors.numpy()
            for spans, rows in zip(batch.spans, batch.states.float().numpy(), strict=True):
                states.append(rows[: len(spans)][[stop > 0 for _, stop in spans]])
        return cls(vectors[: len(said)], counts, vectors[len(said) :], np.concatenate(states))

    @property
    def starts(self) -> Ints:
        """The first phrase of each emoji, [64]."""
        return np.asarray(np.cumsum(self.counts) - self.counts)

    @property
    def means(self) -> npt.NDArray[np.float64]:
        """The mean vector of the phrases of each emoji, [64, H]."""
        return np.asarray(np.add.reduceat(self.vectors, self.starts) / self.counts[:, None])


def load() -> tuple[MiniLM, Phrases]:
    """The sentence encoder of the installed wheel, and what it makes of the phrases."""
    encoder = MiniLM.load()
    return encoder, Phrases.read(encoder)

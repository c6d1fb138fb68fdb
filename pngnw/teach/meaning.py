"""The meaning teacher: what the sentence encoder makes of every word of a sentence.

Guarantees: a function of the texts alone. Words are those of the phonemize stage, which cuts the
same text by the same tokenizer. States are those of a middle layer, which tells prominence better
(docs/decisions.md), and of the last, from which the prototype tells emoji; side by side, reduced to
their first principal components over the prototype's own phrases, and kept as bytes.

Letters: N texts, W words of one of them, H width, D dimensions.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pngnw.phonemize import tokenizer
from pngnw.teach.backends import DIMENSIONS
from pngnw.teach.minilm import WIDTH, Encoded, MiniLM, Single
from pngnw.teach.phrases import LAYERS, Phrases

STEPS: Final = 8  # to the root of the mean variance of a dimension

Bytes = npt.NDArray[np.int8]


class MeaningTeacher:
    """States of words.

    Args:
        encoder: of the sentences.
        phrases: what it makes of the prototype's.
    """

    def __init__(self, encoder: MiniLM, phrases: Phrases) -> None:
        self._encoder = encoder
        self._mean = phrases.states.mean(axis=0)
        centered = phrases.states - self._mean
        variance, basis = np.linalg.eigh(centered.T @ centered / len(centered))
        kept = basis[:, : -DIMENSIONS - 1 : -1]
        # Of every direction the sign is free: its largest entry is made positive.
        kept = kept * np.sign(kept[np.abs(kept).argmax(axis=0), np.arange(DIMENSIONS)])
        self._basis = kept / np.sqrt(variance[-DIMENSIONS:].mean())  # [2H, D]

    def vectors_and_words(self, texts: Sequence[str]) -> tuple[Single, list[Bytes]]:
        """Sentence vectors [N, H] of the encoder, and for each text the states of its words: [W, D]
        in steps of 1 / `STEPS`, zeros for a word that the encoder does not read."""
        vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
        rows: list[Bytes] = [np.zeros((0, DIMENSIONS), dtype=np.int8)] * len(texts)
        for batch in self._encoder.batches(texts, LAYERS):
            vectors[batch.rows] = batch.vectors.numpy()
            for row, states in zip(batch.rows, self._words(texts, batch), strict=True):
                rows[row] = states
        return vectors, rows

    def _words(self, texts: Sequence[str], batch: Encoded) -> Iterator[Bytes]:
        tokens = tokenizer.tokenize(pa.array([texts[row] for row in batch.rows], pa.large_string()))
        starts = [tokens.start_W[first:last] for first, last in pairwise(tokens.bounds_R)]
        for states, count in batch.words(starts):
            steps = np.rint(STEPS * (states - self._mean) @ self._basis)
            steps[count == 0] = 0
            yield np.clip(steps, -127, 127).astype(np.int8)

"""The meaning teacher: what the sentence encoder makes of every word of a sentence.

Guarantees: a function of the texts alone. Words are those of the phonemize stage, which cuts the
same text by the same tokenizer. States are those of a middle layer, which tells prominence better
(docs/decisions.md), and of the last, from which the prototype tells emoji; side by side, reduced to
their first principal components over the prototype's own phrases, and kept as bytes.

Letters: N texts, W words of all of them, K wordpieces, H width, D dimensions.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pngnw.phonemize import tokenizer
from pngnw.teach.backends import DIMENSIONS
from pngnw.teach.emoji import neutral, prototypes
from pngnw.teach.minilm import WIDTH, Encoded, MiniLM

LAYERS: Final = (3, 6)
STEPS: Final = 8  # to the root of the mean variance of a dimension

Bytes = npt.NDArray[np.int8]
Single = npt.NDArray[np.float32]


class MeaningTeacher:
    """States of words; to load one takes a second.

    Args:
        encoder: of the sentences.
    """

    def __init__(self, encoder: MiniLM) -> None:
        self._encoder = encoder
        phrases = [*(phrase for p in prototypes() for phrase in p.phrases), *neutral()]
        states = np.concatenate(
            [
                rows[[stop > 0 for _, stop in spans]]  # not [CLS] and [SEP]
                for batch in encoder.batches(phrases, LAYERS)
                for spans, rows in zip(batch.spans, _states(batch), strict=True)
            ]
        )
        self._mean = states.mean(axis=0)
        centered = states - self._mean
        variance, basis = np.linalg.eigh(centered.T @ centered / len(states))
        kept = basis[:, : -DIMENSIONS - 1 : -1]
        # Of every direction the sign is free: its largest entry is made positive.
        kept = kept * np.sign(kept[np.abs(kept).argmax(axis=0), np.arange(DIMENSIONS)])
        self._basis = kept / np.sqrt(variance[-DIMENSIONS:].mean())  # [2H, D]

    def vectors_and_words(self, texts: Sequence[str]) -> tuple[Single, list[Bytes]]:
        """Sentence vectors [N, H] of the encoder, and for each text the states of `words`."""
        vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
        rows: list[Bytes] = [np.zeros((0, DIMENSIONS), dtype=np.int8)] * len(texts)
        for batch in self._encoder.batches(texts, LAYERS):
            vectors[batch.rows] = batch.vectors.numpy()
            for row, states in zip(batch.rows, self.words(texts, batch), strict=True):
                rows[row] = states
        return vectors, rows

    def words(self, texts: Sequence[str], batch: Encoded) -> list[Bytes]:
        """For each text of a batch the states [words, D] of its words, in steps of 1 / `STEPS`.

        The mean over the wordpieces of a word; zeros for a word of none, as beyond those that the
        encoder reads.
        """
        tokens = tokenizer.tokenize(pa.array([texts[row] for row in batch.rows], pa.large_string()))
        out: list[Bytes] = []
        for text, (spans, states) in enumerate(zip(batch.spans, _states(batch), strict=True)):
            start_w = tokens.start_W[slice(*tokens.bounds_R[text : text + 2])]
            span_K = np.array(spans, dtype=np.int64).reshape(-1, 2)
            inside = span_K[:, 1] > 0
            word = np.searchsorted(start_w, span_K[inside, 0], "right") - 1
            sums = np.zeros((len(start_w), DIMENSIONS))
            np.add.at(sums, word, (states[inside] - self._mean) @ self._basis)
            count = np.bincount(word, minlength=len(start_w))[:, None]
            steps = np.rint(STEPS * sums / np.maximum(count, 1))
            out.append(np.clip(steps, -127, 127).astype(np.int8))
        return out


def _states(batch: Encoded) -> Iterator[Single]:
    """Of each sentence of a batch the states [K, 2H] of its own tokens."""
    states = batch.states.float().numpy()
    for row, spans in enumerate(batch.spans):
        yield states[row, : len(spans)]

"""The meaning teacher: what the sentence encoder makes of every word of a sentence.

Guarantees: a function of the texts alone. Words are those of the phonemize stage, which cuts the
same text by the same tokenizer. States are those of a middle layer, which tells prominence better
(docs/decisions.md), and of the last, from which the prototype tells emoji; side by side. Of them
are kept, as bytes: the directions of the last layer in which the emoji's phrases differ most, and
the first principal components of what is left, over all tokens of the phrases. The last number is
the word's valence in VADER's lexicon, from which the prototype takes sentiment.

Letters: N texts, W words of one of them, H width, D dimensions.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from pngnw.phonemize import tokenizer
from pngnw.teach.backends import DIMENSIONS
from pngnw.teach.minilm import WIDTH, Encoded, MiniLM, Single
from pngnw.teach.phrases import LAYERS, Phrases

STEPS: Final = 8  # to the root of the mean variance of a dimension, and to a unit of valence
EMOTION: Final = 31  # directions of the emoji's phrases

Bytes = npt.NDArray[np.int8]


class MeaningTeacher:
    """States of words.

    Args:
        encoder: of the sentences.
        phrases: what it makes of the prototype's.
    """

    def __init__(self, encoder: MiniLM, phrases: Phrases) -> None:
        self._encoder = encoder
        self._valence: dict[str, float] = SentimentIntensityAnalyzer().lexicon
        emotion = np.zeros((2 * WIDTH, EMOTION))
        differences = phrases.means - phrases.means.mean(axis=0)
        emotion[WIDTH:] = np.linalg.svd(differences)[2][:EMOTION].T
        self._mean = phrases.states.mean(axis=0)
        centered = phrases.states - self._mean
        told = centered @ emotion
        left = centered - told @ emotion.T
        size = DIMENSIONS - EMOTION - 1
        variance, axes = np.linalg.eigh(left.T @ left / len(left))
        rest = axes[:, : -size - 1 : -1] / np.sqrt(variance[-size:].mean())
        basis = np.concatenate([emotion / told.std(axis=0), rest], axis=1)
        # Of every direction the sign is free: its largest entry is made positive.
        self._basis = basis * np.sign(basis[np.abs(basis).argmax(axis=0), range(basis.shape[1])])

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
        valence_W = np.array([self._valence.get(word.lower(), 0.0) for word in tokens.distinct])[
            tokens.kind_W
        ]
        texts_R = [slice(first, last) for first, last in pairwise(tokens.bounds_R)]
        states_R = batch.words([tokens.start_W[text] for text in texts_R])
        for text, (states, count) in zip(texts_R, states_R, strict=True):
            numbers = np.column_stack(((states - self._mean) @ self._basis, valence_W[text]))
            numbers[count == 0] = 0
            yield np.clip(np.rint(STEPS * numbers), -127, 127).astype(np.int8)

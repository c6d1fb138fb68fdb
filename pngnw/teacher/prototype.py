"""The prototype teacher: how much a sentence resembles what people say with each emoji.

Guarantees: a distribution over the 64 emoji from the sentence alone; nearly flat where a sentence
resembles no phrase more than plain descriptions do; the same rows, taught together, give the same
bytes. It is a stand-in for DeepMoji that needs no download, and not DeepMoji.

For sentence vector v, emoji e with prototype c_e (the mean of its phrase vectors), neutral
reference n_e (mean of v . c_e over the neutral sentences), valence w_e and VADER's compound s:

    logit_e = SHARPNESS g (v . c_e - n_e) + PRIOR s w_e        emoji = softmax(logit)
    g = sigmoid(STEEPNESS (v . nearest phrase - v . nearest neutral sentence + SLACK))

The gate g keeps "The heart pumps blood through the arteries" from being a love letter.

VADER knows negation ("not happy"), which sentence vectors hardly do, so the prior leans against
the wrong sign. Source of s: C. Hutto and E. Gilbert, "VADER", ICWSM 2014. The constants were
chosen with a linear probe on three labelled sets, see docs/decisions.md.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from pngnw.teacher.emoji import neutral, prototypes
from pngnw.teacher.minilm import MiniLM

SHARPNESS = 16.0
PRIOR = 1.0
STEEPNESS = 10.0
SLACK = 0.1
BATCH = 64

Half = npt.NDArray[np.float16]
Single = npt.NDArray[np.float32]


class PrototypeTeacher:
    """Teaches sentences; loading takes the weights of the sentence encoder (about 0.3 s)."""

    def __init__(self, encoder: MiniLM) -> None:
        self._encoder = encoder
        self._sentiment = SentimentIntensityAnalyzer()
        table = prototypes()
        self._phrases = phrases = self.vectors([phrase for p in table for phrase in p.phrases])
        ends = np.cumsum([len(p.phrases) for p in table])[:-1]
        self._prototypes = np.stack([part.mean(axis=0) for part in np.split(phrases, ends)])
        self._neutral = self.vectors(neutral())
        self._reference = (self._neutral @ self._prototypes.T).mean(axis=0)
        self._valence = np.array([p.valence for p in table], dtype=np.float32)

    @classmethod
    def load(cls) -> "PrototypeTeacher":
        """The teacher with the encoder of the installed wheel, on one thread."""
        torch.set_num_threads(1)
        return cls(MiniLM.load())

    def __call__(self, sentences: Sequence[str]) -> Half:
        """Distributions [N, 64]; each sums to 1 within 1e-3."""
        if not sentences:
            return np.zeros((0, len(self._valence)), dtype=np.float16)
        vectors = self.vectors(sentences)
        likeness = vectors @ self._prototypes.T - self._reference
        margin = (vectors @ self._phrases.T).max(axis=1) - (vectors @ self._neutral.T).max(axis=1)
        gate = 1 / (1 + np.exp(-STEEPNESS * (margin + SLACK)))
        compound = [self._sentiment.polarity_scores(text)["compound"] for text in sentences]
        prior = np.array(compound, dtype=np.float32)[:, None] * self._valence
        return softmax(SHARPNESS * gate[:, None] * likeness + PRIOR * prior).astype(np.float16)

    def vectors(self, sentences: Sequence[str]) -> Single:
        """Sentence vectors [N, 384], computed in batches of like length."""
        tokens = self._encoder.tokenize(sentences)
        order = sorted(range(len(tokens)), key=lambda index: len(tokens[index]))
        result = np.zeros((len(tokens), 384), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            result[rows] = self._encoder.encode([tokens[row] for row in rows]).numpy()
        return result


def softmax(logits: Single) -> Single:
    """Softmax over the last axis."""
    powers: Single = np.exp(logits - logits.max(axis=-1, keepdims=True))
    powers /= powers.sum(axis=-1, keepdims=True)
    return powers

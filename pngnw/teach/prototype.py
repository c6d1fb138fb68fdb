"""The prototype teacher: how much a sentence resembles what people say with each emoji.

Guarantees: a distribution over the 64 emoji from the sentence alone; nearly flat where a sentence
resembles no phrase more than plain descriptions do; the same rows, taught together, give the same
bytes. It is a stand-in for DeepMoji that needs no download, and not DeepMoji.

For sentence vector v, emoji e with phrase vectors p_e1 .. p_en, neutral reference n_e (mean of
likeness_e over the neutral sentences), valence w_e and VADER's compound s:

    likeness_e(v) = log(mean_i exp(focus v . p_ei)) / focus
    contrast = scale (C C' + ridge I)^-1 (likeness(v) - n)
    logit_e = sharpness g d_e contrast_e + prior s w_e        emoji = softmax(logit)
    g = sigmoid(steepness (v . nearest phrase - v . nearest neutral sentence - margin))
    d_e = 1 - doubt max(-s, 0) max(w_e, 0)

`focus` lies between the mean over phrases (0) and the nearest phrase (infinity): "I do not find
that amusing" must speak louder than the other phrases of its emoji. The contrast is a ridge
regression on the emoji (C, their mean phrase vectors): what many of them share with a sentence, an
emotional tone for instance, counts less than what few do. The gate g keeps "The heart
pumps blood through the arteries" from being a love letter, and lets what resembles a phrase be
sharp. VADER knows negation, which sentence vectors hardly do: where it hears ill, a likeness to
something glad ("you are not beautiful") is doubted by d. The reverse is left alone, because praise
beside something ill is as often sarcasm, which nothing here knows. Source of s: C. Hutto and
E. Gilbert, "VADER", ICWSM 2014. The constants were chosen by cross-validation on training parts
only, see benchmarks/emotion.py and docs/decisions.md.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from pngnw.teach.emoji import prototypes
from pngnw.teach.minilm import WIDTH, MiniLM, Single
from pngnw.teach.phrases import Phrases, load

Half = npt.NDArray[np.float16]


# The numbers in the formulas above.
FOCUS: Final = 8.0
RIDGE: Final = 2.0
SHARPNESS: Final = 10.0
PRIOR: Final = 0.4
STEEPNESS: Final = 8.0
MARGIN: Final = -0.15
DOUBT: Final = 1.0


class PrototypeTeacher:
    """Teaches sentences; to load one takes a second.

    Args:
        encoder: of the sentences.
        phrases: what it makes of those that they are compared with.
    """

    def __init__(self, encoder: MiniLM, phrases: Phrases) -> None:
        self._encoder = encoder
        self._sentiment = SentimentIntensityAnalyzer()
        self._phrases, self._neutral = phrases.vectors, phrases.neutral
        self._counts, self._starts = phrases.counts, phrases.starts
        self._reference = self._likeness(self._neutral @ self._phrases.T).mean(axis=0)
        self._contrast = self._fit_contrast(phrases.means)
        self._valence = np.array([p.valence for p in prototypes()], dtype=np.float32)

    @classmethod
    def load(cls) -> "PrototypeTeacher":
        """The teacher with the encoder of the installed wheel, on one thread."""
        torch.set_num_threads(1)
        return cls(*load())

    def __call__(self, sentences: Sequence[str]) -> Half:
        """Distributions [N, 64]; each sums to 1 within 1e-3."""
        return self.teach(sentences, self.vectors(sentences))

    def teach(self, sentences: Sequence[str], vectors: Single) -> Half:
        """Distributions [N, 64] of sentences whose vectors [N, H] are known."""
        return self.distributions(vectors, self.sentiment(sentences)).astype(np.float16)

    def distributions(self, vectors: Single, compound: Single) -> Single:
        """The formulas above: from sentence vectors [N, H] and sentiments [N] to [N, 64]."""
        cosine = vectors @ self._phrases.T
        contrast = (self._likeness(cosine) - self._reference) @ self._contrast
        nearer = cosine.max(axis=1) - (vectors @ self._neutral.T).max(axis=1)
        gate = 1 / (1 + np.exp(-STEEPNESS * (nearer - MARGIN)))
        prior = compound[:, None] * self._valence
        negated = np.maximum(-compound, 0)[:, None] * np.maximum(self._valence, 0)
        contrast *= gate[:, None] * (1 - DOUBT * negated)
        logits = SHARPNESS * contrast + PRIOR * prior
        powers: Single = np.exp(logits - logits.max(axis=-1, keepdims=True))
        powers /= powers.sum(axis=-1, keepdims=True)
        return powers

    def sentiment(self, sentences: Sequence[str]) -> Single:
        """VADER's compound of each sentence, from -1 to 1."""
        scores = [self._sentiment.polarity_scores(text)["compound"] for text in sentences]
        return np.array(scores, dtype=np.float32)

    def _likeness(self, cosine: Single) -> Single:
        """Likeness to each emoji [N, 64] from cosines to all phrases [N, phrases]."""
        sums = np.add.reduceat(np.exp(FOCUS * cosine), self._starts, axis=1)
        likeness: Single = np.log(sums / self._counts).astype(np.float32) / FOCUS
        return likeness

    def _fit_contrast(self, means: npt.NDArray[np.float64]) -> Single:
        """The matrix [64, 64] of the contrast, scaled to keep the spread over the phrases.

        `means` [64, H] are the emoji's mean phrase vectors.
        """
        solved = np.linalg.inv(means @ means.T + RIDGE * np.eye(len(means)))
        likeness = self._likeness(self._phrases @ self._phrases.T) - self._reference
        scaled: Single = (solved * likeness.std() / (likeness @ solved).std()).astype(np.float32)
        return scaled

    def vectors(self, sentences: Sequence[str]) -> Single:
        """Sentence vectors [N, 384], computed in batches of like length."""
        result = np.zeros((len(sentences), WIDTH), dtype=np.float32)
        for batch in self._encoder.batches(sentences):
            result[batch.rows] = batch.vectors.numpy()
        return result

"""The composite arm: phonemes, a frozen sentence encoder and an emoji teacher, joined by word.

It is what one would use in the place of our encoder ("BERT + DeepMoji + G2P"): Tacotron 2's text
encoder, whose BiLSTM reads beside every phoneme what all-MiniLM-L6-v2 makes of its word, and the
teacher's distribution over 64 emoji for its sentence. Both are frozen and read a sentence once for
as long as its `Sentences` live; of them a linear layer is learned. The teacher is the prototype,
which works offline and is not DeepMoji. What lies beyond 512 wordpieces has no state.

Letters: S sentences, W words of all of them, B utterances, P the most tokens, E width.
"""

import weakref
from functools import cache
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from pngnw.arms.encoders import ConvolutionalText
from pngnw.arms.text import TextBatch, spelled, word_starts, words_of
from pngnw.core.ragged import offsets
from pngnw.model.sentences import Sentences
from pngnw.teach.emoji import EMOJI
from pngnw.teach.minilm import LAYERS, WIDTH, MiniLM
from pngnw.teach.phrases import load
from pngnw.teach.prototype import PrototypeTeacher

# What was read, by the identity of its `Sentences`, whose end ends it: of all runs of a process.
_READ: Final[dict[int, Tensor]] = {}


class CompositeText(ConvolutionalText):
    """`ConvolutionalText` on phonemes, whose BiLSTM also reads the two frozen networks; `width` is
    that of the phonemes' states and of what is made of the frozen ones."""

    def __init__(self, width: int) -> None:
        super().__init__(width, "phonemes", beside=width)
        self.norm = nn.LayerNorm(WIDTH)
        self.project = nn.Linear(WIDTH + len(EMOJI), width)

    def joined(self, states: Tensor, text: TextBatch) -> Tensor:
        """States [B, P, 2E]: of the convolutions, and of the frozen networks."""
        features = _read(text.sentences)
        words = (words_of(text.sentences, i, "phonemes") for i in text.indices.tolist())
        frozen = pad_sequence([features[torch.from_numpy(w)] for w in words], batch_first=True)
        meaning, emoji = self.norm(frozen[..., :WIDTH]), frozen[..., WIDTH:] * len(EMOJI)
        beside = self.dropout(torch.relu(self.project(torch.cat([meaning, emoji], dim=-1))))
        return torch.cat([states, beside * text.mask[..., None]], dim=-1)

    def uncounted_flop(self, text: TextBatch) -> float:
        """Those of the sentence encoder."""
        texts = [" ".join(words) for words in spelled(text.sentences.select(text.indices))]
        batches = _teacher()[0].batches(texts)
        tokens = [len(spans) for batch in batches for spans in batch.spans]
        dense = sum(2 * 12 * WIDTH * WIDTH * n for n in tokens)
        attention = sum(2 * 2 * WIDTH * n * n for n in tokens)
        return LAYERS * float(dense + attention)


def _read(sentences: Sentences) -> Tensor:
    """`word_features`, made once."""
    key = id(sentences)
    if key not in _READ:
        with torch.inference_mode(False):  # a run trains on it, whoever asked first
            _READ[key] = word_features(sentences)
        weakref.finalize(sentences, _READ.pop, key)
    return _READ[key]


def word_features(sentences: Sentences) -> Tensor:
    """Of every word the sentence encoder's state, the mean over its wordpieces in the last layer,
    and its sentence's distribution over emoji: [W, 384 + 64] float32."""
    words, (encoder, teacher) = spelled(sentences), _teacher()
    texts = [" ".join(each) for each in words]
    first = offsets(np.array([len(each) for each in words]))
    states = np.zeros((first[-1], WIDTH), dtype=np.float32)
    emoji = np.zeros((len(words), len(EMOJI)), dtype=np.float32)
    for batch in encoder.batches(texts):
        emoji[batch.rows] = teacher.teach([texts[r] for r in batch.rows], batch.vectors.numpy())
        found = batch.words([word_starts(words[row]) for row in batch.rows])
        for row, (states_WH, _) in zip(batch.rows, found, strict=True):
            states[first[row] : first[row + 1]] = states_WH
    per_word = np.repeat(emoji, np.diff(first), axis=0)
    return torch.from_numpy(np.concatenate([states, per_word], axis=1))


@cache
def _teacher() -> tuple[MiniLM, PrototypeTeacher]:
    """The sentence encoder and the teacher that reads it; to load them takes two seconds."""
    encoder, phrases = load()
    return encoder, PrototypeTeacher(encoder, phrases)

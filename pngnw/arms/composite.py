"""The composite arm: phonemes, a frozen sentence encoder and an emoji teacher, joined by word.

It is what one would use in the place of our encoder ("BERT + DeepMoji + G2P"): Tacotron 2's text
encoder, whose BiLSTM reads beside every phoneme what all-MiniLM-L6-v2 makes of its word, and the
teacher's distribution over 64 emoji for its sentence. Both are frozen; of them a linear layer is
learned. The teacher is the prototype, which works offline and is not DeepMoji.

Guarantees: a sentence is read once for as long as its `Sentences` live; the words that the sentence
encoder gets are those of the align row, as `spelled` tells them. What lies beyond its 512
wordpieces has no state.

Letters: S sentences, W words of all of them, B utterances, P the most tokens, E width.
"""

from functools import cache
from itertools import accumulate
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from pngnw.arms.encoders import ConvolutionalText
from pngnw.arms.text import TextBatch, spelled
from pngnw.model.sentences import Sentences
from pngnw.teach.emoji import EMOJI
from pngnw.teach.minilm import LAYERS, POSITIONS, WIDTH, MiniLM
from pngnw.teach.prototype import PrototypeTeacher


class CompositeText(ConvolutionalText):
    """`ConvolutionalText` on phonemes, whose BiLSTM also reads the two frozen networks.

    Args:
        width: E, of the phonemes' states and of what is made of the frozen ones.
    """

    def __init__(self, width: int) -> None:
        super().__init__(width, "phonemes", beside=width)
        self.norm = nn.LayerNorm(WIDTH)
        self.project = nn.Linear(WIDTH + len(EMOJI), width)
        self._read: dict[int, tuple[Sentences, Tensor]] = {}

    def joined(self, states: Tensor, text: TextBatch) -> Tensor:
        """States [B, P, 2E]: of the convolutions, and of the frozen networks."""
        known = self._read.get(id(text.sentences))
        if known is None or known[0] is not text.sentences:
            known = self._read[id(text.sentences)] = text.sentences, word_features(text.sentences)
        frozen = pad_sequence(
            [known[1][_words(text.sentences, i)] for i in text.indices.tolist()], batch_first=True
        )
        words, emoji = self.norm(frozen[..., :WIDTH]), frozen[..., WIDTH:] * len(EMOJI)
        beside = self.dropout(torch.relu(self.project(torch.cat([words, emoji], dim=-1))))
        return torch.cat([states, beside * text.mask[..., None]], dim=-1)

    def uncounted_flop(self, text: TextBatch) -> float:
        """Those of the sentence encoder."""
        tokens = [
            len(row)
            for row in _teacher().encoder.tokenize(_texts(text.sentences.select(text.indices)))
        ]
        dense = sum(2 * 12 * WIDTH * WIDTH * n for n in tokens)
        attention = sum(2 * 2 * WIDTH * n * n for n in tokens)
        return LAYERS * float(dense + attention)


def word_features(sentences: Sentences) -> Tensor:
    """Of every word the sentence encoder's state, the mean over its wordpieces in the last layer,
    and its sentence's distribution over emoji: [W, 384 + 64] float32."""
    words, texts, teacher = spelled(sentences), _texts(sentences), _teacher()
    first = [0, *accumulate(map(len, words))]
    sums, counts = torch.zeros(first[-1], WIDTH), torch.zeros(first[-1], 1)
    emoji = np.zeros((len(words), len(EMOJI)), dtype=np.float32)
    for batch in teacher.encoder.batches(texts):
        some = [texts[row] for row in batch.rows]
        emoji[batch.rows] = teacher.teach(some, batch.vectors.numpy())
        for row, spans, states in zip(batch.rows, batch.spans, batch.states, strict=True):
            start = np.cumsum([0, *(len(word) + 1 for word in words[row])])
            span = np.array(spans, dtype=np.int64)
            piece = np.flatnonzero(span[:, 1] > 0)
            at = first[row] + np.searchsorted(start, span[piece, 0], "right") - 1
            sums.index_add_(0, torch.from_numpy(at), states[torch.from_numpy(piece)].float())
            counts.index_add_(0, torch.from_numpy(at), torch.ones(len(at), 1))
    per_word = torch.from_numpy(np.repeat(emoji, np.diff(first), axis=0))
    return torch.cat([sums / counts.clamp(min=1), per_word], dim=1)


def _words(sentences: Sentences, index: int) -> Tensor:
    """The word of every phoneme-side token of a sentence, among those of all, [P]."""
    start, stop = sentences.word_start[index], sentences.word_start[index + 1]
    counts = sentences.phonemes_per_word[start:stop].astype(np.int64)
    return torch.from_numpy(np.repeat(np.arange(start, stop), counts))


def _texts(sentences: Sentences) -> list[str]:
    return [" ".join(words) for words in spelled(sentences)]


class _Whole(MiniLM):
    """The sentence encoder, which reads all that its table of positions lets it."""

    def __init__(self, folder: Path, dtype: torch.dtype) -> None:
        super().__init__(folder, dtype)
        self._tokenizer.enable_truncation(POSITIONS)


@cache
def _teacher() -> PrototypeTeacher:
    """The teacher and its sentence encoder; to load them takes two seconds."""
    return PrototypeTeacher(_Whole.load())

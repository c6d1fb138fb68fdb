"""What attention points at: the phonemes of an utterance, its letters, or its words.

Guarantees: words are those of the align row, marks among them; attention to a word is attention to
its tokens, so a reader of letters and a reader of phonemes are measured on the same thing. A letter
has no time of its own; its gold interval is its word's.

Letters: B utterances, P tokens of one side, W words, S decoder steps.
"""

from typing import Literal

import numpy as np
import torch
from torch import Tensor

from pngnw.align.symbols import TOKENS
from pngnw.evaluate.dataset import SpeechSet
from pngnw.evaluate.measure import Floats, Gold, Ints

Side = Literal["phonemes", "letters"]


def lengths(speech: SpeechSet, indices: Ints, side: Side) -> Tensor:
    """How many tokens each utterance has on a side, [B] int64."""
    sentences = speech.sentences
    start = sentences.phoneme_start if side == "phonemes" else sentences.grapheme_start
    return torch.from_numpy(start[1:][indices] - start[:-1][indices])


def tokens(speech: SpeechSet, indices: Ints, side: Side) -> Tensor:
    """Token ids [B, P] int64, <pad> where padded."""
    sentences = speech.sentences
    if side == "phonemes":
        start, flat = sentences.phoneme_start, sentences.phonemes
    else:
        start, flat = sentences.grapheme_start, sentences.graphemes
    rows = [torch.from_numpy(flat[start[i] : start[i + 1]].astype(np.int64)) for i in indices]
    return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=TOKENS.pad)


def word_of(speech: SpeechSet, index: int, side: Side) -> Ints:
    """The word of every token of an utterance, [P]."""
    sentences = speech.sentences
    cut = slice(sentences.word_start[index], sentences.word_start[index + 1])
    per_word = sentences.phonemes_per_word if side == "phonemes" else sentences.graphemes_per_word
    counts = per_word[cut].astype(np.int64)
    return np.repeat(np.arange(len(counts), dtype=np.int64), counts)


def by_word(attention: Floats, speech: SpeechSet, index: int, side: Side) -> Floats:
    """Attention to tokens [S, P] added up to attention to words [S, W]."""
    words = np.arange(speech.sentences.word_start[index + 1] - speech.sentences.word_start[index])
    member = word_of(speech, index, side)[:, None] == words
    return np.asarray(attention @ member.astype(np.float64), dtype=np.float64)


def word_gold(speech: SpeechSet, index: int) -> Gold:
    """When each word is spoken, [W]: from its first phoneme's start to its last one's end.

    A word without phonemes has no time: its interval is empty, at the end of the one before.
    """
    gold, word = speech.golds[index], word_of(speech, index, "phonemes")
    count = int(speech.sentences.word_start[index + 1] - speech.sentences.word_start[index])
    start, end = np.zeros(count), np.zeros(count)
    spoken = np.zeros(count, dtype=np.bool_)
    now = 0.0
    for number in range(count):
        own = word == number
        start[number] = gold.start[own].min(initial=np.inf) if own.any() else now
        now = end[number] = gold.end[own].max() if own.any() else now
        spoken[number] = gold.spoken[own].any()
    return Gold(start, end, spoken)


def gold(speech: SpeechSet, index: int, side: Side) -> Gold:
    """When each token of a side is spoken, [P]."""
    if side == "phonemes":
        return speech.golds[index]
    words, word = word_gold(speech, index), word_of(speech, index, side)
    return Gold(words.start[word], words.end[word], words.spoken[word])

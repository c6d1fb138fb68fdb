"""What a text encoder reads: some rows of the align columns, and the order in which they come.

Guarantees: batches and their order depend on lengths and seed alone, never on the arm.

Letters: B utterances, P the most tokens of one of them, W words of all sentences.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from pngnw.align.symbols import INNER_MARKS, TOKENS
from pngnw.core.ragged import offsets
from pngnw.model.sentences import Int, Sentences

TokenKind = Literal["phonemes", "letters"]

# Batches are cut from a pool of this many, sorted by length: little padding, still shuffled.
POOL: Final = 8
_UNKNOWN: Final = "¤"  # a letter that the encoders do not know either
_CHARACTERS: Final = [
    {name: mark for mark, name in INNER_MARKS.items()}.get(symbol, symbol)
    for symbol in TOKENS.symbols
]
_CHARACTERS[TOKENS.unk] = _UNKNOWN


@dataclass(frozen=True)
class TextBatch:
    """The text of B utterances.

    Attributes:
        sentences, indices: the align columns, and the B rows of them.
        tokens: [B, P] int64 ids of one kind of token, <pad> where padded.
        lengths: [B] int64.
        mask: [B, P] bool, false for padding.
    """

    sentences: Sentences
    indices: Int
    tokens: Tensor
    lengths: Tensor
    mask: Tensor

    @classmethod
    def of(cls, sentences: Sentences, indices: Int, kind: TokenKind) -> "TextBatch":
        """Cut out and pad the tokens of these rows."""
        if kind == "phonemes":
            start, flat = sentences.phoneme_start, sentences.phonemes
        else:
            start, flat = sentences.grapheme_start, sentences.graphemes
        rows = [torch.from_numpy(flat[start[i] : start[i + 1]].astype(np.int64)) for i in indices]
        tokens = pad_sequence(rows, batch_first=True, padding_value=TOKENS.pad)
        lengths = torch.tensor([len(row) for row in rows])
        mask = torch.arange(tokens.shape[1]) < lengths[:, None]
        return cls(sentences, indices, tokens, lengths, mask)


def spelled(sentences: Sentences) -> list[list[str]]:
    """The words of each sentence as the encoders read them: marks among them, no capitals."""
    letters = "".join(_CHARACTERS[token] for token in sentences.graphemes)
    bounds = offsets(sentences.graphemes_per_word)
    words = [letters[a:b] for a, b in pairwise(bounds)]
    start = sentences.word_start
    return [words[a:b] for a, b in pairwise(start)]


def words_of(sentences: Sentences, index: int, kind: TokenKind) -> Int:
    """The word of every token of a sentence, counted over the words of all sentences, [P]."""
    words = slice(*sentences.word_start[index : index + 2])
    letters = kind == "letters"
    per_word = sentences.graphemes_per_word if letters else sentences.phonemes_per_word
    return np.repeat(np.arange(words.start, words.stop), per_word[words].astype(np.int64))


def word_starts(words: list[str]) -> Int:
    """Where each of W words begins when they are joined by spaces, [W]."""
    return offsets(np.array([len(word) + 1 for word in words], dtype=np.int64))[:-1]


def batches(lengths: Int, size: int, seed: int) -> Iterator[Int]:
    """Endless batches of `size` utterances: every utterance once per epoch (but for a remainder),
    neighbors in length together, in an order drawn from the seed."""
    rng = np.random.default_rng([seed, 0])
    size = min(size, len(lengths))
    while True:
        order = rng.permutation(len(lengths))
        cut: list[Int] = []
        for first in range(0, len(order), size * POOL):
            pool = order[first : first + size * POOL]
            pool = pool[np.argsort(lengths[pool], kind="stable")]
            cut += [pool[i : i + size] for i in range(0, len(pool) - size + 1, size)]
        for index in rng.permutation(len(cut)):
            yield cut[index]

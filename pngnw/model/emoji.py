"""Emoji from a bag of wordpieces: a sentence's words in whatever order.

A deep averaging network (Iyyer et al. 2015, section 2.2) with the sum over the root of the number
of words in the place of the mean, so that logits may grow with a sentence's length. It has a table
of its own and costs next to nothing, so it can learn from many more sentences than the encoder
has time to read. What it trades away: it knows neither order nor negation.

Letters: B sentences, K wordpieces of all of them, H width.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from pngnw.model.sentences import Sentences, offsets, spans

NUM_EMOJI = 64


@dataclass(frozen=True)
class Bags:
    """The wordpieces of B sentences: their ids [K], and where each sentence starts, [B + 1]."""

    pieces: Tensor
    starts: Tensor

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def of(cls, sentences: Sentences, indices: NDArray[Any]) -> "Bags":
        """All wordpieces of the sentences `indices`, none of them masked."""
        begin = sentences.piece_start[:-1][indices]
        lengths = sentences.piece_start[1:][indices] - begin
        pieces = sentences.pieces[spans(begin, lengths)].astype(np.int64)
        return cls(torch.from_numpy(pieces), torch.from_numpy(offsets(lengths)))

    @property
    def counts(self) -> Tensor:
        """Wordpieces of each sentence [B] int64."""
        return self.starts.diff()

    def sums(self, table: Tensor) -> Tensor:
        """For each sentence the sum of its pieces' rows of a table [V, H]: [B, H]."""
        return functional.embedding_bag(
            self.pieces, table, self.starts, mode="sum", include_last_offset=True
        )

    def to(self, device: torch.device | str) -> "Bags":
        """The same on another device."""
        return Bags(self.pieces.to(device), self.starts.to(device))


class EmojiWords(nn.Module):
    """Bags to logits [B, 64] in the published emoji order.

    `shares` weighs its own logits and those made of the sentence states.
    """

    def __init__(self, vocab_size: int, width: int) -> None:
        super().__init__()
        self.table = nn.Embedding(vocab_size, width)
        self.transform = nn.Linear(width, width)
        self.out = nn.Linear(width, NUM_EMOJI)
        self.shares = nn.Parameter(torch.tensor([1.0, 0.0]))

    def forward(self, bags: Bags) -> Tensor:
        """Logits [B, 64], float32 or the autocast type; of an empty bag those of no word."""
        root = bags.counts.clamp(min=1).rsqrt()
        scaled = bags.sums(self.table.weight) * root[:, None]
        out: Tensor = self.out(torch.tanh(self.transform(scaled)))
        return out

    def combine(self, states: Tensor, bags: Bags) -> Tensor:
        """Logits of states and words together; their gradients reach `shares` alone.

        Args:
            states: [B, 64] logits made of the sentence states.
            bags: the words of the same sentences.
        """
        with torch.no_grad():
            words = self(bags)
        out: Tensor = self.shares[0] * words + self.shares[1] * states.detach()
        return out

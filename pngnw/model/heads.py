"""What pretraining predicts from states: tokens, word values and the sentence's emoji.

With `model.emoji_words` the emoji are predicted from a bag of the sentence's wordpieces as well: a
deep averaging network (Iyyer et al. 2015, section 2.2) with the sum over the root of the number of
words in the place of the mean, so that logits may grow with a sentence's length. It has a table of
its own and knows neither order nor negation. With features the state of the sentence predicts the
teacher's features, and these alone the emoji, as in the teacher itself.

Guarantees: token and word heads see only the rows they are given, so a caller that passes target
positions alone pays for those alone (a dense word head costs more than the encoder).

Letters: M target rows, B sentences, H width, T token vocabulary, V wordpieces, F features, K
wordpieces of all sentences.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from pngnw.core.ragged import offsets
from pngnw.model.inputs import FIRST_PIECE
from pngnw.model.network import PnGNWEncoder, initialize, token_count
from pngnw.model.sentences import Sentences, spans
from pngnw.params import ModelConfig

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
        root = bags.counts.clamp(min=1).to(self.table.weight.dtype).rsqrt()
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


FEATURES = 2304  # of the network below DeepMoji's last layer


@dataclass(frozen=True)
class EmojiLogits:
    """Logits of B sentences, in the published emoji order.

    Attributes:
        states: [B, 64] logits made of the sentence states.
        combined: [B, 64] logits of states and words together; None without `model.emoji_words`.
        features: [B, F] the teacher's features as predicted; None unless they are.
    """

    states: Tensor
    combined: Tensor | None = None
    features: Tensor | None = None

    @property
    def best(self) -> Tensor:
        """The logits [B, 64] to answer with."""
        return self.states if self.combined is None else self.combined

    def float_on(self, device: torch.device) -> "EmojiLogits":
        """The same in float32 on a device."""
        parts = (self.states, self.combined, self.features)
        return EmojiLogits(*(None if x is None else x.to(device, torch.float32) for x in parts))  # type: ignore[arg-type] # states are never None


class Heads(nn.Module):
    """The heads; the word head exists only with `model.word_values`, whose table it shares.

    Args:
        config: the `model` section of params.yaml.
        vocab_size: size of the wordpiece vocabulary.
        generator: source of the initial weights; PyTorch's own when absent.
        features: predict the teacher's features, and emoji from them.
    """

    def __init__(
        self,
        config: ModelConfig,
        vocab_size: int,
        generator: torch.Generator | None = None,
        features: bool = False,
    ) -> None:
        super().__init__()
        width = config.width
        self.token_transform = _transform(width)
        self.token_out = nn.Linear(width, token_count(config, vocab_size))
        self.word_transform = _transform(width) if config.word_values else None
        self.word_bias = nn.Parameter(torch.zeros(vocab_size)) if config.word_values else None
        self.emoji_transform = nn.Linear(width, width)
        self.emoji_features = nn.Linear(width, FEATURES) if features else None
        self.emoji_out = nn.Linear(FEATURES if features else width, NUM_EMOJI)
        self.emoji_words = EmojiWords(vocab_size, width) if config.emoji_words else None
        initialize(self, generator)

    def tokens(self, rows: Tensor) -> Tensor:
        """States [M, H] to logits [M, T]."""
        out: Tensor = self.token_out(self.token_transform(rows))
        return out

    def words(self, rows: Tensor, encoder: PnGNWEncoder) -> Tensor:
        """States [M, H] to logits [M, V] over wordpieces; the weights are the encoder's table.

        Raises:
            ValueError: the model has no word values.
        """
        table = encoder.embeddings.word_value
        if table is None or self.word_transform is None:
            raise ValueError("no word head: model.word_values is off")
        return functional.linear(
            self.word_transform(rows), table.weight[FIRST_PIECE:], self.word_bias
        )

    def emoji(self, sentence: Tensor, bags: Bags) -> EmojiLogits:
        """Logits of sentence states [B, H] and of the words of the same sentences.

        No gradient of emoji reaches predicted features: they learn from the teacher's alone.
        """
        hidden = torch.tanh(self.emoji_transform(sentence))
        features = None
        if self.emoji_features is not None:
            features = self.emoji_features(hidden)
            hidden = features.detach()
        states: Tensor = self.emoji_out(hidden)
        combined = None if self.emoji_words is None else self.emoji_words.combine(states, bags)
        return EmojiLogits(states, combined, features)


def _transform(width: int) -> nn.Sequential:
    """BERT's head transform: linear, GELU, norm."""
    return nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width))

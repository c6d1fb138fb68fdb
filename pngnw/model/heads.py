"""What pretraining predicts from states: tokens, word values and the sentence's emoji.

With `model.emoji_words` the emoji are predicted from the sentence's words as well. With features
the state of the sentence predicts the teacher's features, and these alone the emoji, as in the
teacher itself.

Guarantees: token and word heads see only the rows they are given, so a caller that passes target
positions alone pays for those alone (a dense word head costs more than the encoder).

Letters: M target rows, B sentences, H width, T token vocabulary, V wordpieces, F features.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from pngnw.model.emoji import NUM_EMOJI, Bags, EmojiWords
from pngnw.model.inputs import FIRST_PIECE
from pngnw.model.network import PnGNWEncoder, initialize, token_count
from pngnw.params import ModelConfig

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

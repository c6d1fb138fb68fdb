"""What pretraining predicts from states: tokens, word values, marks, numbers of words and emoji.

Guarantees: everything is read from the encoder's states and from nothing beside them; token and
word heads see only the rows they are given, so a caller that passes target positions alone pays for
those alone (a dense word head costs more than the encoder).

Emoji are read from the phoneme side: each token says something, a gate says how much it counts, and
the sum is divided by the root of the number of tokens, so that logits may grow with a sentence's
length (a deep averaging network, Iyyer et al. 2015, section 2.2, with a gate and without the mean).
With features the sum predicts the teacher's features, and these alone the emoji, as in the teacher
itself.

Letters: M target rows, B sentences, P the most phonemes, W words, H width, T token vocabulary, V
wordpieces, F features, D numbers of a word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from pngnw.model.inputs import FIRST_PIECE
from pngnw.model.marks import LABELS
from pngnw.model.network import PnGNWEncoder, initialize, token_count
from pngnw.params import ModelConfig

NUM_EMOJI: Final = 64
FEATURES: Final = 2304  # of the network below DeepMoji's last layer


@dataclass(frozen=True)
class EmojiLogits:
    """Logits of B sentences, in the published emoji order.

    Attributes:
        logits: [B, 64].
        features: [B, F] the teacher's features as predicted; None unless they are.
    """

    logits: Tensor
    features: Tensor | None = None


class Heads(nn.Module):
    """The heads; the word head exists only with `model.word_values`, whose table it shares.

    Args:
        config: the `model` section of params.yaml.
        vocab_size: size of the wordpiece vocabulary.
        generator: source of the initial weights; PyTorch's own when absent.
        features: predict the teacher's features, and emoji from them.
        of_words: what words' states tell of words, by name, and its dimensions D.
    """

    def __init__(
        self,
        config: ModelConfig,
        vocab_size: int,
        generator: torch.Generator | None = None,
        features: bool = False,
        of_words: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__()
        width = config.width
        self.token_transform = _transform(width)
        self.token_out = nn.Linear(width, token_count(config, vocab_size))
        self.word_transform = _transform(width) if config.word_values else None
        self.word_bias = nn.Parameter(torch.zeros(vocab_size)) if config.word_values else None
        self.mark_out = nn.Linear(width, len(LABELS))
        self.dimensions = dict(of_words or {})
        self.of_words = nn.ModuleDict(
            {name: nn.Linear(width, size) for name, size in self.dimensions.items()}
        )
        self.emoji_gate = nn.Linear(width, 1)
        self.emoji_transform = nn.Linear(width, width)
        self.emoji_features = nn.Linear(width, FEATURES) if features else None
        self.emoji_out = nn.Linear(FEATURES if features else width, NUM_EMOJI)
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

    def emoji(self, states: Tensor, valid: Tensor) -> EmojiLogits:
        """Logits of B sentences.

        No gradient of emoji reaches predicted features: they learn from the teacher's alone.

        Args:
            states: [B, P, H] of the phoneme side.
            valid: [B, P] bool, false where padded.
        """
        said = self.emoji_gate(states).sigmoid() * self.emoji_transform(states).tanh()
        root = valid.sum(1, keepdim=True).clamp(min=1).to(said.dtype).sqrt()
        hidden = (said * valid[..., None]).sum(1) / root
        features = None
        if self.emoji_features is not None:
            features = self.emoji_features(hidden)
            hidden = features.detach()
        return EmojiLogits(self.emoji_out(hidden), features)


def _transform(width: int) -> nn.Sequential:
    """BERT's head transform: linear, GELU, norm."""
    return nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width))

"""What pretraining predicts from states: tokens, word values and the sentence's emoji.

With `model.emoji_words` the emoji are predicted from the sentence's words as well.

Guarantees: token and word heads see only the rows they are given, so a caller that passes target
positions alone pays for those alone (a dense word head costs more than the encoder).

Letters: M target rows, B sentences, H width, T token vocabulary, V wordpieces.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from pngnw.model.embeddings import token_count
from pngnw.model.emoji import EMOJI, Bags, EmojiWords
from pngnw.model.encoder import PnGNWEncoder, initialise
from pngnw.model.inputs import FIRST_PIECE
from pngnw.params import Model


class Heads(nn.Module):
    """The heads; the word head exists only with `model.word_values`, whose table it shares.

    Args:
        model: the `model` section of params.yaml.
        pieces: size of the wordpiece vocabulary.
        generator: source of the initial weights; PyTorch's own when absent.
    """

    def __init__(self, model: Model, pieces: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.token_transform = _transform(model.width)
        self.token_out = nn.Linear(model.width, token_count(model, pieces))
        self.word_transform = _transform(model.width) if model.word_values else None
        self.word_bias = nn.Parameter(torch.zeros(pieces)) if model.word_values else None
        self.emoji_transform = nn.Linear(model.width, model.width)
        self.emoji_out = nn.Linear(model.width, EMOJI)
        self.emoji_words = EmojiWords(pieces, model.width) if model.emoji_words else None
        initialise(self, generator)

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

    def emoji(self, sentence: Tensor) -> Tensor:
        """Sentence states [B, H] to logits [B, 64] in the published emoji order."""
        out: Tensor = self.emoji_out(torch.tanh(self.emoji_transform(sentence)))
        return out

    def emoji_of(self, sentence: Tensor, bags: Bags) -> Tensor:
        """Logits [B, 64] of the states and, with `model.emoji_words`, of the words beside them."""
        states = self.emoji(sentence)
        return states if self.emoji_words is None else self.emoji_words.beside(states, bags)


def _transform(width: int) -> nn.Sequential:
    """BERT's head transform: linear, GELU, norm."""
    return nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width))

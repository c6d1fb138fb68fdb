"""What a token is made of: the sum of its embeddings, normalised.

Token value, word value, word type, segment and positions, as in DESIGN section 6 (PnG BERT's
sum, plus CookiePPP's word embeddings). Every one but the token value can be switched off.

Letters: N tokens, H width.
"""

from torch import Tensor, nn

from pngnw.align.symbols import TOKENS
from pngnw.model.inputs import FIRST_PIECE, WORD_TYPES, Inputs
from pngnw.model.positions import Positions
from pngnw.params import ModelConfig


def token_count(model: ModelConfig, pieces: int) -> int:
    """Size of the token vocabulary: wordpiece graphemes are numbered after the fixed tokens."""
    return len(TOKENS) + (pieces if model.grapheme_unit == "wordpiece" else 0)


class Embeddings(nn.Module):
    """Inputs to [N, H]."""

    def __init__(self, model: ModelConfig, pieces: int) -> None:
        super().__init__()
        self.token = nn.Embedding(token_count(model, pieces), model.width)
        self.word_value = (
            nn.Embedding(FIRST_PIECE + pieces, model.width) if model.word_values else None
        )
        self.word_type = nn.Embedding(WORD_TYPES, model.width) if model.word_types else None
        self.segment = nn.Embedding(2, model.width) if model.segments else None
        self.positions = Positions(model)
        self.norm = nn.LayerNorm(model.width)
        self.dropout = nn.Dropout(model.dropout)

    def forward(self, inputs: Inputs) -> Tensor:
        """The normalised sum [N, H]."""
        total: Tensor = self.token(inputs.token)
        for table, values in (
            (self.word_value, inputs.word_value),
            (self.word_type, inputs.word_type),
            (self.segment, inputs.segment),
        ):
            if table is not None:
                total = total + table(values)
        for embedded in self.positions(inputs.positions):
            total = total + embedded
        out: Tensor = self.dropout(self.norm(total))
        return out

"""Operations counted by hand for a model that fits on a line."""

import torch

from pngnw.align.symbols import TOKENS
from pngnw.model.heads import Heads
from pngnw.model.network import PnGNWEncoder
from pngnw.pretrain.cost import Work, operations
from tests.model.synthetic import MODEL

SMALL = MODEL.model_copy(update={"width": 4, "heads": 1, "feed_forward": 8, "layers": 2})
PIECES = 10
# Two sentences of 20 and 30 tokens; 12 tokens, 3 wordpieces, the emoji of both sentences, 6 marks,
# 7 meanings and 8 surprisals are predicted.
WORK = Work(
    tokens=50, sentences=2, steps=1, squares=20**2 + 30**2, seconds=2.0, loader_seconds=0.5,
    targets=torch.tensor([5, 1, 1, 4, 1, 3, 2, 6, 7, 8]),
)  # fmt: skip


def test_operations_by_hand() -> None:
    numbers = Heads(SMALL, PIECES, of_words={"meaning": 10, "surprisal": 3})
    result = operations(WORK, PnGNWEncoder(SMALL, PIECES), numbers)
    # 10 tables: token, word value, word type, segment and six positions.
    assert result["embeddings"] == 2 * 50 * 4 * 10
    # Per layer: queries, keys, values and mix 4 * 16; up and down 2 * 32.
    assert result["encoder"] == 6 * 50 * 2 * (64 + 64)
    # Per layer: scores and mixture, 2 operations each, three times with backward.
    assert result["attention"] == 3 * 2 * 2 * (400 + 900) * 4 * 2
    heads = 12 * (16 + 4 * len(TOKENS)) + 3 * (16 + 4 * PIECES) + 6 * 4 * 6 + 7 * 4 * 10 + 8 * 4 * 3
    # Half of the tokens are phonemes, which have a transform and a gate.
    emoji = 25 * (16 + 4) + 2 * 4 * 64
    assert result["heads"] == 6 * (heads + emoji)

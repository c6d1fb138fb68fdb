"""Position embeddings: learned tables, projected sinusoids, rotary (RoPE), or none.

Sinusoids: Vaswani et al. 2017, section 3.5, followed by a linear projection per kind as in PnG
BERT (Jia et al. 2021, section 3.2). Rotary embeddings (RoPE): Su et al. 2021, equation 34.

Letters: N tokens, M longest position + 1, H width, D width of a head.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from pngnw.params import ModelConfig


def sinusoids(length: int, width: int) -> Tensor:
    """Fixed table [length, width] float32: sines in even columns, cosines in odd ones."""
    position = torch.arange(length, dtype=torch.float32)[:, None]
    rate = -math.log(10_000.0) / width
    step = torch.exp(torch.arange(0, width, 2, dtype=torch.float32) * rate)
    table = torch.zeros(length, width, dtype=torch.float32)
    table[:, 0::2] = torch.sin(position * step)
    table[:, 1::2] = torch.cos(position * step[: width // 2])
    return table


class Positions(nn.Module):
    """Adds up the embeddings of the chosen kinds of position; `rotary` and `none` add nothing."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.kinds = tuple(config.positions) if config.pos_emb in ("learned", "sinusoidal") else ()
        self.learned = config.pos_emb == "learned"
        # abs_word and abs_token of the last SEP are the largest: below max_tokens.
        rows = config.max_tokens
        if self.learned:
            self.tables = nn.ModuleDict({k: nn.Embedding(rows, config.width) for k in self.kinds})
        else:
            self.tables = nn.ModuleDict(
                {k: nn.Linear(config.width, config.width, bias=False) for k in self.kinds}
            )
            self.register_buffer("sinusoids", sinusoids(rows, config.width), persistent=False)

    def initialize(self, deviation: float, generator: torch.Generator | None) -> None:
        """Start from sinusoids under a random projection, learned tables too.

        Near positions then start alike and far ones apart, so what is learned about word 3 holds
        for word 30 from the first step on; both kinds of table start from the same numbers.
        """
        for table in self.tables.values():
            assert isinstance(table, nn.Embedding | nn.Linear)
            width = table.weight.shape[1]
            # The squares of a sinusoid row add up to half its width.
            projection = torch.empty(width, width, dtype=torch.float32)
            nn.init.normal_(projection, std=deviation / math.sqrt(width / 2), generator=generator)
            with torch.no_grad():
                if isinstance(table, nn.Embedding):
                    table.weight.copy_(sinusoids(*table.weight.shape) @ projection)
                else:
                    table.weight.copy_(projection)

    def forward(self, positions: dict[str, Tensor]) -> list[Tensor]:
        """The embeddings [N, H] to add, one for each kind."""
        return [self._embed(kind, positions[kind]) for kind in self.kinds]

    def _embed(self, kind: str, position: Tensor) -> Tensor:
        table = self.tables[kind]
        if isinstance(table, nn.Embedding):
            return functional.embedding(position, table.weight)
        # Projecting the table once is cheaper than projecting every token's row.
        fixed: Tensor = self.get_buffer("sinusoids")
        rows = len(fixed) if torch.compiler.is_exporting() else int(position.max()) + 1
        projected: Tensor = table(fixed[:rows])
        return functional.embedding(position, projected)


class Rotary(nn.Module):
    """Positions to the cosines and sines of rotary embeddings (RoPE)."""

    def __init__(self, head_width: int) -> None:
        super().__init__()
        self.head_width = head_width

    def forward(self, position: Tensor) -> tuple[Tensor, Tensor]:
        """Positions [N] to cosines and sines, each [N, 1, D / 2] float32."""
        # No buffer, which `.half()` would round: 200 times a rate is then off by a tenth of a turn.
        pairs = torch.arange(0, self.head_width, 2, dtype=torch.float32, device=position.device)
        angle = position[:, None, None] * 10_000.0 ** (-pairs / self.head_width)
        return angle.cos(), angle.sin()


def apply_rope(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotate the pairs (i, i + D/2) of x [N, heads, D] by the angles of `Rotary`."""
    left, right = x.float().chunk(2, dim=-1)
    return torch.cat((left * cos - right * sin, right * cos + left * sin), dim=-1).to(x.dtype)

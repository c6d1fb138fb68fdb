"""What the encoder reads: a layout (`pngnw.model.layout`) as tensors.

Letters: B sentences, N tokens of all of them, W words of all of them, P the most phonemes.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pngnw.model import layout
from pngnw.model.layout import CLS as CLS
from pngnw.model.layout import FIRST_PIECE as FIRST_PIECE
from pngnw.model.layout import GRAPHEME_SIDE as GRAPHEME_SIDE
from pngnw.model.layout import HIDDEN_TYPE as HIDDEN_TYPE
from pngnw.model.layout import HIDDEN_WORD as HIDDEN_WORD
from pngnw.model.layout import MASK as MASK
from pngnw.model.layout import NO_WORD as NO_WORD
from pngnw.model.layout import PHONEME_SIDE as PHONEME_SIDE
from pngnw.model.layout import SEP as SEP
from pngnw.model.layout import WORD_TYPES as WORD_TYPES
from pngnw.model.layout import Layout
from pngnw.model.sentences import Sentences
from pngnw.params import ModelConfig


@dataclass(frozen=True)
class Inputs:
    """B sequences of N tokens together: `Layout` as tensors, and the tokens of the longest one."""

    token: Tensor
    word_value: Tensor
    word_type: Tensor
    segment: Tensor
    positions: dict[str, Tensor]
    word: Tensor
    first_of_piece: Tensor
    starts: Tensor
    phoneme_lengths: Tensor
    max_length: int

    @classmethod
    def of(cls, layout: Layout) -> "Inputs":
        """A layout, of which no number is copied."""
        arrays: dict[str, Any] = {
            name: torch.from_numpy(value)
            for name, value in vars(layout).items()
            if name != "positions"
        }
        positions = {kind: torch.from_numpy(v) for kind, v in layout.positions.items()}
        longest = int(np.diff(layout.starts).max(initial=0))
        return cls(**arrays, positions=positions, max_length=longest)

    def __len__(self) -> int:
        return len(self.phoneme_lengths)

    def to(self, device: torch.device | str) -> "Inputs":
        """The same inputs on another device."""
        moved: dict[str, Any] = {
            name: value.to(device)
            for name, value in vars(self).items()
            if isinstance(value, Tensor)
        }
        return replace(
            self, **moved, positions={k: v.to(device) for k, v in self.positions.items()}
        )

    def phoneme_rows(self) -> tuple[Tensor, Tensor]:
        """Rows of the phoneme-side tokens: index [B, P] int64 into N, and valid [B, P] bool.

        Where `valid` is false the index points at CLS, so that gathering is always possible.
        """
        lengths = self.phoneme_lengths
        most = int(lengths.max()) if len(lengths) else 0
        column = torch.arange(most, device=lengths.device)
        valid = column < lengths[:, None]
        return self.starts[:-1, None] + (column + 1) * valid, valid


def assemble(sentences: Sentences, indices: NDArray[Any], config: ModelConfig) -> Inputs:
    """Lay out the sentences `indices` as one unpadded batch; see `pngnw.model.layout.lay_out`."""
    return Inputs.of(layout.lay_out(sentences, indices, config))


def phonemes_only(inputs: Inputs, which: Tensor | None = None) -> Inputs:
    """`pngnw.model.layout.phonemes_only` of inputs on the CPU."""
    arrays: dict[str, Any] = {
        name: value.numpy() for name, value in vars(inputs).items() if isinstance(value, Tensor)
    }
    positions = {kind: values.numpy() for kind, values in inputs.positions.items()}
    chosen = None if which is None else which.numpy()
    return Inputs.of(layout.phonemes_only(Layout(**arrays, positions=positions), chosen))

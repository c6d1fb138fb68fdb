"""What the encoder reads: a layout (`pngnw.model.layout`) as tensors.

Letters: B sentences, N tokens of all of them, W words of all of them, P the most phonemes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

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
        moved: Inputs = to_device(self, device)
        return moved

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


def phonemes_only(inputs: Inputs) -> Inputs:
    """`pngnw.model.layout.phonemes_only` of inputs on the CPU."""
    arrays: dict[str, Any] = {
        name: value.numpy() for name, value in vars(inputs).items() if isinstance(value, Tensor)
    }
    positions = {kind: values.numpy() for kind, values in inputs.positions.items()}
    return Inputs.of(layout.phonemes_only(Layout(**arrays, positions=positions)))


def without_specials(inputs: Inputs) -> tuple[Inputs, Tensor]:
    """The same sentences without CLS and SEP, and the rows of `inputs` that are left.

    Each sequence is `g… p…`, all positions from 0, and `abs_word` and `abs_token` counted through
    both sides, as the first implementation (CookiePPP/pngnw_bert,
    `WordpieceTokenizer.convert_string_to_model_inputs`) lays a sentence out.
    """
    sentences = len(inputs)
    sentence = torch.repeat_interleave(
        torch.arange(sentences, device=inputs.token.device), inputs.starts.diff()
    )
    rows = inputs.word.ge(0).nonzero().squeeze(1)
    spoken = inputs.segment[rows] == PHONEME_SIDE
    order = (2 * sentence[rows] + spoken).argsort(stable=True)
    rows, spoken = rows[order], spoken[order]
    sentence = sentence[rows]
    lengths = torch.bincount(sentence, minlength=sentences)
    starts = functional.pad(lengths.cumsum(0), (1, 0))
    positions = {kind: values[rows] - 1 for kind, values in inputs.positions.items()}
    # On the grapheme side, where there is one, `abs_word` is ahead by the words and SEP.
    ahead = positions["abs_word"] - positions["rel_word"] - 1
    words = starts.new_zeros(sentences).scatter_reduce(0, sentence, ahead, "amax")
    positions["abs_word"] = positions["rel_word"] + words[sentence] * spoken
    positions["abs_token"] = torch.arange(len(rows), device=rows.device) - starts[sentence]
    return Inputs(
        token=inputs.token[rows],
        word_value=inputs.word_value[rows],
        word_type=inputs.word_type[rows],
        segment=inputs.segment[rows],
        positions=positions,
        word=inputs.word[rows],
        first_of_piece=inputs.first_of_piece[rows],
        starts=starts,
        phoneme_lengths=inputs.phoneme_lengths,
        max_length=int(lengths.max()) if sentences else 0,
    ), rows


def to_device(value: Any, device: torch.device | str) -> Any:
    """A tensor, or those in a mapping or a dataclass, on a device; anything else as it is."""
    if isinstance(value, Tensor):
        return value.to(device)
    if isinstance(value, Mapping):
        return {name: to_device(each, device) for name, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{k: to_device(each, device) for k, each in vars(value).items()})
    return value

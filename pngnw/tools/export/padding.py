"""Unpadded inputs as the padded arrays of an exported encoder.

Guarantees: no loop over tokens; the arrays are those of `pngnw.tools.export.names` for this model,
int64 and 0 where padded.

Letters: B sentences, L the most tokens, K the most wordpieces, N tokens of all of them.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from pngnw.model.emoji import Bags
from pngnw.model.inputs import Inputs
from pngnw.params import ModelConfig
from pngnw.tools.export.names import input_names

Arrays = dict[str, NDArray[np.int64]]


def pad(inputs: Inputs, bags: Bags, model: ModelConfig) -> Arrays:
    """Lay out a batch.

    Args:
        inputs: B sentences, at least one.
        bags: the wordpieces of the same sentences.
        model: decides which arrays there are.
    """
    flat: Mapping[str, Tensor] = {
        "token": inputs.token,
        "word_value": inputs.word_value,
        "word_type": inputs.word_type,
        "segment": inputs.segment,
        **inputs.positions,
    }
    starts, piece_starts = inputs.starts.numpy(), bags.starts.numpy()
    out: Arrays = {}
    for name in input_names(model):
        if name == "length":
            out[name] = np.diff(starts)
        elif name == "phoneme_length":
            out[name] = inputs.phoneme_lengths.numpy()
        elif name == "piece_length":
            out[name] = np.diff(piece_starts)
        elif name == "piece":
            out[name] = _padded(bags.pieces, piece_starts)
        else:
            out[name] = _padded(flat[name], starts)
    return out


def _padded(values: Tensor, starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """[N] to [B, L]."""
    lengths = np.diff(starts)
    real = np.arange(lengths.max(initial=0)) < lengths[:, None]
    out = np.zeros(real.shape, dtype=np.int64)
    out[real] = values.numpy()
    return out

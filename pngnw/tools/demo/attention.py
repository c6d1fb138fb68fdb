"""Attention weights of a layer, computed beside it: the backends of `pngnw.model` keep none.

Guarantees: they are made of the layer's own norm, projections and rotation, and compared with it:
`difference` says how far weights times values are from the layer's own attention (rounding).

Letters: N tokens of one sentence, A heads, D width of a head.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from pngnw.model.attention import Packing, choose_backend
from pngnw.model.inputs import Inputs
from pngnw.model.network import Layer, PnGNWEncoder
from pngnw.model.positions import apply_rope


@dataclass(frozen=True)
class Attention:
    """What one layer attends to.

    Attributes:
        weights: [A, N, N] float32; row i of a head says how much of each token goes into token i,
            and sums to 1.
        difference: the largest distance of projected weights times values to the layer's attention.
        largest: the largest number of that, to compare `difference` with.
    """

    weights: Tensor
    difference: float
    largest: float


@torch.inference_mode()
def attention(encoder: PnGNWEncoder, inputs: Inputs, layer: int) -> Attention:
    """The weights of layer `layer`, from 0, for one sentence: softmax(Q Kᵀ / √D), as in Vaswani et
    al. 2017, equation 1.
    """
    block = encoder.layers[layer]
    assert isinstance(block, Layer)
    x = encoder(inputs, layer)
    x = x if block.post else block.attention_norm(x)
    rope = None if encoder.rotary is None else encoder.rotary(inputs.positions["abs_token"])
    backend = choose_backend(encoder.config.attention, inputs.token.device)
    expected = block.attention(x, Packing.of(inputs, backend), rope)
    query, key, value = block.qkv(x).view(len(x), 3, block.heads, -1).unbind(1)
    if rope is not None:
        query, key = apply_rope(query, *rope), apply_rope(key, *rope)
    query, key, value = (part.transpose(0, 1) for part in (query, key, value))
    weights = (query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])).softmax(-1)
    out = block.out_proj((weights @ value).transpose(0, 1).flatten(1))
    return Attention(weights, float((out - expected).abs().max()), float(expected.abs().max()))

"""Attention weights of a layer, worked out beside it: the backends of `pngnw.model` keep none.

Guarantees: the weights are made of the queries and keys that the layer itself projected in a real
forward pass, turned as the layer turns them; and they are checked against it: `difference` says how
far weights times values are from what the layer handed to its next part. In float32 that is
rounding. Costs one forward pass up to the layer, and keeps [A, N, N].

Letters: N tokens of one sentence, A heads, D width of a head.
"""

import math
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from pngnw.model.inputs import Inputs
from pngnw.model.network import Layer, PnGNWEncoder
from pngnw.model.positions import apply_rope


@dataclass(frozen=True)
class Attention:
    """What one layer attends to.

    Attributes:
        weights: [A, N, N] float32; row i of a head says how much of each token goes into token i,
            and sums to 1.
        difference: the largest distance of weights times values to the layer's own mixture.
        largest: the largest number of that mixture, to compare `difference` with.
    """

    weights: Tensor
    difference: float
    largest: float


@torch.inference_mode()
def attention(encoder: PnGNWEncoder, inputs: Inputs, layer: int) -> Attention:
    """The weights of layer `layer`, from 0, for one sentence: softmax(Q Kᵀ / √D).

    Source: Vaswani et al. 2017, equation 1.

    Raises:
        ValueError: several sentences, or no such layer.
    """
    if len(inputs) != 1:
        raise ValueError(f"{len(inputs)} sentences: attention is shown for one")
    if not 0 <= layer < len(encoder.layers):
        raise ValueError(f"layer {layer}: the encoder has layers 0 to {len(encoder.layers) - 1}")
    block = encoder.layers[layer]
    assert isinstance(block, Layer)
    rows, heads = len(inputs.token), block.heads
    seen: dict[str, Any] = {}

    def called(_: nn.Module, given: tuple[Any, ...]) -> None:
        seen["rope"] = given[2]

    def projected(_: nn.Module, __: Any, qkv: Tensor) -> None:
        seen["qkv"] = qkv

    def mixed(_: nn.Module, given: tuple[Any, ...]) -> None:
        seen["mixed"] = given[0]

    with ExitStack() as stack:
        for handle in (
            block.register_forward_pre_hook(called),
            block.qkv.register_forward_hook(projected),
            block.out_proj.register_forward_pre_hook(mixed),
        ):
            stack.callback(handle.remove)
        encoder(inputs, layer + 1)

    with torch.autocast(inputs.token.device.type, enabled=False):
        query, key, value = seen["qkv"].view(len(seen["qkv"]), 3, heads, -1).unbind(1)
        if seen["rope"] is not None:
            query, key = apply_rope(query, *seen["rope"]), apply_rope(key, *seen["rope"])
        # The layer may work on more rows than there are tokens, see `Packing.of`.
        query, key, value = (part[:rows].float().transpose(0, 1) for part in (query, key, value))
        weights = (query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])).softmax(-1)
        own = seen["mixed"][:rows].float()
        again = (weights @ value).transpose(0, 1).reshape(own.shape)
    return Attention(weights, float((again - own).abs().max()), float(own.abs().max()))

"""The map that is shown is what the layer did, for every kind of position and norm."""

import numpy as np
import pytest
import torch

from pngnw.model.inputs import Inputs, assemble
from pngnw.model.network import Layer, PnGNWEncoder
from pngnw.model.sentences import Sentences
from pngnw.params import ModelConfig
from pngnw.tools.demo import attention as module
from pngnw.tools.demo.attention import attention
from tests.model.synthetic import MODEL, PIECES, corpus

SENTENCES = Sentences.from_table(corpus(3, 5))


def made(**changes: object) -> tuple[PnGNWEncoder, Inputs]:
    model = ModelConfig.model_validate({**MODEL.model_dump(), **changes})
    encoder = PnGNWEncoder(model, PIECES, torch.Generator().manual_seed(1)).eval()
    with torch.no_grad():  # keys start as queries, which would hide a mix-up of the two
        for name, weight in encoder.named_parameters():
            if "qkv" in name:
                weight.normal_(std=0.4, generator=torch.Generator().manual_seed(2))
    return encoder, assemble(SENTENCES, np.array([2]), model)


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize("pos_emb", ["learned", "sinusoidal", "rotary", "none"])
def test_weights_times_values_is_what_the_layer_hands_on(pos_emb: str, norm: str) -> None:
    encoder, inputs = made(pos_emb=pos_emb, norm=norm)
    for layer in range(len(encoder.layers)):
        found = attention(encoder, inputs, layer)
        size = len(inputs.token)
        assert found.weights.shape == (MODEL.heads, size, size)
        torch.testing.assert_close(found.weights.sum(-1), torch.ones(MODEL.heads, size))
        assert found.difference <= 1e-5 * found.largest
        # Far from anything that would agree by accident, such as equal shares.
        assert found.weights.max() > 3 / size


def test_the_comparison_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder, inputs = made(pos_emb="rotary")
    monkeypatch.setattr(module, "apply_rope", lambda x, *_: x)
    found = attention(encoder, inputs, 0)
    assert found.difference > 0.05 * found.largest


@pytest.mark.parametrize("pos_emb", ["learned", "rotary"])
def test_the_next_states_follow_from_the_weights(pos_emb: str) -> None:
    """All of a layer computed again in float64 from the weights that are shown."""
    encoder, inputs = made(pos_emb=pos_emb, norm="pre")
    found = attention(encoder, inputs, 0)
    layer = encoder.layers[0].double()
    assert isinstance(layer, Layer)
    with torch.no_grad():
        x = encoder(inputs, 0).double()
        _, _, value = layer.qkv(layer.attention_norm(x)).chunk(3, dim=-1)
        heads = value.unflatten(-1, (MODEL.heads, -1)).transpose(0, 1)
        mixed = (found.weights.double() @ heads).transpose(0, 1).flatten(1)
        x = x + layer.out_proj(mixed)
        after = x + layer.feed_forward(layer.feed_forward_norm(x))
        layer.float()
        torch.testing.assert_close(encoder(inputs, 1).double(), after, atol=1e-5, rtol=1e-5)


def test_equal_shares_by_hand() -> None:
    encoder, inputs = made()
    with torch.no_grad():
        layer = encoder.layers[0]
        assert isinstance(layer, Layer)
        layer.qkv.weight.zero_()
        layer.qkv.bias.zero_()
    weights = attention(encoder, inputs, 0).weights
    torch.testing.assert_close(weights, torch.full_like(weights, 1 / len(inputs.token)))

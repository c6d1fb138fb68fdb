"""Every switch of the model changes what it names, and nothing else."""

from dataclasses import replace
from itertools import product
from typing import get_args

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from pngnw.model.attention import Packing
from pngnw.model.heads import Heads
from pngnw.model.inputs import Inputs, assemble
from pngnw.model.network import Layer, PnGNWEncoder
from pngnw.model.sentences import Sentences
from pngnw.params import ModelConfig, Position
from tests.model.synthetic import MODEL, PIECES, corpus
from tests.model.test_network import encoder

SENTENCES = Sentences.from_table(corpus(seed=1, count=4))
KINDS = get_args(Position)


def inputs(model: ModelConfig = MODEL) -> Inputs:
    return assemble(SENTENCES, np.arange(4), model)


def reacts(net: PnGNWEncoder, **changed: object) -> bool:
    """Whether the states change with an input; one that is not read changes no bit."""
    before = inputs()
    return not torch.equal(net(before), net(replace(before, **changed)))  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize("field", ["word_value", "word_type", "segment"])
def test_an_embedding_switched_off_is_not_read(field: str) -> None:
    switch = f"{field}s"
    other = {field: getattr(inputs(), field).flip(0)}
    assert reacts(encoder(), **other)
    assert not reacts(encoder(**{switch: False}), **other)
    removed = set(encoder().state_dict()) - set(encoder(**{switch: False}).state_dict())
    assert removed == {f"embeddings.{field}.weight"}


@pytest.mark.parametrize("pos_emb", ["learned", "sinusoidal", "rotary", "none"])
def test_positions_are_read_as_pos_emb_says(pos_emb: str) -> None:
    """learned and sinusoidal read exactly `positions`, rotary abs_token alone, none nothing."""
    for chosen in KINDS:
        net = encoder(pos_emb=pos_emb, positions=[chosen], layers=1)
        read = {"rotary": {"abs_token"}, "none": set()}.get(pos_emb, {chosen})
        for kind in KINDS:
            at = inputs().positions
            other = {**at, kind: at[kind].flip(0)}
            assert reacts(net, positions=other) == (kind in read), (chosen, kind)


def test_grapheme_unit_changes_the_written_side_alone() -> None:
    written = inputs(MODEL.model_copy(update={"grapheme_unit": "wordpiece"}))
    for one, other, length in zip(
        inputs().starts, written.starts, written.phoneme_lengths + 2, strict=False
    ):
        spoken = written.token[other : other + length]
        assert torch.equal(inputs().token[one : one + length], spoken)


def test_width_depth_and_feed_forward() -> None:
    net = encoder(width=48, layers=3, heads=3, feed_forward=40)
    assert net(inputs()).shape == (len(inputs().token), 48)
    assert len(net.layers) == 3
    assert net.get_parameter("layers.0.fc1.weight").shape == (40, 48)


def branches(layer: Layer, x: Tensor) -> tuple[Tensor, Tensor]:
    """A layer's projections of attention and feed-forward on x, by hand but for attention."""
    packing = Packing.of(inputs(), "sdpa")
    up = layer.fc1(x)
    if layer.fc1.out_features == 2 * layer.fc2.in_features:
        up = functional.gelu(up[:, :64]) * up[:, 64:]
    else:
        up = functional.gelu(up)
    return layer.attention(x, packing, None), layer.fc2(up)


@pytest.mark.parametrize(("norm", "activation"), list(product(["pre", "post"], ["gelu", "geglu"])))
def test_layer_by_hand(norm: str, activation: str) -> None:
    net = encoder(norm=norm, activation=activation)
    layer = net.layers[0]
    assert isinstance(layer, Layer)
    x = torch.randn(len(inputs().token), 32, generator=torch.Generator().manual_seed(1))
    if norm == "pre":
        middle = x + branches(layer, layer.attention_norm(x))[0]
        out = middle + branches(layer, layer.feed_forward_norm(middle))[1]
    else:
        middle = layer.attention_norm(x + branches(layer, x)[0])
        out = layer.feed_forward_norm(middle + branches(layer, middle)[1])
    torch.testing.assert_close(layer(x, Packing.of(inputs(), "sdpa"), None), out)


SWITCHES = {
    "norm": ["pre", "post"],
    "activation": ["gelu", "geglu"],
    "pos_emb": ["learned", "sinusoidal", "rotary", "none"],
    "grapheme_unit": ["letter", "wordpiece"],
    "word_values": [True, False],
}


@pytest.mark.parametrize("values", list(product(*SWITCHES.values())))
def test_every_combination_runs_forward_and_backward(values: tuple[object, ...]) -> None:
    net = encoder(**dict(zip(SWITCHES, values, strict=True)))
    heads = Heads(net.config, PIECES, torch.Generator().manual_seed(0), of_words={"meaning": 5})
    batch = inputs(net.config)
    states = net(batch)
    rows, valid = batch.phoneme_rows()
    words = net.word_states(states, batch)
    logits = [
        heads.tokens(states), heads.emoji(states[rows], valid).logits,
        heads.mark_out(words), heads.of_words["meaning"](words),
    ]  # fmt: skip
    if net.config.word_values:
        logits.append(heads.words(states, net))
    torch.stack([values.log_softmax(-1)[:, 0].sum() for values in logits]).sum().backward()
    for name, weight in (*net.named_parameters(), *heads.named_parameters()):
        assert weight.grad is not None, name
        assert torch.isfinite(weight.grad).all(), name

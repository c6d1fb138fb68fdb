"""The encoder looks at one sentence at a time, whatever shares its batch."""

import numpy as np
import pytest
import torch

from pngnw.model.attention import Packing
from pngnw.model.inputs import assemble
from pngnw.model.network import PnGNWEncoder
from pngnw.model.sentences import Sentences
from tests.model.synthetic import MODEL, PIECES, corpus

SENTENCES = Sentences.from_table(corpus(seed=1, count=10))


def encoder(**changes: object) -> PnGNWEncoder:
    model = MODEL.model_copy(update=changes)
    return PnGNWEncoder(model, PIECES, torch.Generator().manual_seed(0)).eval()


@pytest.mark.parametrize("pos_emb", ["learned", "sinusoidal", "rotary", "none"])
def test_a_neighbor_changes_nothing(pos_emb: str) -> None:
    net = encoder(pos_emb=pos_emb)
    together = assemble(SENTENCES, np.arange(10), net.config)
    states = net(together)
    for i in range(10):
        alone = net(assemble(SENTENCES, np.array([i]), net.config))
        torch.testing.assert_close(
            states[together.starts[i] : together.starts[i + 1]], alone, atol=1e-5, rtol=0
        )


def test_phoneme_states_hold_the_phonemes_alone() -> None:
    net = encoder()
    inputs = assemble(SENTENCES, np.array([4, 1]), net.config)
    hidden = net(inputs, layer=1)
    states, lengths = net.phoneme_states(inputs, layer=1)
    assert lengths.tolist() == inputs.phoneme_lengths.tolist()
    for row, (start, length) in enumerate(zip(inputs.starts, lengths, strict=False)):
        assert torch.equal(states[row, :length], hidden[start + 1 : start + 1 + length])
        assert not states[row, length:].any()


def test_rotary_sees_order_and_none_does_not() -> None:
    """Without positions, swapping two phonemes of a word only swaps their states."""
    inputs = assemble(SENTENCES, np.array([0]), MODEL)
    tokens = inputs.token.clone()
    row = int((inputs.word[1:-1] == inputs.word[2:]).nonzero()[0]) + 1
    tokens[[row, row + 1]] = tokens[[row + 1, row]]
    swapped = type(inputs)(**{**vars(inputs), "token": tokens})
    for pos_emb, equal in (("none", True), ("rotary", False)):
        net = encoder(pos_emb=pos_emb, word_values=False)
        before, after = net(inputs), net(swapped)
        same = torch.allclose(before[row], after[row + 1], atol=1e-5)
        assert same == equal, pos_emb


@pytest.mark.parametrize("pos_emb", ["learned", "rotary"])
def test_rounding_rows_up_in_bfloat16_changes_little(pos_emb: str) -> None:
    """The rows that only fill up (see `Packing.of`) reach no sentence state."""
    net = encoder(pos_emb=pos_emb)
    inputs = assemble(SENTENCES, np.arange(10), net.config)
    exact = net(inputs)
    with torch.autocast("cpu", torch.bfloat16):
        assert Packing.of(inputs, "sdpa").rows > len(inputs.token)
        rough = net(inputs)
        states = net.sentence_states(rough, inputs)
    assert rough.shape == exact.shape
    assert (rough.float() - exact).abs().max() < 0.15
    by_hand = [rows.float().mean(0) for rows in rough.split(inputs.starts.diff().tolist())]
    torch.testing.assert_close(states, torch.stack(by_hand), atol=1e-6, rtol=1e-5)


def test_compiled_it_says_the_same() -> None:
    """In one graph, for any shape; without the code generator, which takes minutes."""
    net, plain = encoder(), encoder()
    net.compile(backend="aot_eager", fullgraph=True, dynamic=True)
    for indices in (np.arange(10), np.array([2, 7, 4])):
        inputs = assemble(SENTENCES, indices, net.config)
        states, expected = net(inputs), plain(inputs)
        torch.testing.assert_close(states, expected, atol=1e-5, rtol=1e-5)
        states.pow(3).sum().backward()
        expected.pow(3).sum().backward()
    for name, weight in plain.named_parameters():
        torch.testing.assert_close(
            net.get_parameter(name).grad, weight.grad, atol=1e-2, rtol=1e-4, msg=name
        )

"""Heads by hand: what emoji and words are told from; padding and neighbors do not matter."""

import numpy as np
import pytest
import torch

from pngnw.model.heads import FEATURES, Heads
from pngnw.model.inputs import assemble, phonemes_only
from pngnw.model.network import PnGNWEncoder
from tests.model.synthetic import MODEL, PIECES
from tests.model.test_inputs import hand_made

WIDTH = MODEL.width


def random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def heads(features: bool = False) -> Heads:
    return Heads(MODEL, PIECES, torch.Generator().manual_seed(0), features)


def test_emoji_by_hand() -> None:
    """A token says tanh of a linear, counts as much as its gate says, and √n divides the sum."""
    made, states = heads(), random(1, 3, WIDTH)
    said = [
        torch.sigmoid(made.emoji_gate(token)) * torch.tanh(made.emoji_transform(token))
        for token in states[0]
    ]
    expected = made.emoji_out(sum(said) / 3**0.5)
    answer = made.emoji(states, torch.ones(1, 3, dtype=torch.bool))
    torch.testing.assert_close(answer.logits[0], expected)
    assert answer.features is None


def test_padding_and_order_do_not_matter_to_emoji() -> None:
    made, states = heads(), random(3, 6, WIDTH)
    lengths = torch.tensor([6, 2, 0])
    valid = torch.arange(6) < lengths[:, None]
    together = made.emoji(states, valid).logits
    other = torch.where(valid[..., None], states, torch.full_like(states, 1e3))
    torch.testing.assert_close(made.emoji(other, valid).logits, together)
    for row, length in enumerate(lengths):
        alone = made.emoji(states[row, :length].flip(0)[None], valid[row, :length][None])
        torch.testing.assert_close(alone.logits[0], together[row])


def test_with_features_the_states_learn_from_them_alone() -> None:
    """The last layer reads predicted features as they are; its gradient stops there."""
    made, states = heads(features=True), random(8, 3, WIDTH).requires_grad_()
    answer = made.emoji(states, torch.ones(8, 3, dtype=torch.bool))
    assert answer.features is not None
    assert answer.features.shape == (8, FEATURES)
    torch.testing.assert_close(answer.logits, made.emoji_out(answer.features))
    answer.logits.square().sum().backward(retain_graph=True)
    assert states.grad is None
    assert made.emoji_out.weight.grad is not None
    answer.features.square().sum().backward()
    assert states.grad is not None
    assert states.grad.abs().sum() > 0


@pytest.mark.parametrize("specials", [True, False])
@pytest.mark.parametrize("alone", [False, True])
def test_a_word_state_is_the_mean_over_its_phonemes(alone: bool, specials: bool) -> None:
    """CLS p p p SEP …, CLS p p SEP …: two words of 2 and 1 phonemes, then one of 2."""
    model = MODEL.model_copy(update={"specials": specials})
    inputs = assemble(hand_made(), np.array([0, 1]), model)
    second = 10
    if alone:
        inputs, second = phonemes_only(inputs), 5
    hidden = random(len(inputs.token), WIDTH)
    states = PnGNWEncoder(model, PIECES).word_states(hidden, inputs)
    expected = [hidden[1:3].mean(0), hidden[3], hidden[second + 1 : second + 3].mean(0)]
    torch.testing.assert_close(states, torch.stack(expected))
    assert PnGNWEncoder(model, PIECES).word_states(hidden.bfloat16(), inputs).dtype == torch.float32

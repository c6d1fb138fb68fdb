"""Sequences without CLS and SEP: hand-computed rows and positions; what states depend on."""

import numpy as np
import pytest
import torch

from pngnw.model.bare import without_specials
from pngnw.model.inputs import assemble, phonemes_only
from pngnw.model.network import PnGNWEncoder
from tests.model.test_inputs import MODEL, hand_made

POSITIONS = ["rel_word", "rel_token", "abs_word", "abs_token", "subword"]


def test_graphemes_come_first_and_positions_start_at_zero() -> None:
    inputs = assemble(hand_made(), np.array([0, 1]), MODEL)
    bare, rows = without_specials(inputs)
    sentence = slice(0, int(bare.starts[1]))
    spoken = int(inputs.phoneme_lengths[0])
    written = int(bare.starts[1]) - spoken
    assert rows[sentence].tolist() == [
        *range(2 + spoken, 2 + spoken + written), *range(1, 1 + spoken)
    ]  # fmt: skip
    words = int(inputs.word[: int(inputs.starts[1])].max()) + 1
    at = {kind: values[sentence].tolist() for kind, values in bare.positions.items()}
    assert at["abs_token"] == list(range(written + spoken))
    assert at["rel_token"] == [*range(written), *range(spoken)]
    of = bare.word[sentence].tolist()
    assert at["rel_word"] == of
    assert at["abs_word"] == [*of[:written], *(word + words for word in of[written:])]
    subword = [of[:row].count(word) for row, word in enumerate(of[:written])]
    assert at["subword"][:written] == subword


@pytest.mark.parametrize("alone", [False, True])
def test_states_come_back_in_the_rows_of_the_batch(alone: bool) -> None:
    model = MODEL.model_copy(
        update={"specials": False, "positions": POSITIONS, "pos_emb": "learned", "norm": "post"}
    )
    net = PnGNWEncoder(model, 100, torch.Generator().manual_seed(0)).eval()
    one, both = (assemble(hand_made(), np.array(at), model) for at in ([1], [0, 1]))
    if alone:
        one, both = phonemes_only(one), phonemes_only(both)
    states, together = net(one), net(both)
    assert torch.allclose(together[int(both.starts[1]) :], states, atol=1e-6)
    special = one.word < 0
    assert not states[special].any()
    bare, rows = without_specials(one)
    usual = model.model_copy(update={"specials": True})
    reference = PnGNWEncoder(usual, 100)
    reference.load_state_dict(net.state_dict())
    assert torch.allclose(reference.eval()(bare), states[rows], atol=1e-6)
    mean = net.sentence_states(states, one)
    assert torch.allclose(mean[0], states[~special].mean(0), atol=1e-6)

"""The words' own lessons: they leave the rest of the model alone and are shared out exactly."""

import numpy as np
import torch

from pngnw.model.sentences import Sentences
from pngnw.pretrain.data import Split
from pngnw.pretrain.loader import extra_sentences, extras, prepare
from pngnw.pretrain.loop import gradients, train_step
from pngnw.pretrain.loss import NAMES
from pngnw.pretrain.ranks import Ranks
from pngnw.pretrain.state import State
from tests.model.synthetic import MODEL, PIECES, corpus
from tests.pretrain.conftest import emoji, small

SPLIT = Split(Sentences.from_table(corpus(1, 30)), emoji(30, 1))
ORDER = np.arange(30)


def slow(state: State) -> dict[str, torch.Tensor]:
    """Copies of all weights but those of the words."""
    named = [*state.encoder.named_parameters(), *state.heads.named_parameters()]
    return {name: p.detach().clone() for name, p in named if not name.startswith("emoji_words.")}


def test_the_rest_learns_what_it_would_learn_without() -> None:
    """Bit for bit, over several steps; only the words differ."""
    params = small(emoji_weight=2.0, clip=0.1)
    found = []
    for words in (True, False):
        model = MODEL.model_copy(update={"emoji_words": words})
        chosen = params.model_copy(update={"model": model})
        state = State.start(model, chosen.pretrain, PIECES, 0)
        for step in range(4):
            more = extras(SPLIT, [extra_sentences(30, step, chosen)])[0]
            train_step(state, prepare(SPLIT, [ORDER], PIECES, 0, chosen), chosen, more=more)
        found.append(slow(state))
    for (name, one), (other_name, other) in zip(*(x.items() for x in found), strict=True):
        assert name == other_name
        assert torch.equal(one, other), name


def test_they_learn_from_their_own_sentences() -> None:
    params = small(emoji_extra=40)
    state = State.start(MODEL, params.pretrain, PIECES, 0)
    losses = []
    for step in range(30):
        more = extras(SPLIT, [extra_sentences(30, step, params)])[0]
        sums, counts = train_step(
            state, prepare(SPLIT, [ORDER[:1]], PIECES, 0, params), params, more=more
        )
        place = NAMES.index("emoji_words")
        assert counts[place] == 40
        losses.append(float(sums[place] / 40))
    assert losses[-1] < losses[0] - 0.1


def test_sentences_are_drawn_by_step_and_shared_out() -> None:
    params = small(emoji_extra=21)
    drawn = [extra_sentences(1000, step, params) for step in (0, 0, 1)]
    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])
    shares = [extra_sentences(1000, 0, params, Ranks(rank, 2)) for rank in range(2)]
    assert sorted(np.concatenate(shares)) == sorted(drawn[0])
    assert len(extra_sentences(1000, 0, small(emoji_loss="none"))) == 0


def test_gradients_of_shares_add_up() -> None:
    params = small(emoji_extra=20)
    batch = prepare(SPLIT, [ORDER], PIECES, 0, params)
    whole = State.start(MODEL, params.pretrain, PIECES, 0)
    more = extras(SPLIT, [extra_sentences(30, 0, params)])[0]
    gradients(whole, batch, params, more=more)
    head = whole.heads.emoji_words
    assert head is not None
    expected = head.table.weight.grad
    assert expected is not None
    once = expected.clone()
    doubled = extras(SPLIT, [np.repeat(extra_sentences(30, 0, params), 2)])[0]
    gradients(whole, batch, params, more=doubled)
    again = head.table.weight.grad
    assert again is not None
    torch.testing.assert_close(again, once)  # a mean, not a sum

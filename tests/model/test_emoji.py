"""Words alone: order and neighbors do not matter, and nothing is learnt but what should be."""

import numpy as np
import torch

from pngnw.model.heads import FEATURES, Bags, EmojiWords, Heads
from pngnw.model.sentences import Sentences
from tests.model.synthetic import MODEL, PIECES, corpus

SENTENCES = Sentences.from_table(corpus(seed=1, count=8))


def words() -> EmojiWords:
    head = Heads(MODEL, PIECES, torch.Generator().manual_seed(0)).emoji_words
    assert head is not None
    return head


def test_bags_hold_every_wordpiece_of_the_chosen() -> None:
    bags = Bags.of(SENTENCES, np.array([5, 0, 5]))
    assert len(bags) == 3
    rows = bags.pieces.split(bags.starts.diff().tolist())
    for row, sentence in zip(rows, (5, 0, 5), strict=True):
        start, end = SENTENCES.piece_start[sentence : sentence + 2]
        assert row.tolist() == SENTENCES.pieces[start:end].tolist()
    assert len(Bags.of(SENTENCES, np.array([], dtype=np.int64))) == 0


def test_by_hand() -> None:
    head = words()
    bags = Bags(torch.tensor([3, 7, 7, 9]), torch.tensor([0, 3, 3, 4]))
    table = head.table.weight
    sums = torch.stack([(table[3] + 2 * table[7]) / 3**0.5, torch.zeros(MODEL.width), table[9]])
    torch.testing.assert_close(head(bags), head.out(torch.tanh(head.transform(sums))))


def test_order_and_neighbors_do_not_matter() -> None:
    head = words()
    whole = head(Bags.of(SENTENCES, np.arange(8)))
    alone = head(Bags.of(SENTENCES, np.array([2])))
    torch.testing.assert_close(whole[2:3], alone)
    bag = Bags.of(SENTENCES, np.array([2]))
    torch.testing.assert_close(head(Bags(bag.pieces.flip(0), bag.starts)), alone)


def test_beside_states_only_the_shares_learn() -> None:
    head = words()
    states = torch.randn(8, 64, generator=torch.Generator().manual_seed(0)).requires_grad_()
    bags = Bags.of(SENTENCES, np.arange(8))
    with torch.no_grad():
        head.shares.copy_(torch.tensor([0.5, 2.0]))
    both = head.combine(states, bags)
    torch.testing.assert_close(both, 0.5 * head(bags) + 2 * states)
    both.square().sum().backward()
    assert states.grad is None
    learnt = {name for name, weight in head.named_parameters() if weight.grad is not None}
    assert learnt == {"shares"}


def test_without_the_switch_states_answer_alone() -> None:
    plain = Heads(MODEL.model_copy(update={"emoji_words": False}), PIECES)
    assert plain.emoji_words is None
    states = torch.randn(8, MODEL.width, generator=torch.Generator().manual_seed(0))
    bags = Bags.of(SENTENCES, np.arange(8))
    answer = plain.emoji(states, bags)
    assert answer.combined is None
    assert answer.best is answer.states


def test_with_features_the_states_learn_from_them_alone() -> None:
    """The last layer reads predicted features as they are; its gradient stops there."""
    model = MODEL.model_copy(update={"emoji_words": False})
    heads = Heads(model, PIECES, torch.Generator().manual_seed(0), features=True)
    states = torch.randn(8, MODEL.width, generator=torch.Generator().manual_seed(0))
    states.requires_grad_()
    answer = heads.emoji(states, Bags.of(SENTENCES, np.arange(8)))
    assert answer.features is not None
    assert answer.features.shape == (8, FEATURES)
    torch.testing.assert_close(answer.states, heads.emoji_out(answer.features))
    answer.best.square().sum().backward(retain_graph=True)
    assert states.grad is None
    assert heads.emoji_out.weight.grad is not None
    answer.features.square().sum().backward()
    assert states.grad is not None
    assert states.grad.abs().sum() > 0

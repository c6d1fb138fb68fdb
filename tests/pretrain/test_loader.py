"""Batches: every sentence once per epoch, within the budget, the same from any step on."""

from dataclasses import fields, is_dataclass

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pngnw.core.errors import UserError
from pngnw.model.sentences import Sentences
from pngnw.pretrain.data import Split
from pngnw.pretrain.loader import Loader, Plan, extra_batch, plan
from pngnw.pretrain.ranks import Ranks
from tests.model.synthetic import PIECES, corpus
from tests.pretrain.conftest import emoji, small

SPLIT = Split(Sentences.from_table(corpus(1, 40)), emoji(40, 1))


@given(st.lists(st.integers(4, 60), min_size=1, max_size=200), st.integers(0, 3))
def test_an_epoch_is_a_partition_within_budget(lengths: list[int], epoch: int) -> None:
    array = np.array(lengths)
    batches = plan(array, 64, seed=1, epoch=epoch)
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(lengths)))
    assert all(0 < array[batch].sum() <= 64 for batch in batches)


def test_batches_share_lengths_and_little_budget_is_left() -> None:
    lengths = np.random.default_rng(0).integers(20, 400, 5000)
    batches = plan(lengths, 8192, seed=0, epoch=0)
    padded = sum(len(b) * lengths[b].max() for b in batches)
    assert padded < 1.06 * lengths.sum()
    assert len(batches) < 1.1 * lengths.sum() / 8192


def test_any_step_is_reached_from_anywhere() -> None:
    lengths = np.random.default_rng(0).integers(5, 30, 50)
    walked = Plan(lengths, 100, seed=7)
    seen = [walked.at(step) for step in range(40)]
    assert {epoch for epoch, _ in seen} >= {0, 1, 2, 3}
    for step in (39, 3, 17):
        epoch, indices = Plan(lengths, 100, seed=7).at(step)
        assert epoch == seen[step][0]
        assert np.array_equal(indices, seen[step][1])
        assert np.array_equal(walked.at(step)[1], indices)


def test_epochs_differ() -> None:
    lengths = np.full(100, 10)
    first, second = (plan(lengths, 50, 0, epoch) for epoch in (0, 1))
    assert not all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_refusals() -> None:
    with pytest.raises(UserError, match=r"batch_tokens = 64.*longest sentence \(65"):
        plan(np.array([10, 65]), 64, 0, 0)
    with pytest.raises(UserError, match="no training sentence"):
        plan(np.array([], dtype=np.int64), 64, 0, 0)


def leaves(value: object) -> list[object]:
    """The tensors and numbers of nested containers and dataclasses."""
    if is_dataclass(value) and not isinstance(value, type):
        value = [getattr(value, field.name) for field in fields(value)]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [leaf for each in value for leaf in leaves(each)]
    return [value]


def same(one: object, other: object) -> None:
    """Equal through and through: shapes, types and values."""
    torch.testing.assert_close(leaves(one), leaves(other), rtol=0, atol=0)


@pytest.mark.parametrize("accumulate", [1, 3])
@pytest.mark.parametrize("rank", [0, 1])
def test_a_step_is_the_same_wherever_one_begins(accumulate: int, rank: int) -> None:
    """Twelve steps are several epochs of 40 sentences."""
    params = small(accumulate=accumulate, batch_tokens=400, emoji_extra=5)
    ranks = Ranks(rank, 2)
    loader = Loader(SPLIT, params, PIECES, ranks)
    steps = [loader.at(step) for step in range(12)]
    for step in (11, 5, 6, 0):
        again = Loader(SPLIT, params, PIECES, ranks).at(step)
        assert np.array_equal(again.lengths, steps[step].lengths)
        same([*again.batches, again.extra], [*steps[step].batches, steps[step].extra])
        assert len(again.batches) == accumulate


def test_ranks_share_every_step() -> None:
    params = small(batch_tokens=400)
    steps = [Loader(SPLIT, params, PIECES, Ranks(rank, 2)).at(2) for rank in range(2)]
    whole = Loader(SPLIT, params, PIECES).at(2)
    assert np.array_equal(steps[0].lengths, whole.lengths)
    tokens = [int(step.batches[0].masked.inputs.starts[-1]) for step in steps]
    assert sum(tokens) == int(whole.batches[0].masked.inputs.starts[-1]) == whole.lengths.sum()


def test_extra_sentences_are_drawn_by_step_and_shared_out() -> None:
    params = small(emoji_extra=21)
    drawn = [extra_batch(SPLIT, step, params) for step in (0, 0, 1)]
    same(drawn[0], drawn[1])
    assert not torch.equal(drawn[0].emoji, drawn[2].emoji)
    shares = [extra_batch(SPLIT, 0, params, Ranks(rank, 2)) for rank in range(2)]
    for rank, share in enumerate(shares):
        assert torch.equal(share.emoji, drawn[0].emoji[rank::2])
    assert len(extra_batch(SPLIT, 0, small(emoji_loss="none")).bags) == 0

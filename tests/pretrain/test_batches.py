"""Every sentence once per epoch, within the budget, the same from any step on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.core.errors import UserError
from pngnw.pretrain.batches import Batches, plan


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
    walked = Batches(lengths, 100, seed=7)
    seen = [walked.at(step) for step in range(40)]
    assert {epoch for epoch, _ in seen} >= {0, 1, 2, 3}
    for step in (39, 3, 17):
        epoch, indices = Batches(lengths, 100, seed=7).at(step)
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

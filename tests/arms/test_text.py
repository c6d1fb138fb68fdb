"""Batches of text: every utterance once an epoch, alike for every arm."""

from itertools import islice

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pngnw.arms.text import batches


@given(st.lists(st.integers(1, 50), min_size=1, max_size=60), st.integers(1, 9), st.integers(0, 3))
def test_an_epoch_has_every_utterance_once_but_for_a_remainder(
    lengths: list[int], size: int, seed: int
) -> None:
    size = min(size, len(lengths))
    per_epoch = sum(
        len(pool) // size
        for pool in (lengths[n : n + 8 * size] for n in range(0, len(lengths), 8 * size))
    )
    some = [*islice(batches(np.array(lengths), size, seed), per_epoch)]
    seen = np.concatenate(some)
    assert len(set(seen.tolist())) == len(seen) == per_epoch * size
    again = islice(batches(np.array(lengths), size, seed), per_epoch)
    assert all(np.array_equal(a, b) for a, b in zip(some, again, strict=True))


def test_another_seed_is_another_order() -> None:
    first, other = (
        np.concatenate([*islice(batches(np.arange(40), 8, seed), 5)]).tolist() for seed in (1, 2)
    )
    assert first != other
    assert sorted(first) == sorted(other)

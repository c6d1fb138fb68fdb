"""Which sentences train together at which step.

Guarantees: a batch is a function of (lengths, budget, seed, step), so a run resumes at any step;
every sentence comes once per epoch; the order knows nothing of processes, which share a batch out
among themselves. Sentences of similar length share a batch: the backends that pad waste little.
The price: lengths inside a batch are correlated.
"""

import numpy as np
from numpy.typing import NDArray

from pngnw.core.errors import UserError

POOL_BATCHES = 64  # how many batches' worth of random sentences are sorted by length together

Indices = NDArray[np.int64]


def plan(lengths: Indices, budget: int, seed: int, epoch: int) -> list[Indices]:
    """The batches of one epoch: sentences in random pools, cut by length, in random order.

    Args:
        lengths: [S] tokens of each sentence.
        budget: most tokens in a batch.
        seed: base seed.
        epoch: passes made before this one.

    Raises:
        UserError: a sentence alone exceeds the budget, or there is none.
    """
    if not len(lengths):
        raise UserError("data/align: no training sentence; add text or lower clean.valid and .test")
    if int(lengths.max()) > budget:
        raise UserError(
            f"pretrain.batch_tokens = {budget}: smaller than the longest sentence "
            f"({int(lengths.max())} tokens); raise it or lower model.max_tokens"
        )
    rng = np.random.Generator(np.random.Philox(key=[seed, epoch]))
    order = rng.permutation(len(lengths))
    pool = max(1, int(POOL_BATCHES * budget / lengths.mean()))
    batches = [
        batch
        for start in range(0, len(order), pool)
        for batch in _cut(order[start : start + pool], lengths, budget)
    ]
    return [batches[i] for i in rng.permutation(len(batches))]


def _cut(pool: Indices, lengths: Indices, budget: int) -> list[Indices]:
    """Sort a pool by length and cut it greedily into batches within the budget."""
    ordered = pool[np.argsort(lengths[pool], kind="stable")]
    ends = np.cumsum(lengths[ordered])
    cuts, start = [], 0
    while start < len(ordered):
        before = int(ends[start - 1]) if start else 0
        stop = int(np.searchsorted(ends, before + budget, side="right"))
        cuts.append(ordered[start:stop])
        start = stop
    return cuts


class Batches:
    """The endless sequence of batches; keeps only the plan of the epoch last asked for."""

    def __init__(self, lengths: Indices, budget: int, seed: int) -> None:
        self._lengths, self._budget, self._seed = lengths, budget, seed
        self._epoch, self._first = 0, 0
        self._plan = plan(lengths, budget, seed, 0)

    def at(self, step: int) -> tuple[int, Indices]:
        """Epoch and sentence indices of a step, counted from 0."""
        if step < self._first:
            self._epoch, self._first = 0, 0
            self._plan = plan(self._lengths, self._budget, self._seed, 0)
        while step >= self._first + len(self._plan):
            self._first += len(self._plan)
            self._epoch += 1
            self._plan = plan(self._lengths, self._budget, self._seed, self._epoch)
        return self._epoch, self._plan[step - self._first]

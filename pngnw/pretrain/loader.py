"""Batches: which sentences train together at which step, with words masked and teacher targets.

Guarantees: a step's batches are a function of parameters, data, seed and step, so a run resumes at
any step; every sentence comes once per epoch; the order knows nothing of processes, which share a
batch out among themselves. Sentences of similar length share a batch: padding wastes little.

Letters: B sentences, S sentences of the split.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pngnw.core.errors import UserError
from pngnw.model.heads import Bags
from pngnw.model.inputs import assemble
from pngnw.params import Params
from pngnw.pretrain.data import Split
from pngnw.pretrain.loss import TeacherTargets
from pngnw.pretrain.ranks import Ranks
from pngnw.pretrain.tasks import MaskedBatch, grapheme_ids, mask_tokens

POOL_BATCHES = 64  # how many batches' worth of random sentences are sorted by length together
ALONE = Ranks()

Indices = NDArray[np.int64]


def plan(lengths: Indices, budget: int, seed: int, epoch: int) -> list[Indices]:
    """The batches of one epoch: sentences in random pools, cut by length, in random order.

    `lengths` [S] are the tokens of each sentence; a batch has at most `budget` of them.

    Raises:
        UserError: a sentence alone exceeds the budget, or there is none.
    """
    if not len(lengths):
        raise UserError("data/align: no training sentence; add text")
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
    batches, start = [], 0
    while start < len(ordered):
        before = int(ends[start - 1]) if start else 0
        stop = int(np.searchsorted(ends, before + budget, side="right"))
        batches.append(ordered[start:stop])
        start = stop
    return batches


class Plan:
    """The endless sequence of batches; holds one epoch at a time."""

    def __init__(self, lengths: Indices, budget: int, seed: int) -> None:
        self._lengths, self._budget, self._seed = lengths, budget, seed
        self._epoch, self._first = 0, 0
        self._batches = plan(lengths, budget, seed, 0)

    def at(self, number: int) -> tuple[int, Indices]:
        """Epoch and sentence indices of a batch, counted from 0."""
        if number < self._first:
            self._epoch, self._first = 0, 0
            self._batches = plan(self._lengths, self._budget, self._seed, 0)
        while number >= self._first + len(self._batches):
            self._first += len(self._batches)
            self._epoch += 1
            self._batches = plan(self._lengths, self._budget, self._seed, self._epoch)
        return self._epoch, self._batches[number - self._first]


@dataclass(frozen=True)
class Batch:
    """B sentences for one forward pass: masked, all their words, and the teacher's outputs."""

    masked: MaskedBatch
    bags: Bags
    teacher: TeacherTargets


@dataclass(frozen=True)
class EmojiBatch:
    """B sentences from whose words alone `emoji_words` learns: words and emoji [B, 64]."""

    bags: Bags
    emoji: Tensor


@dataclass(frozen=True)
class Step:
    """What one update learns from.

    Attributes:
        batches: this process's share of each batch of the step; one may be empty.
        extra: this process's share of the sentences for `emoji_words`.
        lengths: tokens of every sentence of the step, of all processes.
    """

    batches: list[Batch]
    extra: EmojiBatch
    lengths: Indices


class Loader:
    """The steps of a run."""

    def __init__(self, split: Split, params: Params, vocab_size: int, ranks: Ranks = ALONE) -> None:
        self._split, self._params, self._vocab_size = split, params, vocab_size
        self._ranks = ranks
        self._lengths = split.sentences.lengths(params.model.grapheme_unit)
        self._plan = Plan(self._lengths, params.pretrain.batch_tokens, params.base.seed)

    def at(self, step: int) -> Step:
        """What a step learns from, counted from 0."""
        accumulate = self._params.pretrain.accumulate
        first = step * accumulate
        planned = [self._plan.at(number) for number in range(first, first + accumulate)]
        batches = [
            make_batch(
                self._split, self._ranks.share(indices, self._lengths), self._vocab_size, epoch,
                self._params,
            )
            for epoch, indices in planned
        ]  # fmt: skip
        lengths = self._lengths[np.concatenate([indices for _, indices in planned])]
        return Step(batches, extra_batch(self._split, step, self._params, self._ranks), lengths)


def make_batch(
    split: Split, indices: Indices, vocab_size: int, epoch: int, params: Params
) -> Batch:
    """The sentences `indices` of a split, any number of them, masked for an epoch."""
    masked = mask_tokens(
        assemble(split.sentences, indices, params.model),
        split.sentences.id[indices],
        params.pretrain.tasks,
        vocab_size,
        grapheme_ids(params.model.grapheme_unit, vocab_size),
        params.base.seed,
        epoch,
    )
    return Batch(masked, Bags.of(split.sentences, indices), TeacherTargets.of(split, indices))


def extra_batch(split: Split, step: int, params: Params, ranks: Ranks = ALONE) -> EmojiBatch:
    """This process's part of a step's `pretrain.emoji_extra` sentences, drawn from a split."""
    indices: Indices = np.empty(0, dtype=np.int64)
    if params.model.emoji_words and params.pretrain.emoji_loss != "none":
        # The keys that count epochs are used by `plan`.
        key = np.array([params.base.seed, 2**63 + step], dtype=np.uint64)
        rng = np.random.Generator(np.random.Philox(key=key))
        drawn = rng.integers(len(split), size=params.pretrain.emoji_extra)
        indices = drawn[ranks.index :: ranks.count]
    emoji = torch.from_numpy(split.emoji[indices]).float()
    return EmojiBatch(Bags.of(split.sentences, indices), emoji)

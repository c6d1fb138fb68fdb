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
from pngnw.model import marks
from pngnw.model.layout import lay_out
from pngnw.model.sentences import Int
from pngnw.params import Params
from pngnw.pretrain.data import STEPS, Split
from pngnw.pretrain.loss import UNKNOWN, Targets
from pngnw.pretrain.ranks import Ranks
from pngnw.pretrain.tasks import MaskedBatch, grapheme_ids, mask_tokens, uniform_numbers

POOL_BATCHES = 64  # how many batches' worth of random sentences are sorted by length together
ALONE = Ranks()
_OF_SENTENCES = 2**31  # epochs with this bit key what is drawn for a whole sentence
# Of how many words on each side a word's state tells numbers. Meaning of neighbors crowds out its
# own (docs/decisions.md).
AROUND = {"meaning": 0, "surprisal": 2}


def plan(lengths: Int, budget: int, seed: int, epoch: int) -> list[Int]:
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


def _cut(pool: Int, lengths: Int, budget: int) -> list[Int]:
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


@dataclass(frozen=True)
class Batch:
    """B sentences for one forward pass: masked, and what is to be answered beside the masks."""

    masked: MaskedBatch
    targets: Targets


@dataclass(frozen=True)
class Step:
    """What one update learns from: this process's shares of its batches; one may be empty."""

    batches: list[Batch]

    @property
    def size(self) -> Tensor:
        """Tokens, squares of the sentences' lengths and sentences of the share, [3] int64."""
        lengths = torch.cat([batch.masked.inputs.starts.diff() for batch in self.batches])
        return torch.stack([lengths.sum(), lengths.square().sum(), torch.tensor(len(lengths))])


class Loader:
    """The steps of a run; holds the batches of one epoch at a time."""

    def __init__(self, split: Split, params: Params, vocab_size: int, ranks: Ranks = ALONE) -> None:
        self._split, self._params, self._vocab_size = split, params, vocab_size
        self._ranks = ranks
        self._lengths = split.sentences.lengths(params.model.grapheme_unit)
        self._plan_epoch(0, first=0)

    def at(self, step: int) -> Step:
        """What a step learns from, counted from 0."""
        accumulate = self._params.pretrain.accumulate
        return Step([self._batch(step * accumulate + part) for part in range(accumulate)])

    def _batch(self, number: int) -> Batch:
        """This process's share of a batch, counted from 0."""
        if number < self._first:
            self._plan_epoch(0, first=0)
        while number >= self._first + len(self._batches):
            self._plan_epoch(self._epoch + 1, first=self._first + len(self._batches))
        indices = self._ranks.share(self._batches[number - self._first], self._lengths)
        return make_batch(self._split, indices, self._vocab_size, self._epoch, self._params)

    def _plan_epoch(self, epoch: int, first: int) -> None:
        budget, seed = self._params.pretrain.batch_tokens, self._params.base.seed
        self._epoch, self._first = epoch, first
        self._batches = plan(self._lengths, budget, seed, epoch)


def make_batch(split: Split, indices: Int, vocab_size: int, epoch: int, params: Params) -> Batch:
    """The sentences `indices` of a split, any number of them, as an epoch has them.

    `pretrain.unmarked` of the sentences come without punctuation and capitals, `phonemes_only` of
    them without their spelling; which, is a function of seed, epoch and sentence id. The mark
    behind a word is asked for in all of them: where it stands, states have to carry it along.
    """
    pretrain, seed = params.pretrain, params.base.seed
    batch = split.select(indices)
    sentences = batch.sentences
    two = np.full(len(batch), 2)
    draws = uniform_numbers(sentences.id, two, seed, epoch ^ _OF_SENTENCES).reshape(-1, 2)
    unmarked, spoken_only = (draws < (pretrain.unmarked, pretrain.phonemes_only)).T
    lists = np.logical_not(batch.emoji.max(1))
    spoken_only = spoken_only & ~lists  # nothing would tell the word

    of_word = np.repeat(np.arange(len(batch)), np.diff(sentences.word_start))
    is_mark, mark = marks.find(sentences)
    spoken = np.bincount(of_word[~is_mark], minlength=len(batch)) > 0
    unmarked &= spoken  # nothing would be left of the others
    is_left = ~(is_mark & unmarked[of_word])
    mark = np.where(is_mark | lists[of_word], UNKNOWN, mark)[is_left]
    sentences = marks.strip(sentences, ~is_left, unmarked)
    masked = mask_tokens(
        lay_out(sentences, np.arange(len(batch)), params.model),
        sentences.id,
        pretrain.tasks,
        vocab_size,
        grapheme_ids(params.model.grapheme_unit, vocab_size),
        seed,
        epoch,
        spoken_only,
        lists,
    )
    return Batch(
        masked,
        Targets(
            emoji=torch.from_numpy(batch.emoji).float(),
            mark=torch.from_numpy(mark),
            of_words={
                name: _around(numbers[is_left], of_word[is_left], AROUND[name])
                for name, numbers in batch.of_words.items()
            },
            features=None if batch.features is None else torch.from_numpy(batch.features).float(),
        ),
    )


def dimensions(split: Split) -> dict[str, int]:
    """How many numbers `make_batch` asks of a word's state, by name."""
    return {
        name: numbers.shape[1] * (1 + 2 * AROUND[name]) for name, numbers in split.of_words.items()
    }


def _around(numbers: NDArray[np.int8], sentence: Int, reach: int) -> Tensor:
    """Numbers [W, D] of words, and their sentences [W], to float32 [W, (1 + 2 reach) D]: for each
    word those of `reach` words before it, its own, and those of as many behind it; zeros beyond a
    sentence's ends."""
    words = len(numbers)
    padded = np.pad(sentence, reach, constant_values=-1)
    units = np.pad(numbers, ((reach, reach), (0, 0)))
    shifted = [
        units[place : place + words] * (padded[place : place + words] == sentence)[:, None]
        for place in range(1 + 2 * reach)
    ]
    return torch.from_numpy(np.concatenate(shifted, axis=1)).float() / STEPS

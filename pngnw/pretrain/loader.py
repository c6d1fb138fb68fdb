"""Batches on their way to the model: sentences laid out, words hidden, the teacher's answers added.

Guarantees: what a step gets is a function of parameters, data and seed, whatever was asked before.
Several steps are prepared at once and cut apart, for numpy's time goes into calls more than into
numbers: at 2,048 tokens a batch that is about twice as fast.

Letters: B sentences.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch
from torch import Tensor

from pngnw.model.emoji import Bags
from pngnw.model.inputs import assemble
from pngnw.params import Params
from pngnw.pretrain.batches import Batches, Indices
from pngnw.pretrain.cut import cut, cut_bags, cut_teacher
from pngnw.pretrain.data import Split
from pngnw.pretrain.loss import Teacher, teacher_of
from pngnw.pretrain.ranks import Ranks
from pngnw.pretrain.tasks import Masked, grapheme_block, hide

Part = tuple[Masked, Bags, Teacher]  # what one forward pass takes
Extra = tuple[Bags, Tensor]  # sentences from whose words alone emoji are learnt, and [B, 64]
GROUP_TOKENS = 65_536  # about what is prepared at once; a larger batch is prepared by itself
ALONE = Ranks()


@dataclass(frozen=True)
class Step:
    """What one update learns from.

    Attributes:
        batch: this process's share of each batch of the step; one may be empty.
        more: this process's share of the sentences for `emoji_words`.
        lengths: tokens of every sentence of the step, of all processes.
    """

    batch: list[Part]
    more: Extra
    lengths: Indices


class Loader:
    """The steps of a run; keeps the group it prepared last.

    Args:
        split: the training sentences.
        params: sections base, model and pretrain.
        pieces: size of the wordpiece vocabulary.
        ranks: the processes that share every batch.
    """

    def __init__(self, split: Split, params: Params, pieces: int, ranks: Ranks = ALONE) -> None:
        self._split, self._params, self._pieces, self._ranks = split, params, pieces, ranks
        pretrain = params.pretrain
        self._lengths = split.sentences.lengths(params.model.grapheme_unit)
        self._batches = Batches(self._lengths, pretrain.batch_tokens, params.base.seed)
        self._group = max(1, GROUP_TOKENS // (pretrain.batch_tokens * pretrain.accumulate))
        self._first, self._ready = 0, list[Step]()

    def at(self, step: int) -> Step:
        """What a step learns from, counted from 0."""
        if not self._first <= step < self._first + len(self._ready):
            self._first, self._ready = step, self._prepare(step)
        return self._ready[step - self._first]

    def _prepare(self, first: int) -> list[Step]:
        accumulate = self._params.pretrain.accumulate
        steps = range(first, min(first + self._group, max(first + 1, self._params.pretrain.steps)))
        plan = [self._batches.at(n) for n in range(first * accumulate, steps.stop * accumulate)]
        own = [self._ranks.share(indices, self._lengths) for _, indices in plan]
        parts: list[Part] = []
        together = zip(plan, own, strict=True)
        for epoch, same in groupby(together, key=lambda one: one[0][0]):  # masks differ by epoch
            batches = [indices for _, indices in same]
            parts += prepare(self._split, batches, self._pieces, epoch, self._params)
        drawn = [extra_sentences(len(self._split), n, self._params, self._ranks) for n in steps]
        more = extras(self._split, drawn)
        return [
            Step(
                parts[i * accumulate : (i + 1) * accumulate],
                more[i],
                self._lengths[
                    np.concatenate([x for _, x in plan[i * accumulate : (i + 1) * accumulate]])
                ],
            )
            for i in range(len(steps))
        ]


def prepare(
    split: Split, batches: Sequence[Indices], pieces: int, epoch: int, params: Params
) -> list[Part]:
    """Batches of sentences with words hidden, all their words, and what the teacher says of them.

    Args:
        split: where the sentences are.
        batches: which ones, batch by batch; some may be empty.
        pieces: size of the wordpiece vocabulary.
        epoch: passes over the split before this one.
        params: sections base, model and pretrain.
    """
    indices = np.concatenate(batches)
    masked = hide(
        assemble(split.sentences, indices, params.model),
        split.sentences.id[indices],
        params.pretrain.tasks,
        pieces,
        grapheme_block(params.model.grapheme_unit, pieces),
        params.base.seed,
        epoch,
    )
    counts = [len(batch) for batch in batches]
    bags = cut_bags(Bags.of(split.sentences, indices), counts)
    teacher = teacher_of(split, indices)
    return list(zip(cut(masked, counts), bags, cut_teacher(teacher, counts), strict=True))


def extra_sentences(count: int, step: int, params: Params, ranks: Ranks = ALONE) -> Indices:
    """This process's part of a step's `pretrain.emoji_extra` sentences, drawn out of `count`."""
    if not params.model.emoji_words or params.pretrain.emoji_loss == "none":
        return np.empty(0, dtype=np.int64)
    # Batches use up the keys that count epochs, see `batches.plan`.
    key = np.array([params.base.seed, 2**63 + step], dtype=np.uint64)
    rng = np.random.Generator(np.random.Philox(key=key))
    return rng.integers(count, size=params.pretrain.emoji_extra)[ranks.index :: ranks.count]


def extras(split: Split, batches: Sequence[Indices]) -> list[Extra]:
    """For each batch of sentences their words and the teacher's emoji, [B, 64] float32."""
    counts = [len(batch) for batch in batches]
    indices = np.concatenate(batches)
    bags = cut_bags(Bags.of(split.sentences, indices), counts)
    taught = cut_teacher(Teacher(torch.from_numpy(split.emoji[indices]).float()), counts)
    return [(bag, teacher.emoji) for bag, teacher in zip(bags, taught, strict=True)]

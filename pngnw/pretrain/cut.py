"""Prepared batches cut into smaller ones.

Guarantees: every part equals the batch that its sentences alone would have made. Tensors are views
where they can be: nothing may be written into them.

Letters: B sentences, N tokens, W words, M target tokens, K target word values.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from pngnw.model.emoji import Bags
from pngnw.model.inputs import Inputs
from pngnw.pretrain.loss import Teacher
from pngnw.pretrain.tasks import Masked


def cut(masked: Masked, counts: Sequence[int]) -> list[Masked]:
    """Cut a batch into batches of so many sentences; each is what it would be by itself."""
    inputs = masked.inputs
    edge = np.concatenate(([0], np.cumsum(counts)))
    starts = inputs.starts.numpy()
    token_edge = starts[edge]
    # The last SEP of a sentence goes on counting words, which tells how many there are.
    words = inputs.positions["rel_word"].numpy()[starts[1:] - 1] - 1
    word_edge = np.concatenate(([0], np.cumsum(words)))[edge]
    row_edge = np.searchsorted(masked.rows.numpy(), token_edge)
    target_edge = np.searchsorted(masked.word_targets.numpy(), row_edge)
    lengths = np.diff(starts)
    parts = []
    for i in range(len(counts)):
        b, n, w, m, k = (
            slice(int(e[i]), int(e[i + 1]))
            for e in (edge, token_edge, word_edge, row_edge, target_edge)
        )
        own = lengths[b]
        part = Inputs(
            token=inputs.token[n],
            word_value=inputs.word_value[n],
            word_type=inputs.word_type[n],
            segment=inputs.segment[n],
            positions={kind: values[n] for kind, values in inputs.positions.items()},
            word=(inputs.word[n] - w.start).clamp_(min=-1),
            first_of_piece=inputs.first_of_piece[n],
            starts=inputs.starts[b.start : b.stop + 1] - n.start,
            phoneme_lengths=inputs.phoneme_lengths[b],
            max_length=int(own.max(initial=0)),
            min_length=int(own.min(initial=n.stop - n.start)),
        )
        parts.append(
            Masked(
                inputs=part,
                task=masked.task[w],
                rows=masked.rows[m] - n.start,
                tokens=masked.tokens[m],
                word_targets=masked.word_targets[k] - m.start,
                words=masked.words[k],
            )
        )
    return parts


def cut_bags(bags: Bags, counts: Sequence[int]) -> list[Bags]:
    """Cut bags of wordpieces into so many sentences each."""
    edge = np.concatenate(([0], np.cumsum(counts))).tolist()
    begin = bags.starts.numpy()
    return [
        Bags(
            bags.pieces[begin[start] : begin[stop]],
            bags.starts[start : stop + 1] - bags.starts[start],
        )
        for start, stop in pairwise(edge)
    ]


def cut_teacher(teacher: Teacher, counts: Sequence[int]) -> list[Teacher]:
    """Cut what the teacher says into so many sentences each."""
    edge = np.concatenate(([0], np.cumsum(counts))).tolist()
    return [
        Teacher(
            teacher.emoji[start:stop],
            None if teacher.features is None else teacher.features[start:stop],
        )
        for start, stop in pairwise(edge)
    ]

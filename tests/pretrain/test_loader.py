"""What is prepared together and cut apart is what would have been prepared alone."""

from dataclasses import fields

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.model.emoji import Bags
from pngnw.model.inputs import Inputs
from pngnw.model.sentences import Sentences
from pngnw.params import Params
from pngnw.pretrain.cut import cut_bags
from pngnw.pretrain.data import Split
from pngnw.pretrain.loader import Loader, Part, Step, extra_sentences, extras, prepare
from pngnw.pretrain.ranks import Ranks
from pngnw.pretrain.tasks import Masked
from tests.model.synthetic import MODEL, PIECES, corpus
from tests.pretrain.conftest import emoji, small

SENTENCES = Sentences.from_table(corpus(1, 40))
FEATURES = np.random.default_rng(0).normal(size=(40, 2304)).astype(np.float16)
SPLIT = Split(SENTENCES, emoji(40, 1), FEATURES)


def same(one: object, other: object) -> None:
    """Equal through and through: shapes, types and values."""
    assert type(one) is type(other)
    if isinstance(one, torch.Tensor):
        assert isinstance(other, torch.Tensor)
        assert one.dtype == other.dtype
        assert torch.equal(one, other)
    elif isinstance(one, dict):
        assert isinstance(other, dict)
        assert one.keys() == other.keys()
        for key, value in one.items():
            same(value, other[key])
    elif isinstance(one, tuple):
        assert isinstance(other, tuple)
        for mine, theirs in zip(one, other, strict=True):
            same(mine, theirs)
    elif hasattr(one, "__dataclass_fields__"):
        for field in fields(one):  # type: ignore[arg-type]  # it has the mark of a dataclass
            same(getattr(one, field.name), getattr(other, field.name))
    else:
        assert one == other


@given(
    order=st.lists(st.integers(0, 39), max_size=20),
    cuts=st.lists(st.integers(0, 20), max_size=4),
    unit=st.sampled_from(["letter", "wordpiece"]),
)
@settings(max_examples=40, deadline=None)
def test_parts_equal_what_is_prepared_alone(order: list[int], cuts: list[int], unit: str) -> None:
    params = with_unit(unit)
    batches = np.split(np.array(order, dtype=np.int64), sorted(min(c, len(order)) for c in cuts))
    together = prepare(SPLIT, batches, PIECES, 3, params)
    assert len(together) == len(batches)
    for part, batch in zip(together, batches, strict=True):
        (alone,) = prepare(SPLIT, [batch], PIECES, 3, params)
        same(part, alone)


def with_unit(unit: str) -> Params:
    return small().model_copy(update={"model": MODEL.model_copy(update={"grapheme_unit": unit})})


@pytest.mark.parametrize("accumulate", [1, 3])
@pytest.mark.parametrize("rank", [0, 1])
def test_a_step_is_the_same_wherever_one_begins(accumulate: int, rank: int) -> None:
    """Twelve steps are several epochs of 40 sentences, with groups that end inside of them."""
    params = small(accumulate=accumulate, batch_tokens=400, emoji_extra=5)
    ranks = Ranks(rank, 2)
    loader = Loader(SPLIT, params, PIECES, ranks)
    through = [loader.at(step) for step in range(12)]
    for step in (11, 5, 6, 0):
        again: Step = Loader(SPLIT, params, PIECES, ranks).at(step)
        assert np.array_equal(again.lengths, through[step].lengths)
        same(tuple(again.batch), tuple(through[step].batch))
        same(again.more, through[step].more)
        assert len(again.batch) == accumulate
    drawn = extra_sentences(40, 4, params, ranks)
    same(through[4].more, extras(SPLIT, [drawn])[0])


def test_ranks_share_every_step() -> None:
    params = small(batch_tokens=400)
    steps = [Loader(SPLIT, params, PIECES, Ranks(rank, 2)).at(2) for rank in range(2)]
    whole = Loader(SPLIT, params, PIECES).at(2)
    assert np.array_equal(steps[0].lengths, whole.lengths)
    tokens = [int(step.batch[0][0].inputs.starts[-1]) for step in steps]
    assert sum(tokens) == int(whole.batch[0][0].inputs.starts[-1]) == int(whole.lengths.sum())


def test_bags_are_cut_between_sentences() -> None:
    bags = Bags(torch.tensor([5, 6, 7, 8, 9]), torch.tensor([0, 2, 2, 4, 5]))
    first, none, rest = cut_bags(bags, [1, 0, 3])
    assert (first.pieces.tolist(), first.starts.tolist()) == ([5, 6], [0, 2])
    assert (none.pieces.tolist(), none.starts.tolist()) == ([], [0])
    assert (rest.pieces.tolist(), rest.starts.tolist()) == ([7, 8, 9], [0, 0, 2, 3])


def test_a_part_is_made_of_what_the_loop_takes() -> None:
    part: Part = prepare(SPLIT, [np.arange(4)], PIECES, 0, small())[0]
    masked, bags, teacher = part
    assert isinstance(masked, Masked)
    assert isinstance(masked.inputs, Inputs)
    assert len(bags) == len(teacher.emoji) == 4
    assert teacher.features is not None
    assert teacher.features.shape == (4, 2304)

"""Batches: every sentence once per epoch, within the budget, the same from any step on."""

from dataclasses import fields, is_dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pngnw.align.symbols import TOKENS
from pngnw.core.errors import UserError
from pngnw.model.inputs import FIRST_PIECE
from pngnw.model.sentences import Sentences
from pngnw.pretrain.data import STEPS, Split
from pngnw.pretrain.loader import Batch, Loader, dimensions, make_batch, plan
from pngnw.pretrain.ranks import Ranks
from tests.model.synthetic import PIECES, corpus, table, word
from tests.pretrain.conftest import NOTHING, emoji, seen, small

SENTENCES = Sentences.from_table(corpus(1, 40))
MEANING = np.random.default_rng(0).integers(-127, 128, (SENTENCES.word_start[-1], 6), np.int8)
SPLIT = Split(SENTENCES, emoji(40, 1), of_words={"meaning": MEANING})
Word = dict[str, list[int]]


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
    """Twelve steps are several epochs of 40 sentences, each in an order of its own."""
    params = small(accumulate=accumulate, batch_tokens=400)
    ranks = Ranks(rank, 2)
    loader = Loader(SPLIT, params, PIECES, ranks)
    steps = [loader.at(step) for step in range(12)]
    for step in (11, 5, 6, 0):
        again = Loader(SPLIT, params, PIECES, ranks).at(step)
        same(again.batches, steps[step].batches)
        same(loader.at(step).batches, again.batches)  # back and forth, too
        assert len(again.batches) == accumulate


def test_ranks_share_every_step() -> None:
    params = small(batch_tokens=400)
    steps = [Loader(SPLIT, params, PIECES, Ranks(rank, 2)).at(2) for rank in range(2)]
    whole = Loader(SPLIT, params, PIECES).at(2)
    lengths = whole.batches[0].masked.inputs.starts.diff()
    size = [int(lengths.sum()), int((lengths**2).sum()), len(lengths)]
    assert (steps[0].size + steps[1].size).tolist() == whole.size.tolist() == size
    targets = [step.batches[0].targets for step in (*steps, whole)]
    for answers in ([vars(t) for t in targets], [t.of_words for t in targets]):
        for part in {"mark", "emoji", "meaning"} & set(answers[0]):
            assert torch.equal(torch.cat([answers[0][part], answers[1][part]]), answers[2][part])


def batch_of(
    *words: list[Word], ids: int = 1, meaning: list[int] | None = None, **pretrain: Any
) -> Batch:
    """Sentences as an epoch has them; unless told otherwise whole, and nothing masked."""
    chances = {"unmarked": 0.0, "phonemes_only": 0.0, "tasks": NOTHING} | pretrain
    sentences = Sentences.from_table(table(list(words), first=ids))
    rows = {} if meaning is None else {"meaning": np.array(meaning, np.int8)[:, None]}
    split = Split(sentences, emoji(len(words), 0), of_words=rows)
    return make_batch(split, np.arange(len(words)), PIECES, 3, small(**chances))


ONE = word([TOKENS.letters[0]], [TOKENS.phonemes[0]], [7])
TWO = word([*TOKENS.letters[1:4]], [*TOKENS.phonemes[1:3]], [8, 9])
TITLE = {**ONE, "word_type": [3]}
UPPER = {**TWO, "word_type": [2]}
COMMA, STOP, QUOTE = (
    word([TOKENS.id(m)], [TOKENS.id(m)], [10 + n], kind=0) for n, m in enumerate(',."')
)
MIXED = {"mlm": 0.2, "random": 0.2, "keep": 0.1, "g2p": 0.2, "p2g": 0.2}


@pytest.mark.parametrize("phonemes_only", [0.0, 1.0])
def test_without_marks_nothing_of_marks_and_capitals_is_left(phonemes_only: float) -> None:
    """Whatever is masked, sentences that differ in them alone look alike; the answers differ."""
    for ids in range(1, 20):
        chances = {"unmarked": 1.0, "phonemes_only": phonemes_only, "tasks": MIXED, "ids": ids}
        one = batch_of([ONE, TWO, TWO, ONE], **chances)
        other = batch_of([QUOTE, TITLE, COMMA, UPPER, TWO, QUOTE, ONE, STOP, QUOTE], **chances)
        for a, b in zip(seen(one.masked.inputs), seen(other.masked.inputs), strict=True):
            assert torch.equal(a, b)
        assert torch.equal(one.masked.task, other.masked.task)
        assert one.targets.mark.tolist() == [0, 0, 0, 0]
        assert other.targets.mark.tolist() == [2, 0, 0, 3]


def test_answers_stay_with_their_words_when_marks_go() -> None:
    sentences = [[ONE, COMMA, TWO, STOP], [COMMA, STOP], [QUOTE, TWO, QUOTE, ONE, COMMA, STOP]]
    meaning = [8, 16, -24, 0, 40, 48, 56, 64, 72, 80, 88, 96]
    whole = batch_of(*sentences, meaning=meaning)
    assert whole.targets.of_words["meaning"].tolist() == [[value / STEPS] for value in meaning]
    # No mark was taken away; what follows a word is asked for all the same.
    assert whole.targets.mark.tolist() == [2, -1, 3, -1, -1, -1, -1, 0, -1, 3, -1, -1]
    # Of marks alone nothing would be left: such a sentence stays as it is.
    left = batch_of(*sentences, meaning=meaning, unmarked=1.0)
    assert left.targets.of_words["meaning"][:, 0].tolist() == [1, -3, 5, 6, 8, 10]
    assert left.targets.mark.tolist() == [2, 3, -1, -1, 0, 3]
    words = left.masked.inputs.word
    assert words.unique().tolist() == [-1, 0, 1, 2, 3, 4, 5]
    first = [int((words == n).nonzero()[0]) for n in range(6)]
    values = left.masked.inputs.word_value[first] - FIRST_PIECE
    assert values.tolist() == [7, 8, 10, 11, 8, 7]


def test_surprisal_of_the_words_around_stops_at_the_ends_of_a_sentence() -> None:
    """Two numbers a word here; the comma is taken away."""
    sentences = Sentences.from_table(table([[ONE, COMMA, TWO, ONE], [TWO]], first=1))
    numbers = np.array([[8, -8], [16, -16], [24, -24], [32, -32], [40, -40]], np.int8)
    split = Split(sentences, emoji(2, 0), of_words={"surprisal": numbers})
    params = small(unmarked=1.0, tasks=NOTHING)
    batch = make_batch(split, np.arange(2), PIECES, 0, params)
    rows = batch.targets.of_words["surprisal"]
    assert dimensions(split) == {"surprisal": rows.shape[1]} == {"surprisal": 10}
    expected = [[0, 0, 1, 3, 4], [0, 1, 3, 4, 0], [1, 3, 4, 0, 0], [0, 0, 5, 0, 0]]
    assert rows[:, ::2].tolist() == expected
    assert torch.equal(rows[:, 1::2], -rows[:, ::2])


def kinds(batch: Batch) -> list[tuple[bool, bool]]:
    """Of sentences of three words, one a mark: whether that and the spelling were taken away."""
    inputs, found = batch.masked.inputs, []
    for start, end in pairwise(inputs.starts.tolist()):
        words = inputs.word[start:end].unique().ge(0).sum()
        found.append((int(words) == 2, not inputs.segment[start:end].any()))
    return found


def test_what_is_drawn_for_a_sentence_depends_on_seed_epoch_and_id_alone() -> None:
    params = small(unmarked=0.3, phonemes_only=0.2)
    split = Split(Sentences.from_table(table([[ONE, COMMA, TWO]] * 40, first=1)), emoji(40, 1))
    drawn = []
    for epoch in range(40):
        whole = make_batch(split, np.arange(40), PIECES, epoch, params)
        drawn.append(kinds(whole))
        if epoch > 2:
            continue
        ends = whole.masked.inputs.starts.tolist()
        for number in (0, 13, 39):
            alone = make_batch(split, np.array([number]), PIECES, epoch, params)
            mine = slice(ends[number], ends[number + 1])
            assert torch.equal(alone.masked.inputs.token, whole.masked.inputs.token[mine])
            assert kinds(alone) == [drawn[-1][number]]
    shares = np.array(drawn)  # [epochs, sentences, 2]
    for chance, share in zip((0.3, 0.2), shares.mean((0, 1)), strict=True):
        assert abs(share - chance) < 4.5 * np.sqrt(chance * (1 - chance) / 1600)
    both = shares.all(2).mean()
    assert abs(both - 0.06) < 4.5 * np.sqrt(0.06 * 0.94 / 1600)
    assert not (shares[0] == shares[1]).all()  # epochs differ
    base = params.base.model_copy(update={"seed": params.base.seed + 1})
    other = params.model_copy(update={"base": base})
    assert kinds(make_batch(split, np.arange(40), PIECES, 0, other)) != drawn[0]


def test_no_sentence_makes_a_batch() -> None:
    """As a process gets it of which another has the only sentence."""
    batch = make_batch(SPLIT, np.zeros(0, np.int64), PIECES, 0, small())
    assert len(batch.masked.inputs) == len(batch.targets.mark) == 0
    assert batch.targets.of_words["meaning"].shape == (0, 6)

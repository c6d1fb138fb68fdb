"""Rates, streams, and that no answer can be read off the inputs."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pngnw.align.symbols import TOKENS
from pngnw.core.errors import UserError
from pngnw.model.inputs import FIRST_PIECE, HIDDEN_TYPE, HIDDEN_WORD, MASK, assemble
from pngnw.model.layout import lay_out
from pngnw.model.sentences import Sentences
from pngnw.params import Tasks
from pngnw.pretrain import tasks as t
from tests.model.synthetic import MODEL, PIECES, corpus, table, word
from tests.pretrain.conftest import NOTHING, seen, small

A, B, C, D = (TOKENS.id(letter) for letter in "abcd")
K, AH, T, S = (TOKENS.id(phoneme) for phoneme in ("K", "AH0", "T", "S"))
COMMA = TOKENS.id(",")


def mask(
    sentences: Sentences,
    seed: int = 0,
    epoch: int = 0,
    unit: str = "letter",
    spoken_only: list[bool] | None = None,
    **chances: float,
) -> t.MaskedBatch:
    model = MODEL.model_copy(update={"grapheme_unit": unit})
    batch = lay_out(sentences, np.arange(len(sentences)), model)
    tasks = Tasks(**{**NOTHING, **chances})
    graphemes = t.grapheme_ids(unit, PIECES)
    cut = np.array(spoken_only or [False] * len(sentences))
    return t.mask_tokens(batch, sentences.id, tasks, PIECES, graphemes, seed, epoch, cut)


def beside(middle: dict[str, list[int]]) -> Sentences:
    first, last = word([A, B], [K, AH, T], [7, 8], kind=3), word([C], [S], [9])
    return Sentences.from_table(table([[first, middle, last]]))


# Pairs of words with the same numbers of letters, phonemes and pieces. Where only one side is
# hidden, the other must be equal: it is shown, and so is what belongs to it.
PLAIN = word([A, B, C], [K, AH], [11, 12], kind=1)
WHOLLY_OTHER = word([D, D, D], [S, T], [13, 14], kind=3)
SOUNDS_OTHER = {**PLAIN, "phonemes": [S, T], "piece_of_phoneme": [1, 1]}
SPELLED_OTHER = {**WHOLLY_OTHER, "phonemes": PLAIN["phonemes"], "piece_of_phoneme": [0, 0]}
A_MARK = word([COMMA], [COMMA], [20], kind=0)
A_LETTER = word([A], [AH], [21], kind=2)


@pytest.mark.parametrize("unit", ["letter", "wordpiece"])
@pytest.mark.parametrize(
    ("task", "one", "other"),
    [
        ("mlm", PLAIN, WHOLLY_OTHER),
        ("mlm", A_MARK, A_LETTER),
        ("random", PLAIN, WHOLLY_OTHER),
        ("random", A_MARK, A_LETTER),
        ("g2p", PLAIN, SOUNDS_OTHER),
        ("p2g", PLAIN, SPELLED_OTHER),
    ],
)
def test_no_answer_is_readable(
    task: str, one: dict[str, list[int]], other: dict[str, list[int]], unit: str
) -> None:
    left, right = (mask(beside(middle), unit=unit, **{task: 1.0}) for middle in (one, other))
    for a, b in zip(seen(left.inputs), seen(right.inputs), strict=True):
        inside = left.inputs.word == 1
        if a.shape == inside.shape:
            assert torch.equal(a[inside], b[inside])
        assert torch.equal(a, b)
    assert not torch.equal(left.tokens, right.tokens)


def test_g2p_by_hand() -> None:
    masked = mask(beside(PLAIN), g2p=1.0)
    token, value = masked.inputs.token.tolist(), masked.inputs.word_value.tolist()
    # CLS, 3 + 2 + 1 phonemes, SEP, letters
    assert token[:8] == [TOKENS.id("<cls>"), *[MASK] * 6, TOKENS.id("<sep>")]
    assert token[8:14] == [A, B, A, B, C, C]
    assert value[1:7] == [HIDDEN_WORD] * 6
    assert value[8:14] == [p + FIRST_PIECE for p in [7, 8, 11, 11, 12, 9]]
    assert masked.inputs.word_type[1:7].tolist() == [3, 3, 3, 1, 1, 1]
    assert masked.rows.tolist() == [1, 2, 3, 4, 5, 6]
    assert masked.tokens.tolist() == [K, AH, T, K, AH, S]
    assert masked.word_rows.tolist() == [1, 3, 4, 5, 6]
    assert masked.words.tolist() == [7, 8, 11, 12, 9]


def test_p2g_by_hand() -> None:
    masked = mask(beside(PLAIN), p2g=1.0)
    assert masked.inputs.token[1:7].tolist() == [K, AH, T, K, AH, S]
    assert masked.inputs.token[8:14].tolist() == [MASK] * 6
    for side in (slice(1, 7), slice(8, 14)):
        assert masked.inputs.word_value[side].tolist() == [HIDDEN_WORD] * 6
        assert masked.inputs.word_type[side].tolist() == [HIDDEN_TYPE] * 6
    assert masked.rows.tolist() == [8, 9, 10, 11, 12, 13]


SPELLED_LONGER = {
    **word([D] * 5, [K], [13], kind=3), "phonemes": [K, AH], "piece_of_phoneme": [0, 0]
}  # fmt: skip


@pytest.mark.parametrize("unit", ["letter", "wordpiece"])
@pytest.mark.parametrize(
    ("task", "other"),
    [
        *((task, SPELLED_LONGER) for task in ("none", "mlm", "random", "keep", "g2p", "p2g")),
        *((task, WHOLLY_OTHER) for task in ("mlm", "random", "g2p")),
    ],
)
def test_without_its_spelling_a_sentence_shows_nothing_of_it(
    task: str, other: dict[str, list[int]], unit: str
) -> None:
    chances = {} if task == "none" else {task: 1.0}
    left, right = (
        mask(beside(middle), unit=unit, spoken_only=[True], **chances) for middle in (PLAIN, other)
    )
    for a, b in zip(seen(left.inputs), seen(right.inputs), strict=True):
        assert torch.equal(a, b)
    assert left.inputs.token.shape == (8,)  # CLS, 3 + 2 + 1 phonemes, SEP
    assert left.inputs.word_value.tolist() == [0, *[HIDDEN_WORD] * 6, 0]
    assert left.inputs.word_type.tolist() == [0, *[HIDDEN_TYPE] * 6, 0]
    assert torch.equal(left.words, right.words) == (task == "none")


def test_p2g_without_a_spelling_asks_the_phonemes_for_their_wordpieces() -> None:
    masked = mask(beside(PLAIN), p2g=1.0, spoken_only=[True])
    assert masked.inputs.token[1:7].tolist() == [K, AH, T, K, AH, S]
    assert masked.rows.tolist() == masked.tokens.tolist() == []
    assert masked.word_rows.tolist() == [1, 3, 4, 5, 6]
    assert masked.words.tolist() == [7, 8, 11, 12, 9]


@pytest.mark.parametrize("task", ["mlm", "g2p", "random", "keep"])
def test_other_tasks_ask_the_phonemes_that_are_left(task: str) -> None:
    masked = mask(beside(PLAIN), spoken_only=[True], **{task: 1.0})
    assert masked.rows.tolist() == [1, 2, 3, 4, 5, 6]
    assert masked.tokens.tolist() == [K, AH, T, K, AH, S]
    assert masked.words.tolist() == [7, 8, 11, 12, 9]


def test_a_neighbor_without_spelling_changes_nothing() -> None:
    sentences = Sentences.from_table(corpus(5, 4))
    chances = small().pretrain.tasks.model_dump()
    plain, mixed = (
        mask(sentences, **chances),
        mask(sentences, spoken_only=[False, True, False, True], **chances),
    )
    assert torch.equal(plain.task, mixed.task)
    for number, (start, end) in enumerate(pairwise(mixed.inputs.starts.tolist())):
        before = int(plain.inputs.starts[number])
        whole = slice(before, before + end - start)
        if number % 2 == 0:
            assert whole.stop == plain.inputs.starts[number + 1]
            assert torch.equal(mixed.inputs.token[start:end], plain.inputs.token[whole])
            values = mixed.inputs.word_value[start:end]
            assert torch.equal(values, plain.inputs.word_value[whole])
        else:
            assert not mixed.inputs.segment[start:end].any()


def test_keep_changes_nothing_and_predicts_all() -> None:
    sentences = Sentences.from_table(corpus(2, 5))
    masked = mask(sentences, keep=1.0)
    plain = assemble(sentences, np.arange(5), MODEL)
    for a, b in zip(seen(masked.inputs), seen(plain), strict=True):
        assert torch.equal(a, b)
    assert torch.equal(masked.rows, (plain.word >= 0).nonzero().flatten())


@given(st.sampled_from(["mlm", "random", "g2p", "p2g"]), st.integers(0, 50))
def test_specials_stay_and_random_tokens_keep_their_stream(task: str, seed: int) -> None:
    sentences = Sentences.from_table(corpus(seed, 4))
    masked = mask(sentences, seed=seed, **{task: 0.7})
    plain = assemble(sentences, np.arange(4), MODEL)
    special = plain.word < 0
    for a, b in zip(seen(masked.inputs)[:3], seen(plain)[:3], strict=True):
        assert torch.equal(a[special], b[special])
    assert not special[masked.rows].any()
    assert torch.equal(masked.tokens, plain.token[masked.rows])
    if task == "random":
        drawn = masked.inputs.token[masked.rows]
        for side, block in ((0, TOKENS.phonemes), (1, TOKENS.letters)):
            mine = drawn[plain.segment[masked.rows] == side]
            assert ((mine >= block.start) & (mine < block.stop)).all()


def test_rates_of_one_word_over_epochs() -> None:
    """Each word of a sentence has the shipped chances in the long run, and so has each pair."""
    sentences = Sentences.from_table(corpus(1, 1))
    tasks = small().pretrain.tasks
    chances = np.array([0.0, tasks.mlm, tasks.random, tasks.keep, tasks.g2p, tasks.p2g])
    chances[0] = 1 - chances.sum()
    drawn = np.array(
        [mask(sentences, epoch=epoch, **tasks.model_dump()).task.numpy() for epoch in range(1000)]
    )
    for word_ in drawn.T:
        counts = np.bincount(word_, minlength=6)
        assert (abs(counts - 1000 * chances) < 4.5 * np.sqrt(1000 * chances)).all()
    touched = drawn > 0
    both = (touched[:, 0] & touched[:, 1]).mean()
    alone = touched[:, 0].mean() * touched[:, 1].mean()
    assert abs(both - alone) < 4.5 * np.sqrt(0.25 / 1000)


@pytest.mark.parametrize("unit", ["letter", "wordpiece"])
def test_random_replacements_are_even(unit: str) -> None:
    """Chi-squared of every kind of replacement within five deviations of its mean."""
    masked = mask(Sentences.from_table(corpus(1, 1500)), unit=unit, random=1.0)
    inputs, graphemes = masked.inputs, t.grapheme_ids(unit, PIECES)
    token, segment = inputs.token[masked.rows], inputs.segment[masked.rows]
    first = torch.ones_like(masked.rows, dtype=torch.bool)
    first[1:] = inputs.word[masked.rows].diff() != 0  # one draw for a word, not for each token
    spoken = first & (segment == 0)  # both sides share that draw
    for values, block in (
        (token[segment == 0], TOKENS.phonemes),
        (token[segment == 1], graphemes),
        (inputs.word_value[masked.rows][spoken], range(FIRST_PIECE, FIRST_PIECE + PIECES)),
        (inputs.word_type[masked.rows][spoken], range(5)),
    ):
        counts = np.bincount(values.numpy() - block.start, minlength=len(block))
        assert len(counts) == len(block)
        expected = len(values) / len(block)
        statistic = ((counts - expected) ** 2 / expected).sum()
        freedom = len(block) - 1
        assert abs(statistic - freedom) < 5 * np.sqrt(2 * freedom)


def test_masks_depend_on_seed_epoch_and_sentence_alone() -> None:
    sentences = Sentences.from_table(corpus(1, 20))
    chances = {"mlm": 0.3, "random": 0.3}
    together = mask(sentences, seed=3, epoch=2, **chances)
    start = 0
    for i in range(20):
        alone = mask(sentences.select(np.array([i])), seed=3, epoch=2, **chances)
        assert torch.equal(alone.task, together.task[start : start + len(alone.task)])
        rows = slice(int(together.inputs.starts[i]), int(together.inputs.starts[i + 1]))
        assert torch.equal(alone.inputs.token, together.inputs.token[rows])
        start += len(alone.task)
    for change in ({"seed": 4, "epoch": 2}, {"seed": 3, "epoch": 3}):
        assert not torch.equal(mask(sentences, **change, **chances).task, together.task)


def test_chances_beyond_one_are_a_params_error() -> None:
    with pytest.raises(UserError, match=r"pretrain\.tasks.*sum to 1\.2"):
        small(tasks={**NOTHING, "mlm": 0.6, "g2p": 0.6})


def test_draws_are_those_of_a_generator_of_each_sentence() -> None:
    """The definition, so that masks stay what they were."""
    ids = np.array([3, 2**64 - 1, 3], dtype=np.uint64)
    counts = np.array([5, 0, 2])
    drawn = t.uniform_numbers(ids, counts, 7, 9)
    key = np.array([3, 7 << 32 | 9], dtype=np.uint64)
    expected = np.random.Generator(np.random.Philox(key=key)).random(5)
    assert np.array_equal(drawn, np.concatenate((expected, expected[:2])))

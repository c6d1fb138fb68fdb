"""Losses by hand, and each emoji loss at its least where the model agrees with the teacher."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from pngnw.align.symbols import TOKENS
from pngnw.model.heads import EmojiLogits, Heads
from pngnw.model.layout import lay_out
from pngnw.model.network import PnGNWEncoder
from pngnw.model.sentences import Sentences
from pngnw.params import Tasks
from pngnw.pretrain.loss import (
    LOSSES,
    UNKNOWN,
    Logits,
    Targets,
    batch_losses,
    count_targets,
    emoji_loss,
    predict,
    total_loss,
)
from pngnw.pretrain.tasks import MaskedBatch, mask_tokens
from tests.model.synthetic import MODEL, PIECES, corpus
from tests.pretrain.conftest import NOTHING, small

SENTENCES = Sentences.from_table(corpus(1, 6))
WORDS = int(SENTENCES.word_start[-1])
MARK = torch.arange(WORDS) % 7 - 1  # every seventh is UNKNOWN
MEANING = torch.randn(WORDS, 4, generator=torch.Generator().manual_seed(0))
MEANING[:3] = 0
KNOWN = torch.arange(WORDS) >= 3
TARGETS = Targets(torch.full((6, 64), 1 / 64), MARK, {"meaning": MEANING})
HALF = Tasks(mlm=0.2, random=0.1, keep=0.1, g2p=0.2, p2g=0.2)
TOKEN_LOGITS = 8 + len(TOKENS)
WEIGHTS = {"emoji_weight": 2.0, "mark_weight": 0.5, "meaning_weight": 3.0}
WORD, EMOJI, MARKS, MEANT = (LOSSES.index(n) for n in ("word", "emoji", "mark", "meaning"))


def masked(tasks: Tasks = HALF) -> MaskedBatch:
    batch = lay_out(SENTENCES, np.arange(6), MODEL)
    whole = np.zeros(6, np.bool_)
    return mask_tokens(batch, SENTENCES.id, tasks, PIECES, TOKENS.letters, 0, 0, whole)


def zeros(batch: MaskedBatch) -> Logits:
    return Logits(
        torch.zeros(len(batch.rows), TOKEN_LOGITS),
        torch.zeros(len(batch.words), PIECES),
        torch.zeros(WORDS, 6),
        EmojiLogits(torch.zeros(6, 64)),
        {"meaning": torch.zeros(WORDS, 4)},
    )


def test_uniform_logits_cost_the_log_of_the_classes() -> None:
    batch = masked()
    sums = batch_losses(zeros(batch), batch, TARGETS, "soft_ce")
    counts = count_targets(batch, TARGETS, small())
    assert counts[:WORD].sum() == len(batch.rows)
    learned = int((MARK != UNKNOWN).sum())
    assert counts[WORD:].tolist() == [len(batch.words), 6, learned, WORDS - 3, 0]
    squares = float(MEANING[KNOWN].square().mean())  # to answer 0 costs the mean square
    expected = np.log(TOKEN_LOGITS) + np.log(PIECES)
    expected += 2 * np.log(64) + 0.5 * np.log(6) + 3 * squares
    total = total_loss(sums, counts, small(**WEIGHTS).pretrain)
    assert float(total) == pytest.approx(expected, rel=1e-5)
    for name in ("mlm", "g2p"):
        place = LOSSES.index(name)
        mean = float(sums[place] / counts[place])
        assert mean == pytest.approx(np.log(TOKEN_LOGITS), rel=1e-5)


def test_words_without_an_answer_cost_nothing() -> None:
    """Neither a mark behind a mark nor a meaning that the teacher lacks is learned."""
    batch = masked()
    meaning = torch.randn(WORDS, 4).requires_grad_()
    logits = replace(
        zeros(batch),
        marks=torch.randn(WORDS, 6).requires_grad_(),
        of_words={"meaning": meaning, "surprisal": torch.randn(WORDS, 3)},
    )
    sums = batch_losses(logits, batch, TARGETS, "none")
    by_hand = -logits.marks.log_softmax(-1)[MARK >= 0].gather(1, MARK[MARK >= 0, None]).sum()
    torch.testing.assert_close(sums[MARKS], by_hand)
    error = (meaning - MEANING)[KNOWN].square().mean(1).sum()
    torch.testing.assert_close(sums[MEANT], error)
    sums.sum().backward()
    assert logits.marks.grad is not None
    assert meaning.grad is not None
    assert torch.equal(logits.marks.grad.any(1), MARK >= 0)
    assert torch.equal(meaning.grad.any(1), KNOWN)
    assert not sums[MEANT + 1]  # no surprisal was asked for


@pytest.mark.parametrize("kind", ["soft_ce", "mse_logits"])
def test_emoji_loss_is_least_at_the_teacher(kind: str) -> None:
    teacher = torch.rand(3, 64, generator=torch.Generator().manual_seed(0)).softmax(-1)
    logits = (teacher.log() + 5).requires_grad_()
    emoji_loss(EmojiLogits(logits), Targets(teacher, MARK), kind).sum().backward()
    assert logits.grad is not None
    assert logits.grad.abs().max() < 1e-5


def test_features_cost_their_unexplained_variance() -> None:
    """By hand: half of the features right and half off by 2, beside the log of 64 for the emoji."""
    logits = EmojiLogits(
        torch.zeros(2, 64), features=torch.tensor([0.0, 0.0, 2.0, -2.0]).repeat(2, 1)
    )
    targets = Targets(torch.full((2, 64), 1 / 64), MARK, features=torch.zeros(2, 4))
    loss = emoji_loss(logits, targets, "mse_features")
    torch.testing.assert_close(loss, torch.full((2,), 2.0 + float(np.log(64))))


@pytest.mark.parametrize("tasks", [HALF, Tasks(**NOTHING)])
def test_what_is_switched_off_leaves_its_head_alone(tasks: Tasks) -> None:
    """A batch without any target costs nothing."""
    encoder, heads = PnGNWEncoder(MODEL, PIECES), Heads(MODEL, PIECES)
    batch = masked(tasks)
    logits = predict(encoder, heads, batch, "fp32")
    assert not logits.of_words
    targets = Targets(TARGETS.emoji, torch.full((WORDS,), UNKNOWN))
    sums = batch_losses(logits, batch, targets, "none")
    params = small(emoji_loss="none")
    counts = count_targets(batch, targets, params)
    loss = total_loss(sums, counts, params.pretrain)
    loss.backward()
    assert (loss.item() > 0) == (tasks == HALF)
    assert counts[EMOJI:].tolist() == [0, 0, 0, 0]
    for head in (heads.emoji_out, heads.emoji_gate, heads.mark_out):
        assert head.weight.grad is None or not head.weight.grad.any()


def test_a_weight_of_zero_leaves_its_head_alone() -> None:
    encoder, heads = PnGNWEncoder(MODEL, PIECES), Heads(MODEL, PIECES, of_words={"meaning": 4})
    batch = masked()
    sums = batch_losses(predict(encoder, heads, batch, "fp32"), batch, TARGETS, "soft_ce")
    params = small(mark_weight=0.0)
    total_loss(sums, count_targets(batch, TARGETS, params), params.pretrain).backward()
    assert heads.mark_out.weight.grad is None or not heads.mark_out.weight.grad.any()
    meaning = heads.of_words["meaning"]
    assert isinstance(meaning, torch.nn.Linear)
    for head in (meaning, heads.emoji_gate, heads.emoji_transform, heads.emoji_out):
        assert head.weight.grad is not None
        assert head.weight.grad.any()


def test_without_word_values_there_is_no_word_loss() -> None:
    model = MODEL.model_copy(update={"word_values": False})
    encoder, heads = PnGNWEncoder(model, PIECES), Heads(model, PIECES)
    batch = masked()
    logits = predict(encoder, heads, batch, "fp32")
    assert logits.words is None
    params = small().model_copy(update={"model": model})
    assert count_targets(batch, TARGETS, params)[WORD] == 0
    assert batch_losses(logits, batch, TARGETS, "soft_ce")[WORD] == 0

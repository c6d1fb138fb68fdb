"""Losses by hand, and each emoji loss at its least where the model agrees with the teacher."""

import numpy as np
import pytest
import torch

from pngnw.align.symbols import TOKENS
from pngnw.model.heads import Bags, EmojiLogits, Heads
from pngnw.model.inputs import assemble
from pngnw.model.network import PnGNWEncoder
from pngnw.model.sentences import Sentences
from pngnw.params import Tasks
from pngnw.pretrain.loss import (
    LOSSES,
    Logits,
    TeacherTargets,
    batch_losses,
    count_targets,
    emoji_loss,
    predict,
    total_loss,
)
from pngnw.pretrain.tasks import MaskedBatch, mask_tokens
from tests.model.synthetic import MODEL, PIECES, corpus
from tests.pretrain.conftest import small

SENTENCES = Sentences.from_table(corpus(1, 6))
BAGS = Bags.of(SENTENCES, np.arange(6))
FLAT = TeacherTargets(torch.full((6, 64), 1 / 64))
HALF = Tasks(mlm=0.2, random=0.1, keep=0.1, g2p=0.2, p2g=0.2)


def masked(tasks: Tasks = HALF) -> MaskedBatch:
    inputs = assemble(SENTENCES, np.arange(6), MODEL)
    return mask_tokens(inputs, SENTENCES.id, tasks, PIECES, TOKENS.letters, 0, 0)


def test_uniform_logits_cost_the_log_of_the_classes() -> None:
    batch = masked()
    logits = Logits(
        torch.zeros(len(batch.rows), 8 + len(TOKENS)),
        torch.zeros(len(batch.words), PIECES),
        EmojiLogits(torch.zeros(6, 64), torch.zeros(6, 64)),
    )
    sums = batch_losses(logits, batch, FLAT, "soft_ce")
    counts = count_targets(batch, small())
    expected = np.log(8 + len(TOKENS)) + np.log(PIECES) + 2 * np.log(64) + np.log(64)
    assert float(total_loss(sums, counts, 2.0)) == pytest.approx(expected, rel=1e-5)
    assert counts[:5].sum() == len(batch.rows)
    assert counts[5:].tolist() == [len(batch.words), 6, 0, 6]
    for name in ("mlm", "g2p"):
        place = LOSSES.index(name)
        mean = float(sums[place] / counts[place])
        assert mean == pytest.approx(np.log(8 + len(TOKENS)), rel=1e-5)


@pytest.mark.parametrize("kind", ["soft_ce", "mse_logits"])
def test_emoji_loss_is_least_at_the_teacher(kind: str) -> None:
    teacher = torch.rand(3, 64, generator=torch.Generator().manual_seed(0)).softmax(-1)
    logits = (teacher.log() + 5).requires_grad_()
    emoji_loss(EmojiLogits(logits), TeacherTargets(teacher), kind).sum().backward()
    assert logits.grad is not None
    assert logits.grad.abs().max() < 1e-5


def test_features_cost_their_unexplained_variance() -> None:
    """By hand: half of the features right and half off by 2, beside the log of 64 for the emoji."""
    target = torch.zeros(2, 4)
    logits = EmojiLogits(
        torch.zeros(2, 64), features=torch.tensor([0.0, 0.0, 2.0, -2.0]).repeat(2, 1)
    )
    loss = emoji_loss(logits, TeacherTargets(torch.full((2, 64), 1 / 64), target), "mse_features")
    torch.testing.assert_close(loss, torch.full((2,), 2.0 + float(np.log(64))))


@pytest.mark.parametrize("tasks", [HALF, Tasks(mlm=0.0, random=0.0, keep=0.0, g2p=0.0, p2g=0.0)])
def test_no_emoji_loss_leaves_its_head_alone(tasks: Tasks) -> None:
    """A batch without any target costs nothing."""
    encoder, heads = PnGNWEncoder(MODEL, PIECES), Heads(MODEL, PIECES)
    batch = masked(tasks)
    sums = batch_losses(predict(encoder, heads, batch, BAGS), batch, FLAT, "none")
    counts = count_targets(batch, small(emoji_loss="none"))
    loss = total_loss(sums, counts, 1.0)
    loss.backward()
    assert (loss.item() > 0) == (tasks == HALF)
    assert counts[LOSSES.index("emoji")] == 0
    assert heads.emoji_out.weight.grad is None or not heads.emoji_out.weight.grad.any()


def test_without_word_values_there_is_no_word_loss() -> None:
    model = MODEL.model_copy(update={"word_values": False})
    encoder, heads = PnGNWEncoder(model, PIECES), Heads(model, PIECES)
    batch = masked()
    logits = predict(encoder, heads, batch, BAGS)
    assert logits.words is None
    params = small().model_copy(update={"model": model})
    assert count_targets(batch, params)[LOSSES.index("word")] == 0
    assert batch_losses(logits, batch, FLAT, "soft_ce")[5] == 0

"""What training minimizes: errors of tokens, words, marks, numbers of words and emoji, each a mean
over its targets.

Guarantees: computed in float32 whatever the precision of the model; a batch without targets of
some kind contributes 0 of that kind; losses of parts of a batch, each with the number of targets
of the whole, add up to the loss of the whole, gradients too.

Letters: M target tokens, K target word values, B sentences, W words, F features of the teacher, D
numbers of a word.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from pngnw.model.heads import EmojiLogits, Heads
from pngnw.model.network import PnGNWEncoder
from pngnw.params import Params, Pretrain
from pngnw.pretrain.ranks import resolve_precision
from pngnw.pretrain.tasks import TASKS, MaskedBatch

EmojiLoss = Literal["soft_ce", "mse_logits", "mse_features", "none"]
OF_WORDS = ("meaning", "surprisal")  # numbers that words' states learn, see `pngnw.pretrain.data`
# The parts of a loss, in the order of every vector of them: tokens by task, then the others.
LOSSES = (*TASKS[1:], "word", "emoji", "mark", *OF_WORDS)
WORD = LOSSES.index("word")
UNKNOWN = -1  # the mark behind a mark
_FLOOR = 1e-6  # a teacher's probability in float16 can be 0


@dataclass(frozen=True)
class Logits:
    """Outputs of the heads: tokens [M, T], words [K, V], marks [W, 6], emoji, and numbers of words
    [W, D] by name.

    Float32, but words: these are as the head computed them, for there are many. Words are None
    for a model without word values.
    """

    tokens: Tensor
    words: Tensor | None
    marks: Tensor
    emoji: EmojiLogits
    of_words: dict[str, Tensor]


@dataclass(frozen=True)
class Targets:
    """What is to be answered of B sentences with W words, besides what was masked.

    Attributes:
        emoji: [B, 64] float32 distributions of the teacher; zeros where there is none.
        mark: [W] int64 which mark follows (`pngnw.model.marks.LABELS`), whether it was taken away
            or not; -1 for marks.
        of_words: [W, D] float32 by name of `OF_WORDS`; all zero where there are none.
        features: [B, F] float32 features of the teacher with mean 0 and variance 1 in the training
            split, if they are learned.
    """

    emoji: Tensor
    mark: Tensor
    of_words: Mapping[str, Tensor] = field(default_factory=dict)
    features: Tensor | None = None


def known(numbers: Tensor) -> Tensor:
    """Which words or sentences have numbers to learn: [W, D] to [W] bool."""
    return numbers.ne(0).any(-1)


def predict(encoder: PnGNWEncoder, heads: Heads, masked: MaskedBatch, precision: str) -> Logits:
    """Run the model; the token and word heads see target rows alone."""
    inputs = masked.inputs
    device = inputs.token.device
    bf16 = resolve_precision(precision, device) == "bf16"
    with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
        hidden = encoder(inputs)
        words = None
        if heads.word_transform is not None:
            words = heads.words(hidden.index_select(0, masked.word_rows), encoder)
        word_states = encoder.word_states(hidden, inputs)
        rows, valid = inputs.phoneme_rows()
        emoji = heads.emoji(hidden[rows], valid)
        return Logits(
            tokens=heads.tokens(hidden.index_select(0, masked.rows)).float(),
            words=words,
            marks=heads.mark_out(word_states).float(),
            emoji=EmojiLogits(
                emoji.logits.float(), None if emoji.features is None else emoji.features.float()
            ),
            of_words={name: out(word_states).float() for name, out in heads.of_words.items()},
        )


def emoji_loss(logits: EmojiLogits, targets: Targets, kind: EmojiLoss) -> Tensor:
    """Loss of the emoji, [B].

    `soft_ce` is the cross entropy to the teacher's distribution (Hinton et al. 2015, section 2).
    `mse_logits` compares logits with the teacher's log-probabilities, both centered, since logits
    are free up to a constant (Ba and Caruana 2014, section 2.2). `mse_features` is the share of the
    features' variance that is not explained, from which the states learn, and the cross entropy,
    from which the last layer does (Romero et al. 2015, section 2.2; the hint are the features).
    """
    if kind == "none":
        return logits.logits.new_zeros(len(logits.logits))
    if kind == "mse_logits":
        target = targets.emoji.clamp(min=_FLOOR).log()
        apart = logits.logits - logits.logits.mean(-1, keepdim=True)
        return (apart - (target - target.mean(-1, keepdim=True))).square().mean(-1)
    loss = -(targets.emoji * logits.logits.log_softmax(-1)).sum(-1)
    if kind == "mse_features":
        assert logits.features is not None
        assert targets.features is not None
        loss = loss + (logits.features - targets.features).square().mean(-1)
    return loss


def count_targets(masked: MaskedBatch, targets: Targets, params: Params) -> Tensor:
    """Targets of every part of the loss, [10] int64 on the CPU; none of those switched off."""
    task = masked.task[masked.inputs.word[masked.rows]]
    words = len(masked.words) if params.model.word_values else 0
    emoji = params.pretrain.emoji_loss != "none"
    sentences = int(known(targets.emoji).sum()) if emoji else 0
    tokens = torch.bincount(task, minlength=len(TASKS))[1:].cpu()
    marks = int(targets.mark.ge(0).sum())
    of_words = [
        int(known(targets.of_words[name]).sum()) if name in targets.of_words else 0
        for name in OF_WORDS
    ]
    return torch.cat((tokens, torch.tensor([words, sentences, marks, *of_words])))


def batch_losses(logits: Logits, masked: MaskedBatch, targets: Targets, kind: EmojiLoss) -> Tensor:
    """Losses of a batch, summed over its targets: [10] in the order of `LOSSES`.

    Of numbers it is the squared error, a mean over the dimensions.
    """
    token = functional.cross_entropy(logits.tokens, masked.tokens, reduction="none")
    task = masked.task[masked.inputs.word[masked.rows]]
    by_task = token.new_zeros(len(TASKS)).index_add(0, task, token)
    word = token.new_zeros(())
    if logits.words is not None:
        word = functional.cross_entropy(logits.words.float(), masked.words, reduction="sum")
    emoji = (emoji_loss(logits.emoji, targets, kind) * known(targets.emoji)).sum()
    mark = functional.cross_entropy(
        logits.marks, targets.mark, ignore_index=UNKNOWN, reduction="sum"
    )
    of_words = []
    for name in OF_WORDS:
        error = token.new_zeros(())
        if name in logits.of_words and name in targets.of_words:
            truth = targets.of_words[name]
            error = ((logits.of_words[name] - truth).square().mean(-1) * known(truth)).sum()
        of_words.append(error)
    return torch.cat((by_task[1:], torch.stack((word, emoji, mark, *of_words))))


def weights(pretrain: Pretrain) -> dict[str, float]:
    """The factors of all parts but the tokens, which have 1, in the order of `LOSSES`."""
    return {
        "word": 1.0,
        "emoji": pretrain.emoji_weight,
        "mark": pretrain.mark_weight,
        "meaning": pretrain.meaning_weight,
        "surprisal": pretrain.surprisal_weight,
    }


def total_loss(sums: Tensor, counts: Tensor, pretrain: Pretrain) -> Tensor:
    """The mean over tokens, plus the mean of every other part with its weight.

    Args:
        sums: [10] of `batch_losses`; of a part of the batch, if that part's share is wanted.
        counts: [10] of `count_targets`, of the whole batch.
        pretrain: has the weights.
    """
    token = sums[:WORD].sum() / max(1, int(counts[:WORD].sum()))
    factors = sums.new_tensor([*weights(pretrain).values()])
    others = sums[WORD:] * factors / counts[WORD:].clamp(min=1).to(sums.device)
    return token + others.sum()


def mean_losses(sums: Tensor, counts: Tensor, pretrain: Pretrain) -> dict[str, float]:
    """Every loss that had a target, by name, and their weighted `total`."""
    pairs = zip(LOSSES, sums.tolist(), counts.tolist(), strict=True)
    losses = {name: loss / n for name, loss, n in pairs if n}
    return losses | {"total": float(total_loss(sums, counts, pretrain))}


@dataclass
class LossMeter:
    """Losses summed over their targets, and the targets: [10] each."""

    sums: Tensor = field(default_factory=lambda: torch.zeros(len(LOSSES), dtype=torch.float64))
    counts: Tensor = field(default_factory=lambda: torch.zeros(len(LOSSES), dtype=torch.int64))

    def add(self, sums: Tensor, counts: Tensor) -> None:
        self.sums += sums.detach().cpu()
        self.counts += counts

    def means(self, pretrain: Pretrain) -> dict[str, float]:
        """Mean of every loss that had a target, and the weighted `total`."""
        return mean_losses(self.sums, self.counts, pretrain)

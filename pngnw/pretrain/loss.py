"""What training minimizes: cross entropy of tokens, words and emoji, each a mean over its targets.

Guarantees: computed in float32 whatever the precision of the model; a batch without targets of
some kind contributes 0 of that kind; losses of parts of a batch, each with the number of targets
of the whole, add up to the loss of the whole, gradients too.

Letters: M target tokens, K target word values, B sentences, F features of the teacher.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from pngnw.model.heads import Bags, EmojiLogits, EmojiWords, Heads
from pngnw.model.network import PnGNWEncoder
from pngnw.params import Params
from pngnw.pretrain.data import Split
from pngnw.pretrain.tasks import TASKS, MaskedBatch

EmojiLoss = Literal["soft_ce", "mse_logits", "mse_features", "none"]
# The parts of a loss, in the order of every vector of them: tokens by task, word values, emoji from
# states, from words alone, and from both, where only the weights of the two learn.
LOSSES = (*TASKS[1:], "word", "emoji", "emoji_words", "emoji_both")
WORD, EMOJI_WORDS = LOSSES.index("word"), LOSSES.index("emoji_words")
_FLOOR = 1e-6  # a teacher's probability in float16 can be 0


@dataclass(frozen=True)
class Logits:
    """Outputs of the heads: tokens [M, T], words [K, V] and emoji.

    Float32, but words: these are as the head computed them, for there are many. Words are None
    for a model without word values.
    """

    tokens: Tensor
    words: Tensor | None
    emoji: EmojiLogits

    def to(self, device: torch.device) -> "Logits":
        words = None if self.words is None else self.words.to(device)
        return Logits(self.tokens.to(device), words, self.emoji.float_on(device))


@dataclass(frozen=True)
class TeacherTargets:
    """The teacher's outputs for B sentences, float32: distributions [B, 64], and features [B, F]
    with mean 0 and variance 1 in the training split, if they are learned.
    """

    emoji: Tensor
    features: Tensor | None = None

    @classmethod
    def of(cls, split: Split, indices: NDArray[np.int64]) -> "TeacherTargets":
        features = split.features
        return cls(
            torch.from_numpy(split.emoji[indices]).float(),
            None if features is None else torch.from_numpy(features[indices]).float(),
        )

    def to(self, device: torch.device) -> "TeacherTargets":
        features = None if self.features is None else self.features.to(device)
        return TeacherTargets(self.emoji.to(device), features)


def predict(encoder: PnGNWEncoder, heads: Heads, masked: MaskedBatch, bags: Bags) -> Logits:
    """Run the model; the token heads see target rows alone, `bags` all words of the sentences."""
    hidden = encoder(masked.inputs)
    targets = hidden.index_select(0, masked.rows)
    words = (
        heads.words(targets.index_select(0, masked.word_targets), encoder)
        if heads.word_transform is not None
        else None
    )
    emoji = heads.emoji(encoder.sentence_states(hidden, masked.inputs), bags)
    return Logits(heads.tokens(targets).float(), words, emoji.float_on(hidden.device))


def emoji_loss(logits: EmojiLogits, teacher: TeacherTargets, kind: EmojiLoss) -> Tensor:
    """Loss of the logits made of the sentence states, [B].

    `soft_ce` is the cross entropy to the teacher's distribution. `mse_logits` compares logits with
    the teacher's log-probabilities, both centered, since logits are free up to a constant (Ba and
    Caruana 2014, section 2.2). `mse_features` is the share of the features' variance that is not
    explained, from which the states learn, and the cross entropy, from which the last layer does
    (hints as in Romero et al. 2015, section 2.2, with the standardized features as the hint).
    """
    if kind == "none":
        return logits.states.new_zeros(len(logits.states))
    if kind == "mse_logits":
        target = teacher.emoji.clamp(min=_FLOOR).log()
        return (_centered(logits.states) - _centered(target)).square().mean(-1)
    loss = soft_cross_entropy(logits.states, teacher.emoji)
    if kind == "mse_features":
        assert logits.features is not None
        assert teacher.features is not None
        loss = loss + (logits.features - teacher.features).square().mean(-1)
    return loss


def soft_cross_entropy(logits: Tensor, teacher: Tensor) -> Tensor:
    """Cross entropy [B] of logits [B, 64] to distributions (Hinton et al. 2015, section 2)."""
    return -(teacher * logits.log_softmax(-1)).sum(-1)


def _centered(values: Tensor) -> Tensor:
    return values - values.mean(-1, keepdim=True)


def count_targets(masked: MaskedBatch, params: Params) -> Tensor:
    """Number of targets of every part of the loss, [9] int64 on the CPU; 0 of those switched off.

    `emoji_words` has none here: it learns from sentences of its own, see `emoji_words_loss`.
    """
    task = masked.task[masked.inputs.word[masked.rows]]
    words = len(masked.words) if params.model.word_values else 0
    sentences = len(masked.inputs) if params.pretrain.emoji_loss != "none" else 0
    tokens = torch.bincount(task, minlength=len(TASKS))[1:].cpu()
    both = sentences if params.model.emoji_words else 0
    return torch.cat((tokens, torch.tensor([words, sentences, 0, both])))


def batch_losses(
    logits: Logits, masked: MaskedBatch, teacher: TeacherTargets, kind: EmojiLoss
) -> Tensor:
    """Losses of a batch, summed over its targets: [9] in the order of `LOSSES`.

    The emoji loss from both is always the cross entropy.
    """
    token = functional.cross_entropy(logits.tokens, masked.tokens, reduction="none")
    task = masked.task[masked.inputs.word[masked.rows]]
    by_task = token.new_zeros(len(TASKS)).index_add(0, task, token)
    zero = token.new_zeros(())
    word, both = zero, zero
    if logits.words is not None:
        word = functional.cross_entropy(logits.words.float(), masked.words, reduction="sum")
    emoji = emoji_loss(logits.emoji, teacher, kind).sum()
    if logits.emoji.combined is not None and kind != "none":
        both = soft_cross_entropy(logits.emoji.combined, teacher.emoji).sum()
    return torch.cat((by_task[1:], torch.stack((word, emoji, zero, both))))


def emoji_words_loss(words: EmojiWords, bags: Bags, teacher: Tensor) -> Tensor:
    """The loss of the words alone, in a vector as of `batch_losses`: [9], zero but for one.

    `teacher` is [B, 64] float32 distributions.
    """
    loss = soft_cross_entropy(words(bags).float(), teacher).sum()
    return functional.pad(loss[None], (EMOJI_WORDS, len(LOSSES) - EMOJI_WORDS - 1))


def total_loss(sums: Tensor, counts: Tensor, emoji_weight: float) -> Tensor:
    """The mean over tokens, plus the mean of every other part.

    Args:
        sums: [9] of `batch_losses`; of a part of the batch, if that part's share is wanted.
        counts: [9] of `count_targets`, of the whole batch.
        emoji_weight: factor of the emoji loss from states; all others have 1.
    """
    token = sums[:WORD].sum() / max(1, int(counts[:WORD].sum()))
    factors = sums.new_tensor([1.0, emoji_weight, 1.0, 1.0])
    others = sums[WORD:] * factors / counts[WORD:].clamp(min=1).to(sums.device)
    return token + others.sum()


def mean_losses(sums: Tensor, counts: Tensor, emoji_weight: float) -> dict[str, float]:
    """Every loss that had a target, by name, and their `total`."""
    pairs = zip(LOSSES, sums.tolist(), counts.tolist(), strict=True)
    losses = {name: loss / n for name, loss, n in pairs if n}
    return losses | {"total": float(total_loss(sums, counts, emoji_weight))}


class LossMeter:
    """Losses since they were last read, summed over their targets."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.sums = torch.zeros(len(LOSSES), dtype=torch.float64)
        self.counts = torch.zeros(len(LOSSES), dtype=torch.int64)

    def add(self, sums: Tensor, counts: Tensor) -> None:
        self.sums += sums.detach().cpu()
        self.counts += counts

    def read(self, emoji_weight: float) -> dict[str, float]:
        """Mean of every loss that had a target, and the weighted `total`; starts anew."""
        losses = mean_losses(self.sums, self.counts, emoji_weight)
        self.clear()
        return losses

"""What training minimises: token, word and emoji losses, each a mean over its targets.

Guarantees: computed in float32 whatever the precision of the model; a batch without targets of
some kind contributes 0 of that kind; losses of parts of a batch, each with the counts of the
whole, add up to the loss of the whole, gradients too.

Letters: M target tokens, K target word values, B sentences, F features of the teacher.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from pngnw.model.emoji import Bags, EmojiWords
from pngnw.model.heads import EmojiAnswer, Heads
from pngnw.model.network import PnGNWEncoder
from pngnw.model.rows import take
from pngnw.params import Params
from pngnw.pretrain.data import Split
from pngnw.pretrain.surprise import surprise
from pngnw.pretrain.tasks import TASKS, Masked

EmojiLoss = Literal["soft_ce", "mse_logits", "mse_features", "none"]
# The parts of a loss, in the order of every vector of them: tokens by task, word values, emoji from
# states, from words alone, and from both, where only the shares of the two learn.
NAMES = (*TASKS[1:], "word", "emoji", "emoji_words", "emoji_both")
_WORD, _EMOJI, _EMOJI_WORDS, _EMOJI_BOTH = range(NAMES.index("word"), len(NAMES))
_FLOOR = 1e-6  # a teacher's probability in float16 can be 0


@dataclass(frozen=True)
class Logits:
    """What the heads say: tokens [M, T], words [K, V] and emoji.

    Float32, but words: these are as the head computed them, for there are many. Words are None
    for a model without word values.
    """

    tokens: Tensor
    words: Tensor | None
    emoji: EmojiAnswer

    def to(self, device: torch.device) -> "Logits":
        """The same on another device."""
        words = None if self.words is None else self.words.to(device)
        return Logits(self.tokens.to(device), words, self.emoji.float_on(device))


@dataclass(frozen=True)
class Teacher:
    """What the teacher says of B sentences, float32: distributions [B, 64], and its features [B, F]
    with mean 0 and variance 1 in the training split, where they are wanted.
    """

    emoji: Tensor
    features: Tensor | None = None

    def to(self, device: torch.device) -> "Teacher":
        """The same on another device."""
        features = None if self.features is None else self.features.to(device)
        return Teacher(self.emoji.to(device), features)


def teacher_of(split: Split, indices: NDArray[np.int64]) -> Teacher:
    """What the teacher says of the sentences `indices`."""
    features = None if split.features is None else torch.from_numpy(split.features[indices]).float()
    return Teacher(torch.from_numpy(split.emoji[indices]).float(), features)


def predict(encoder: PnGNWEncoder, heads: Heads, masked: Masked, bags: Bags) -> Logits:
    """Run the model; the token heads see target rows alone, `bags` all words of the sentences."""
    hidden = encoder(masked.inputs)
    targets = take(hidden, masked.rows)
    words = (
        heads.words(take(targets, masked.word_targets), encoder)
        if heads.word_transform is not None
        else None
    )
    emoji = heads.emoji(encoder.sentence_states(hidden, masked.inputs), bags)
    return Logits(heads.tokens(targets).float(), words, emoji.float_on(hidden.device))


def emoji_loss(answer: EmojiAnswer, teacher: Teacher, kind: EmojiLoss) -> Tensor:
    """Loss of the sentence states' answer to each sentence, [B].

    `soft_ce` is the cross-entropy to the teacher's distribution. `mse_logits` compares logits with
    the teacher's log-probabilities, both centred, since logits are free up to a constant (Ba and
    Caruana 2014, section 2.2). `mse_features` is the share of the features' variance that is not
    explained, from which the states learn, and the cross-entropy, from which the last layer does
    (hints as in Romero et al. 2015, section 2.2, with the standardised features as the hint).
    """
    if kind == "none":
        return answer.states.new_zeros(len(answer.states))
    if kind == "mse_logits":
        wanted = teacher.emoji.clamp(min=_FLOOR).log()
        return (_centred(answer.states) - _centred(wanted)).square().mean(-1)
    loss = soft_cross_entropy(answer.states, teacher.emoji)
    if kind == "mse_features":
        assert answer.features is not None
        assert teacher.features is not None
        loss = loss + (answer.features - teacher.features).square().mean(-1)
    return loss


def soft_cross_entropy(logits: Tensor, teacher: Tensor) -> Tensor:
    """Cross-entropy [B] of logits [B, 64] to distributions (Hinton et al. 2015, section 2)."""
    return -(teacher * logits.log_softmax(-1)).sum(-1)


def _centred(values: Tensor) -> Tensor:
    return values - values.mean(-1, keepdim=True)


def count(masked: Masked, params: Params) -> Tensor:
    """Targets of every part of the loss, [9] int64 on the CPU; 0 of those switched off.

    `emoji_words` has none here: it learns from sentences of its own, see `from_words`.
    """
    task = masked.task[masked.inputs.word[masked.rows]]
    words = len(masked.words) if params.model.word_values else 0
    sentences = len(masked.inputs) if params.pretrain.emoji_loss != "none" else 0
    tokens = torch.bincount(task, minlength=len(TASKS))[1:].cpu()
    both = sentences if params.model.emoji_words else 0
    return torch.cat((tokens, torch.tensor([words, sentences, 0, both])))


def compare(logits: Logits, masked: Masked, teacher: Teacher, kind: EmojiLoss) -> Tensor:
    """Losses of a batch, summed over its targets: [9] in the order of `NAMES`.

    Args:
        logits: of `predict`.
        masked: the batch.
        teacher: of the same sentences.
        kind: of emoji loss from states; that from both is the cross-entropy.
    """
    token = functional.cross_entropy(logits.tokens, masked.tokens, reduction="none")
    task = masked.task[masked.inputs.word[masked.rows]]
    word = token.new_zeros(())
    if logits.words is not None:
        word = surprise(logits.words, masked.words)
    emoji = emoji_loss(logits.emoji, teacher, kind).sum()
    nothing = token.new_zeros(())
    both = nothing
    if logits.emoji.both is not None and kind != "none":
        both = soft_cross_entropy(logits.emoji.both, teacher.emoji).sum()
    by_task = token.new_zeros(len(TASKS)).index_add(0, task, token)
    return torch.cat((by_task[1:], torch.stack((word, emoji, nothing, both))))


def from_words(words: EmojiWords, bags: Bags, teacher: Tensor) -> Tensor:
    """The loss of the words alone, as `compare` gives the others: [9], of them one not zero.

    Args:
        words: the head.
        bags: B sentences.
        teacher: [B, 64] float32 distributions.
    """
    loss = soft_cross_entropy(words(bags).float(), teacher).sum()
    return functional.pad(loss[None], (_EMOJI_WORDS, len(NAMES) - _EMOJI_WORDS - 1))


def total(sums: Tensor, counts: Tensor, emoji_weight: float) -> Tensor:
    """The mean over tokens, plus the mean of every other part.

    Args:
        sums: [9] of `compare`; of a part of the batch, if that part's share is asked for.
        counts: [9] of `count`, of the whole batch.
        emoji_weight: factor of the emoji loss from states; all others have 1.
    """
    token = sums[:_WORD].sum() / max(1, int(counts[:_WORD].sum()))
    factors = sums.new_tensor([1.0, emoji_weight, 1.0, 1.0])
    others = sums[_WORD:] * factors / counts[_WORD:].clamp(min=1).to(sums.device)
    return token + others.sum()


def means(sums: Tensor, counts: Tensor, emoji_weight: float) -> dict[str, float]:
    """Every loss that had a target, by name, and their `total`."""
    pairs = zip(NAMES, sums.tolist(), counts.tolist(), strict=True)
    out = {name: loss / n for name, loss, n in pairs if n}
    return out | {"total": float(total(sums, counts, emoji_weight))}

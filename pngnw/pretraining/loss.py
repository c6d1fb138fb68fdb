"""What training minimises: token, word and emoji losses, each a mean over its targets.

Guarantees: computed in float32 whatever the precision of the model; a batch without targets of
some kind contributes 0 of that kind; losses of parts of a batch, each with the counts of the
whole, add up to the loss of the whole, gradients too.

Letters: M target tokens, K target word values, B sentences.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from pngnw.model.encoder import PnGNWEncoder
from pngnw.model.heads import Heads
from pngnw.model.rows import take
from pngnw.params import Params
from pngnw.pretraining.surprise import surprise
from pngnw.pretraining.tasks import TASKS, Masked

EmojiLoss = Literal["soft_ce", "mse_logits", "none"]
# The parts of a loss, in the order of every vector of them: tokens by task, word values, emoji.
NAMES = (*TASKS[1:], "word", "emoji")
_WORD, _EMOJI = NAMES.index("word"), NAMES.index("emoji")
_FLOOR = 1e-6  # a teacher's probability in float16 can be 0


@dataclass(frozen=True)
class Logits:
    """What the heads say: tokens [M, T], words [K, V] or None, emoji [B, 64].

    Float32, but words: these are as the head computed them, for there are many.
    """

    tokens: Tensor
    words: Tensor | None
    emoji: Tensor

    def to(self, device: torch.device) -> "Logits":
        """The same on another device."""
        words = None if self.words is None else self.words.to(device)
        return Logits(self.tokens.to(device), words, self.emoji.to(device))


def predict(encoder: PnGNWEncoder, heads: Heads, masked: Masked) -> Logits:
    """Run the model; the heads see target rows alone."""
    hidden = encoder(masked.inputs)
    targets = take(hidden, masked.rows)
    words = (
        heads.words(take(targets, masked.word_targets), encoder)
        if heads.word_transform is not None
        else None
    )
    sentence = encoder.sentence_states(hidden, masked.inputs)
    return Logits(heads.tokens(targets).float(), words, heads.emoji(sentence).float())


def emoji_loss(logits: Tensor, teacher: Tensor, kind: EmojiLoss) -> Tensor:
    """Loss of each sentence, [B].

    `soft_ce` is the cross-entropy to the teacher's distribution (Hinton et al. 2015, section 2,
    temperature 1). `mse_logits` compares logits with the teacher's log-probabilities, both
    centred, since logits are free up to a constant (Ba and Caruana 2014, section 2.2).
    """
    if kind == "none":
        return logits.new_zeros(len(logits))
    if kind == "soft_ce":
        return -(teacher * logits.log_softmax(-1)).sum(-1)
    wanted = teacher.clamp(min=_FLOOR).log()
    difference = (logits - logits.mean(-1, keepdim=True)) - (wanted - wanted.mean(-1, keepdim=True))
    return difference.square().mean(-1)


def count(masked: Masked, params: Params) -> Tensor:
    """Targets of every part of the loss, [7] int64 on the CPU; 0 of those switched off."""
    task = masked.task[masked.inputs.word[masked.rows]]
    words = len(masked.words) if params.model.word_values else 0
    sentences = len(masked.inputs) if params.pretrain.emoji_loss != "none" else 0
    tokens = torch.bincount(task, minlength=len(TASKS))[1:].cpu()
    return torch.cat((tokens, torch.tensor([words, sentences])))


def compare(logits: Logits, masked: Masked, teacher: Tensor, kind: EmojiLoss) -> Tensor:
    """Losses of a batch, summed over its targets: [7] in the order of `NAMES`.

    Args:
        logits: of `predict`.
        masked: the batch.
        teacher: [B, 64] float32 distributions.
        kind: of emoji loss.
    """
    token = functional.cross_entropy(logits.tokens, masked.tokens, reduction="none")
    task = masked.task[masked.inputs.word[masked.rows]]
    word = token.new_zeros(())
    if logits.words is not None:
        word = surprise(logits.words, masked.words)
    emoji = emoji_loss(logits.emoji, teacher, kind).sum()
    by_task = token.new_zeros(len(TASKS)).index_add(0, task, token)
    return torch.cat((by_task[1:], word[None], emoji[None]))


def total(sums: Tensor, counts: Tensor, emoji_weight: float) -> Tensor:
    """The mean over tokens, plus the mean over words, plus the weighted mean over sentences.

    Args:
        sums: [7] of `compare`; of a part of the batch, if that part's share is asked for.
        counts: [7] of `count`, of the whole batch.
        emoji_weight: factor of the emoji loss; tokens and words have 1.
    """
    tokens, words, sentences = (
        max(1, int(n)) for n in (counts[:_WORD].sum(), counts[_WORD], counts[_EMOJI])
    )
    token, word, emoji = sums[:_WORD].sum(), sums[_WORD], sums[_EMOJI]
    return token / tokens + word / words + emoji_weight * emoji / sentences


def means(sums: Tensor, counts: Tensor, emoji_weight: float) -> dict[str, float]:
    """Every loss that had a target, by name, and their `total`."""
    pairs = zip(NAMES, sums.tolist(), counts.tolist(), strict=True)
    out = {name: loss / n for name, loss, n in pairs if n}
    return out | {"total": float(total(sums, counts, emoji_weight))}

"""What training minimises: token, word and emoji losses, each a mean over its targets.

Guarantees: computed in float32 whatever the precision of the model; a batch without targets of
some kind contributes 0 of that kind.

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
from pngnw.pretraining.tasks import TASKS, Masked

EmojiLoss = Literal["soft_ce", "mse_logits", "none"]
_FLOOR = 1e-6  # a teacher's probability in float16 can be 0


@dataclass(frozen=True)
class Logits:
    """What the heads say: tokens [M, T], words [K, V] or None, emoji [B, 64]; float32."""

    tokens: Tensor
    words: Tensor | None
    emoji: Tensor


@dataclass(frozen=True)
class Losses:
    """`total` is what is differentiated; `sums` and `counts` (detached) hold the parts by name:
    `mlm`, `random`, `keep`, `g2p`, `p2g` (tokens by task), `word` and `emoji`."""

    total: Tensor
    sums: dict[str, Tensor]
    counts: dict[str, int]


def predict(encoder: PnGNWEncoder, heads: Heads, masked: Masked) -> Logits:
    """Run the model; the heads see target rows alone."""
    hidden = encoder(masked.inputs)
    targets = take(hidden, masked.rows)
    words = (
        heads.words(take(targets, masked.word_targets), encoder).float()
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


def compare(
    logits: Logits, masked: Masked, teacher: Tensor, kind: EmojiLoss, emoji_weight: float
) -> Losses:
    """Losses of a batch.

    Args:
        logits: of `predict`.
        masked: the batch.
        teacher: [B, 64] float32 distributions.
        kind: of emoji loss.
        emoji_weight: factor of the emoji loss in the total; tokens and words have 1.
    """
    token = functional.cross_entropy(logits.tokens, masked.tokens, reduction="none")
    emoji = emoji_loss(logits.emoji, teacher, kind)
    task = masked.task[masked.inputs.word[masked.rows]]
    by_task = torch.zeros(len(TASKS)).index_add(0, task.cpu(), token.detach().cpu())
    count_by_task = torch.bincount(task, minlength=len(TASKS)).tolist()
    sums = {name: by_task[i] for i, name in enumerate(TASKS) if name != "none"}
    counts = {name: count_by_task[i] for i, name in enumerate(TASKS) if name != "none"}
    total = token.sum() / max(1, len(token)) + emoji_weight * emoji.mean()
    if logits.words is not None:
        word = functional.cross_entropy(logits.words, masked.words, reduction="sum")
        total = total + word / max(1, len(masked.words))
        sums["word"], counts["word"] = word.detach(), len(masked.words)
    if kind != "none":
        sums["emoji"], counts["emoji"] = emoji.detach().sum(), len(emoji)
    return Losses(total, sums, counts)

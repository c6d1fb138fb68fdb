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

from pngnw.model.emoji import Bags, EmojiWords
from pngnw.model.encoder import PnGNWEncoder
from pngnw.model.heads import Heads
from pngnw.model.rows import take
from pngnw.params import Params
from pngnw.pretraining.surprise import surprise
from pngnw.pretraining.tasks import TASKS, Masked

EmojiLoss = Literal["soft_ce", "mse_logits", "none"]
# The parts of a loss, in the order of every vector of them: tokens by task, word values, emoji from
# states, from words alone, and from both, where only the shares of the two learn.
NAMES = (*TASKS[1:], "word", "emoji", "emoji_words", "emoji_both")
_WORD, _EMOJI, _EMOJI_WORDS, _EMOJI_BOTH = range(NAMES.index("word"), len(NAMES))
_FLOOR = 1e-6  # a teacher's probability in float16 can be 0


@dataclass(frozen=True)
class Logits:
    """What the heads say: tokens [M, T], words [K, V], emoji of states and of both [B, 64].

    Float32, but words: these are as the head computed them, for there are many. Words and
    `emoji_both` are None for a model without word values or `emoji_words`.
    """

    tokens: Tensor
    words: Tensor | None
    emoji: Tensor
    emoji_both: Tensor | None

    @property
    def best_emoji(self) -> Tensor:
        """The logits [B, 64] that the model answers with."""
        return self.emoji if self.emoji_both is None else self.emoji_both

    def to(self, device: torch.device) -> "Logits":
        """The same on another device."""
        words = None if self.words is None else self.words.to(device)
        both = None if self.emoji_both is None else self.emoji_both.to(device)
        return Logits(self.tokens.to(device), words, self.emoji.to(device), both)


def predict(encoder: PnGNWEncoder, heads: Heads, masked: Masked, bags: Bags) -> Logits:
    """Run the model; the token heads see target rows alone, `bags` all words of the sentences."""
    hidden = encoder(masked.inputs)
    targets = take(hidden, masked.rows)
    words = (
        heads.words(take(targets, masked.word_targets), encoder)
        if heads.word_transform is not None
        else None
    )
    sentence = encoder.sentence_states(hidden, masked.inputs)
    emoji, both = heads.emoji(sentence), None
    if heads.emoji_words is not None:
        both = heads.emoji_words.beside(emoji, bags).float()
    return Logits(heads.tokens(targets).float(), words, emoji.float(), both)


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
    """Targets of every part of the loss, [9] int64 on the CPU; 0 of those switched off.

    `emoji_words` has none here: it learns from sentences of its own, see `from_words`.
    """
    task = masked.task[masked.inputs.word[masked.rows]]
    words = len(masked.words) if params.model.word_values else 0
    sentences = len(masked.inputs) if params.pretrain.emoji_loss != "none" else 0
    tokens = torch.bincount(task, minlength=len(TASKS))[1:].cpu()
    both = sentences if params.model.emoji_words else 0
    return torch.cat((tokens, torch.tensor([words, sentences, 0, both])))


def compare(logits: Logits, masked: Masked, teacher: Tensor, kind: EmojiLoss) -> Tensor:
    """Losses of a batch, summed over its targets: [9] in the order of `NAMES`.

    Args:
        logits: of `predict`.
        masked: the batch.
        teacher: [B, 64] float32 distributions.
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
    if logits.emoji_both is not None and kind != "none":
        both = emoji_loss(logits.emoji_both, teacher, "soft_ce").sum()
    by_task = token.new_zeros(len(TASKS)).index_add(0, task, token)
    return torch.cat((by_task[1:], torch.stack((word, emoji, nothing, both))))


def from_words(words: EmojiWords, bags: Bags, teacher: Tensor) -> Tensor:
    """The loss of the words alone, as `compare` gives the others: [9], of them one not zero.

    Args:
        words: the head.
        bags: B sentences.
        teacher: [B, 64] float32 distributions.
    """
    loss = emoji_loss(words(bags).float(), teacher, "soft_ce").sum()
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

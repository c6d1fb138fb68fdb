"""Held-out figures: what the model answers where words are hidden, against simple baselines.

Guarantees: masks, batches and figures are functions of parameters, data and seed; the words that
are hidden are the same for every model evaluated on the same sentences. The baselines know the
training split alone: the most frequent class of each kind, and the teacher's mean distribution.

Letters: M target tokens, K target word values, S sentences.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from pngnw.align.symbols import TOKENS
from pngnw.model.emoji import Bags
from pngnw.model.heads import Heads
from pngnw.model.inputs import GRAPHEME_SIDE, PHONEME_SIDE, assemble
from pngnw.model.network import PnGNWEncoder
from pngnw.params import Params, Tasks
from pngnw.pretrain.data import Split
from pngnw.pretrain.loss import NAMES, compare, count, from_words, predict, teacher_of
from pngnw.pretrain.ranks import CPU
from pngnw.pretrain.score import Int, emoji_scores, token_scores, word_scores
from pngnw.pretrain.state import Meter, State
from pngnw.pretrain.tasks import EVALUATION, grapheme_block, hide

SHARE = 0.15  # of words hidden when one task is measured, as many as BERT hides
_UNTOUCHED = Tasks(mlm=0.0, random=0.0, keep=0.0, g2p=0.0, p2g=0.0)


@dataclass(frozen=True)
class Answers:
    """Truth and arg-max guesses on some sentences; int64 numpy, words numbered throughout.

    Attributes:
        word, side, truth, guess: [M] for every hidden token.
        spoken: [M] bool, its word is no punctuation mark.
        value_word, value_truth, value_guess: [K] for every hidden word value; K = 0 without them.
        log_emoji: [S, 64] float64 log-probabilities, in the order of the sentences.
        losses: means by name.
    """

    word: Int
    side: Int
    truth: Int
    guess: Int
    spoken: NDArray[np.bool_]
    value_word: Int
    value_truth: Int
    value_guess: Int
    log_emoji: NDArray[np.float64]
    losses: dict[str, float]


@dataclass(frozen=True)
class Baselines:
    """Most frequent classes of the training split, and the teacher's mean emoji [64]."""

    phoneme: int
    grapheme: int
    piece: int
    emoji: NDArray[np.float64]

    @classmethod
    def of(cls, train: Split, grapheme_unit: str) -> "Baselines":
        sentences = train.sentences
        piece = int(np.bincount(sentences.pieces).argmax())
        letter = int(np.bincount(sentences.graphemes).argmax())
        return cls(
            phoneme=int(np.bincount(sentences.phonemes).argmax()),
            grapheme=letter if grapheme_unit == "letter" else len(TOKENS) + piece,
            piece=piece,
            emoji=train.emoji.astype(np.float64).mean(0),
        )


@torch.no_grad()
def answer(
    encoder: PnGNWEncoder, heads: Heads, split: Split, tasks: Tasks, params: Params
) -> Answers:
    """Hide words by `tasks` in every sentence of a split and collect what the model says."""
    encoder.eval()
    heads.eval()
    pretrain = params.pretrain
    graphemes = grapheme_block(params.model.grapheme_unit, encoder.pieces)
    meter, words = Meter(), 0
    device = heads.token_out.weight.device
    columns: dict[str, list[NDArray[Any]]] = {}
    log_emoji = np.zeros(split.emoji.shape)
    lengths = split.sentences.lengths(params.model.grapheme_unit)
    order = np.argsort(lengths, kind="stable")
    cuts = np.flatnonzero(np.diff(np.cumsum(lengths[order]) // pretrain.batch_tokens)) + 1
    for indices in np.split(order, cuts):
        inputs = assemble(split.sentences, indices, params.model)
        masked = hide(
            inputs, split.sentences.id[indices], tasks, encoder.pieces, graphemes,
            params.base.seed, EVALUATION,
        )  # fmt: skip
        with torch.autocast(device.type, torch.bfloat16, enabled=pretrain.precision == "bf16"):
            bags = Bags.of(split.sentences, indices).to(device)
            logits = predict(encoder, heads, masked.to(device), bags).to(CPU)
        teacher = teacher_of(split, indices)
        sums, counts = compare(logits, masked, teacher, pretrain.emoji_loss), count(masked, params)
        if heads.emoji_words is not None and pretrain.emoji_loss != "none":
            sums += from_words(heads.emoji_words, bags, teacher.emoji.to(device)).cpu()
            counts[NAMES.index("emoji_words")] = len(indices)
        meter.add(sums, counts)
        log_emoji[indices] = logits.emoji.best.double().log_softmax(-1).numpy()
        mark = torch.zeros(len(masked.task), dtype=torch.bool)
        inside = inputs.segment.eq(PHONEME_SIDE) & inputs.word.ge(0)
        mark[inputs.word[inside]] = inputs.token[inside] < TOKENS.punctuation.stop
        row_word = inputs.word[masked.rows]
        guess = logits.words.argmax(-1) if logits.words is not None else masked.words[:0]
        targets = masked.word_targets[: len(guess)]
        for name, value in (
            ("word", row_word + words),
            ("side", inputs.segment[masked.rows]),
            ("truth", masked.tokens),
            ("guess", logits.tokens.argmax(-1)),
            ("spoken", ~mark[row_word]),
            ("value_word", row_word[targets] + words),
            ("value_truth", masked.words[: len(guess)]),
            ("value_guess", guess),
        ):
            columns.setdefault(name, []).append(value.numpy())
        words += len(masked.task)
    joined: dict[str, Any] = {name: np.concatenate(parts) for name, parts in columns.items()}
    return Answers(**joined, log_emoji=log_emoji, losses=meter.read(pretrain.emoji_weight))


def held_out_losses(state: State, split: Split, params: Params) -> dict[str, float]:
    """Losses by task under the training tasks, and their `total`, for the curves."""
    return answer(state.encoder, state.heads, split, params.pretrain.tasks, params).losses


def report(state: State, split: Split, baselines: Baselines, params: Params) -> dict[str, Any]:
    """The final figures: each task alone on 15% of the words, and the emoji of untouched text.

    `g2p` and `p2g` are measured on words that are spoken: the other side of a punctuation mark
    is the mark itself.
    """
    figures: dict[str, Any] = {}
    for name in ("mlm", "g2p", "p2g"):
        tasks = _UNTOUCHED.model_copy(update={name: SHARE})
        found = answer(state.encoder, state.heads, split, tasks, params)
        counted = found.spoken if name != "mlm" else np.ones_like(found.spoken)
        figures[name] = {}
        for side, kind, majority in (
            (PHONEME_SIDE, "phoneme", baselines.phoneme),
            (GRAPHEME_SIDE, "grapheme", baselines.grapheme),
        ):
            rows = counted & (found.side == side)
            if rows.any():
                figures[name][kind] = token_scores(
                    found.word[rows], found.truth[rows], found.guess[rows], majority
                )
        if len(found.value_truth) and name != "g2p":  # g2p's spelling is in sight
            figures[name]["word"] = word_scores(
                found.value_word, found.value_truth, found.value_guess, baselines.piece
            )
    if params.pretrain.emoji_loss != "none":
        found = answer(state.encoder, state.heads, split, _UNTOUCHED, params)
        figures["emoji"] = emoji_scores(
            split.emoji.astype(np.float64), found.log_emoji, baselines.emoji
        )
    return figures

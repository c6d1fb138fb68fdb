"""Held-out figures: predictions where words are masked, against simple baselines.

Guarantees: masks, batches and figures are functions of parameters, data and seed; the words that
are masked are the same for every model evaluated on the same sentences. The baselines know the
training split alone: the most frequent class of each kind, and the teacher's mean distribution.

Error rate: the edit distance (Levenshtein) between the sequence predicted for a word's side and
the true one, summed over words and divided by the number of true tokens. The model is given the
lengths, so predicted and true sequences are equally long.

Letters: M target tokens, K target word values, S sentences.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from pngnw.align.symbols import TOKENS
from pngnw.model.heads import Bags
from pngnw.model.inputs import GRAPHEME_SIDE, PHONEME_SIDE, assemble
from pngnw.params import Params, Tasks
from pngnw.pretrain.checkpoint import State
from pngnw.pretrain.data import Split
from pngnw.pretrain.loop import resolve_precision
from pngnw.pretrain.loss import (
    EMOJI_WORDS,
    LossMeter,
    TeacherTargets,
    batch_losses,
    count_targets,
    emoji_words_loss,
    predict,
)
from pngnw.pretrain.ranks import CPU
from pngnw.pretrain.tasks import EVALUATION, grapheme_ids, mask_tokens

Int = NDArray[np.int64]
MASKED_SHARE = 0.15  # of words, when one task is measured: BERT's
TOP = 5
_UNMASKED = Tasks(mlm=0.0, random=0.0, keep=0.0, g2p=0.0, p2g=0.0)


@dataclass(frozen=True)
class Predictions:
    """Truth and most likely class on some sentences; int64 numpy, words numbered throughout.

    Attributes:
        word, side, truth, guess: [M] for every target token.
        spoken: [M] bool, its word is no punctuation mark.
        value_word, value_truth, value_guess: [K] for every target word value; K = 0 without them.
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
def predict_split(state: State, split: Split, tasks: Tasks, params: Params) -> Predictions:
    """Mask words by `tasks` in every sentence of a split and collect the predictions."""
    encoder, heads = state.encoder.eval(), state.heads.eval()
    pretrain = params.pretrain
    graphemes = grapheme_ids(params.model.grapheme_unit, encoder.vocab_size)
    meter, words = LossMeter(), 0
    device = heads.token_out.weight.device
    bf16 = resolve_precision(pretrain.precision, device) == "bf16"
    columns: dict[str, list[NDArray[Any]]] = {}
    log_emoji = np.zeros(split.emoji.shape)
    lengths = split.sentences.lengths(params.model.grapheme_unit)
    order = np.argsort(lengths, kind="stable")
    cuts = np.flatnonzero(np.diff(np.cumsum(lengths[order]) // pretrain.batch_tokens)) + 1
    for indices in np.split(order, cuts):
        inputs = assemble(split.sentences, indices, params.model)
        masked = mask_tokens(
            inputs, split.sentences.id[indices], tasks, encoder.vocab_size, graphemes,
            params.base.seed, EVALUATION,
        )  # fmt: skip
        with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            bags = Bags.of(split.sentences, indices).to(device)
            logits = predict(encoder, heads, masked.to(device), bags).to(CPU)
        teacher = TeacherTargets.of(split, indices)
        sums = batch_losses(logits, masked, teacher, pretrain.emoji_loss)
        counts = count_targets(masked, params)
        if heads.emoji_words is not None and pretrain.emoji_loss != "none":
            sums += emoji_words_loss(heads.emoji_words, bags, teacher.emoji.to(device)).cpu()
            counts[EMOJI_WORDS] = len(indices)
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
    return Predictions(**joined, log_emoji=log_emoji, losses=meter.read(pretrain.emoji_weight))


def held_out_losses(state: State, split: Split, params: Params) -> dict[str, float]:
    """Losses by task under the training tasks, and their `total`, for the curves."""
    return predict_split(state, split, params.pretrain.tasks, params).losses


def held_out_figures(
    state: State, split: Split, baselines: Baselines, params: Params
) -> dict[str, Any]:
    """The final figures: each task alone on 15% of the words, and the emoji of unmasked text.

    `g2p` and `p2g` are measured on words that are spoken: the other side of a punctuation mark
    is the mark itself.
    """
    figures: dict[str, Any] = {}
    for name in ("mlm", "g2p", "p2g"):
        tasks = _UNMASKED.model_copy(update={name: MASKED_SHARE})
        predicted = predict_split(state, split, tasks, params)
        counted = predicted.spoken if name != "mlm" else np.ones_like(predicted.spoken)
        figures[name] = {}
        for side, kind, majority in (
            (PHONEME_SIDE, "phoneme", baselines.phoneme),
            (GRAPHEME_SIDE, "grapheme", baselines.grapheme),
        ):
            rows = counted & (predicted.side == side)
            if rows.any():
                figures[name][kind] = token_scores(
                    predicted.word[rows], predicted.truth[rows], predicted.guess[rows], majority
                )
        if len(predicted.value_truth) and name != "g2p":  # g2p shows the spelling
            figures[name]["word"] = word_scores(
                predicted.value_word, predicted.value_truth, predicted.value_guess, baselines.piece
            )
    if params.pretrain.emoji_loss != "none":
        predicted = predict_split(state, split, _UNMASKED, params)
        figures["emoji"] = emoji_scores(
            split.emoji.astype(np.float64), predicted.log_emoji, baselines.emoji
        )
    return figures


def distance(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    """Fewest insertions, deletions and substitutions that turn a into b."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (left != right))
    return row[-1]


def error_rate(word: Int, truth: Int, guess: Int) -> float:
    """Edit distance per true token over the words of M tokens; 0 if there is none.

    Args:
        word: [M] which word a token belongs to; a word's tokens are neighbors.
        truth, guess: [M] tokens.
    """
    if not len(truth):
        return 0.0
    cuts = np.flatnonzero(np.diff(word)) + 1
    pairs = zip(np.split(truth, cuts), np.split(guess, cuts), strict=True)
    wrong = sum(distance(t.tolist(), g.tolist()) for t, g in pairs if not np.array_equal(t, g))
    return wrong / len(truth)


def token_scores(word: Int, truth: Int, guess: Int, majority: int) -> dict[str, float]:
    """Accuracy and error rate over M tokens, beside always answering `majority`."""
    same = np.full_like(truth, majority)
    count = max(1, len(truth))
    return {
        "accuracy": float((truth == guess).sum()) / count,
        "majority_accuracy": float((truth == same).sum()) / count,
        "error_rate": error_rate(word, truth, guess),
        "majority_error_rate": error_rate(word, truth, same),
        "tokens": len(truth),
    }


def word_scores(word: Int, truth: Int, guess: Int, majority: int) -> dict[str, float]:
    """Share of words all of whose wordpieces are right, beside always answering `majority`.

    Args:
        word: [K] which word a wordpiece target belongs to.
        truth, guess: [K] wordpieces.
    """
    names, index = np.unique(word, return_inverse=True)
    wrong = np.bincount(index, truth != guess, minlength=len(names))
    wrong_majority = np.bincount(index, truth != majority, minlength=len(names))
    count = max(1, len(names))
    return {
        "accuracy": float((wrong == 0).sum()) / count,
        "majority_accuracy": float((wrong_majority == 0).sum()) / count,
        "words": len(names),
    }


def divergence(teacher: NDArray[np.float64], log_model: NDArray[np.float64]) -> float:
    """Mean KL(teacher ‖ model) in nats over S sentences; both [S, 64], the model's as log."""
    log_teacher = np.log(np.where(teacher > 0, teacher, 1.0))
    return float((teacher * (log_teacher - log_model)).sum(1).mean())


def overlap(teacher: NDArray[np.float64], model: NDArray[np.float64]) -> float:
    """Mean share of the teacher's five likeliest emoji that are among the model's five."""
    best = [np.argsort(-values, axis=1, kind="stable")[:, :TOP] for values in (teacher, model)]
    return float((best[0][:, :, None] == best[1][:, None, :]).any(2).mean())


def emoji_scores(
    teacher: NDArray[np.float64], log_model: NDArray[np.float64], mean: NDArray[np.float64]
) -> dict[str, float]:
    """Divergence and overlap of S sentences, beside answering the teacher's mean [64]."""
    least = np.finfo(np.float16).smallest_subnormal  # what a teacher's shard can still tell from 0
    constant = np.broadcast_to(np.maximum(mean, least), teacher.shape)
    return {
        "kl": divergence(teacher, log_model),
        "mean_kl": divergence(teacher, np.log(constant)),
        "top5_overlap": overlap(teacher, log_model),
        "mean_top5_overlap": overlap(teacher, constant),
        "sentences": len(teacher),
    }

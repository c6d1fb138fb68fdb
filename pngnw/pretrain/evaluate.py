"""Held-out figures: predictions where words are masked, beside what simple controls answer.

Guarantees: masks, batches and figures are functions of parameters, data and seed; the words that
are masked are the same for every model evaluated on the same sentences. The controls know the
training split alone: tables of its words (pngnw.pretrain.controls), and the teacher's mean
distribution.

Error rate: the edit distance (Levenshtein) between the sequence predicted for a word's side and
the true one, summed over words and divided by the number of true tokens. The model is given the
lengths; a control's answer may be longer or shorter.

Letters: M target tokens, K target word values, S sentences, W words of all sentences, H words
asked for.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import torch
from numpy.typing import NDArray

from pngnw.core.ragged import gather
from pngnw.model.inputs import GRAPHEME_SIDE, PHONEME_SIDE, to_device
from pngnw.params import Params, Tasks
from pngnw.pretrain.checkpoint import State
from pngnw.pretrain.controls import Controls, numbers, visible, word_table
from pngnw.pretrain.data import Split
from pngnw.pretrain.loader import Batch, make_batch
from pngnw.pretrain.loss import Logits, LossMeter, batch_losses, count_targets, predict
from pngnw.pretrain.ranks import CPU
from pngnw.pretrain.tasks import EVALUATION

Int = NDArray[np.int64]
Mask = NDArray[np.bool_]
MASKED_SHARE = 0.15  # of words, when one task is measured: BERT's
TOP = 5
_UNMASKED = Tasks(mlm=0.0, random=0.0, keep=0.0, g2p=0.0, p2g=0.0)


@dataclass(frozen=True)
class Predictions:
    """Truth and most likely class on some sentences; int64 numpy, words numbered as in them.

    Attributes:
        word, side, guess: [M] for every target token.
        value_word, value_truth, value_guess: [K] for every target word value; K = 0 without them.
        log_emoji: [S, 64] float64 log-probabilities, in the order of the sentences.
    """

    word: Int
    side: Int
    guess: Int
    value_word: Int
    value_truth: Int
    value_guess: Int
    log_emoji: NDArray[np.float64]


def _predicted(state: State, split: Split, params: Params) -> Iterator[tuple[Int, Batch, Logits]]:
    """Every sentence of a split as the model is asked, and its answers, on the CPU."""
    encoder, heads = state.encoder.eval(), state.heads.eval()
    device = heads.token_out.weight.device
    lengths = split.sentences.lengths(params.model.grapheme_unit)
    order = np.argsort(lengths, kind="stable")
    cuts = np.flatnonzero(np.diff(np.cumsum(lengths[order]) // params.pretrain.batch_tokens)) + 1
    for indices in np.split(order, cuts):
        batch = make_batch(split, indices, encoder.vocab_size, EVALUATION, params)
        masked = to_device(batch.masked, device)
        logits = predict(encoder, heads, masked, params.pretrain.precision)
        yield indices, batch, to_device(logits, CPU)


@torch.no_grad()
def predict_split(state: State, split: Split, tasks: Tasks, params: Params) -> Predictions:
    """Mask words by `tasks` in every sentence of a split, as it is written; collect the answers."""
    as_written = params.pretrain.model_copy(
        update={"tasks": tasks, "unmarked": 0.0, "phonemes_only": 0.0}
    )
    params = params.model_copy(update={"pretrain": as_written})
    word_start = split.sentences.word_start
    columns: dict[str, list[NDArray[Any]]] = {}
    log_emoji = np.zeros(split.emoji.shape)
    for indices, batch, logits in _predicted(state, split, params):
        masked, inputs = batch.masked, batch.masked.inputs
        log_emoji[indices] = logits.emoji.logits.double().log_softmax(-1).numpy()
        here = torch.from_numpy(gather(word_start[indices], np.diff(word_start)[indices]))
        guess = logits.words.argmax(-1) if logits.words is not None else masked.words[:0]
        for name, value in (
            ("word", here[inputs.word[masked.rows]]),
            ("side", inputs.segment[masked.rows]),
            ("guess", logits.tokens.argmax(-1)),
            ("value_word", here[inputs.word[masked.word_rows[: len(guess)]]]),
            ("value_truth", masked.words[: len(guess)]),
            ("value_guess", guess),
        ):
            columns.setdefault(name, []).append(value.numpy())
    joined: dict[str, Any] = {name: np.concatenate(parts) for name, parts in columns.items()}
    return Predictions(**joined, log_emoji=log_emoji)


@torch.no_grad()
def held_out_losses(state: State, split: Split, params: Params) -> dict[str, float]:
    """Losses under the training tasks, and their `total`, for the curves."""
    meter = LossMeter()
    for _, batch, logits in _predicted(state, split, params):
        losses = batch_losses(logits, batch.masked, batch.targets, params.pretrain.emoji_loss)
        meter.add(losses, count_targets(batch.masked, batch.targets, params))
    return meter.means(params.pretrain)


def held_out_figures(
    state: State, split: Split, controls: Controls, params: Params
) -> dict[str, Any]:
    """The final figures: each task alone on 15% of the words, and the emoji of unmasked text.

    `g2p` and `p2g` are measured on words that are spoken: the other side of a punctuation mark
    is the mark itself.
    """
    words = word_table(split.sentences, params.model.grapheme_unit)
    figures: dict[str, Any] = {}
    for name, shown in (("mlm", None), ("g2p", "spelling"), ("p2g", "pronunciation")):
        tasks = _UNMASKED.model_copy(update={name: MASKED_SHARE})
        predicted = predict_split(state, split, tasks, params)
        figures[name] = masked_figures(predicted, words, controls, shown)
    if params.pretrain.emoji_loss != "none":
        predicted = predict_split(state, split, _UNMASKED, params)
        figures["emoji"] = emoji_scores(
            split.emoji.astype(np.float64), predicted.log_emoji, controls.emoji
        )
    return figures


def masked_figures(
    predicted: Predictions, words: pl.DataFrame, controls: Controls, shown: str | None
) -> dict[str, Any]:
    """Error rates of the two sides, and how many words are right in all their wordpieces.

    Beside a side's error rate stands the model's accuracy, token by token.

    A word is `seen` if the training split has what is shown of it, `unseen` if not. Where words
    are hidden as a whole, the `spoken` ones stand apart, and a word is `unseen` if the training
    split lacks the answer.

    Args:
        predicted: from masks of one task.
        words: [W] the table of the same sentences.
        shown: the column of `words` that the task leaves visible.
    """
    hidden = np.zeros(len(words), dtype=np.bool_)
    hidden[predicted.word] = True
    asked_for = hidden & words["spoken"].to_numpy() if shown else hidden
    asked = visible(words, hidden).filter(asked_for)
    spoken = asked["spoken"].to_numpy()
    figures: dict[str, Any] = {}

    def parts(seen: Mask) -> dict[str, Mask]:
        if shown:
            return {"seen": seen, "unseen": ~seen}
        return {"spoken": spoken, "unseen": spoken & ~seen}

    for side, unit, column in (
        (PHONEME_SIDE, "phoneme", "pronunciation"),
        (GRAPHEME_SIDE, "grapheme", "spelling"),
    ):
        rows = np.flatnonzero((predicted.side == side) & asked_for[predicted.word])
        if not len(rows):
            continue
        rows = rows[np.argsort(predicted.word[rows], kind="stable")]
        cuts = np.flatnonzero(np.diff(predicted.word[rows])) + 1
        guesses: dict[str, list[NDArray[Any]]] = {"": np.split(predicted.guess[rows], cuts)}
        answers, seen = controls.answers(asked, shown, column)
        guesses |= {name: [*map(numbers, answer)] for name, answer in answers.items()}
        truth = [*map(numbers, asked[column])]
        wrong = {name: distances(truth, guess) for name, guess in guesses.items()}
        lengths = np.array([*map(len, truth)])
        right = np.concatenate(truth) == predicted.guess[rows]
        figures[unit] = {"accuracy": float(right.mean())}
        figures[unit] |= shares("error_rate", wrong, lengths, "tokens", parts(seen))
    if len(predicted.value_truth) and shown != "spelling":
        all_right = np.ones(len(words), dtype=np.int64)
        all_right[predicted.value_word[predicted.value_truth != predicted.value_guess]] = 0
        answers, seen = controls.answers(asked, shown, "value")
        values = {"": all_right[asked_for]} | {
            name: (answer == asked["value"]).fill_null(False).to_numpy().astype(np.int64)
            for name, answer in answers.items()
        }
        figures["word"] = shares("accuracy", values, np.ones(len(asked), int), "words", parts(seen))
    return figures


def distance(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    """Fewest insertions, deletions and substitutions that turn a into b."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (left != right))
    return row[-1]


def distances(truth: Sequence[NDArray[Any]], guess: Sequence[NDArray[Any]]) -> Int:
    """Edit distance of each of H guesses to its truth."""
    pairs = zip(truth, guess, strict=True)
    return np.array(
        [0 if np.array_equal(t, g) else distance(t.tolist(), g.tolist()) for t, g in pairs],
        dtype=np.int64,
    )


def shares(
    measure: str, counts: Mapping[str, Int], of: Int, unit: str, parts: Mapping[str, Mask]
) -> dict[str, Any]:
    """What share of `of` the model and the controls count, on all words and on parts of them.

    Args:
        measure: name of the share.
        counts: [H] by name of a control; the model's is "".
        of: [H] of how many.
        unit: name of their sum.
        parts: [H] which words belong to a part; one without words is left out.
    """

    def share(rows: Mask) -> dict[str, Any]:
        total = int(of[rows].sum())
        figures: dict[str, Any] = {
            f"{name}_{measure}" if name else measure: float(count[rows].sum()) / max(1, total)
            for name, count in counts.items()
        }
        return figures | {unit: total}

    return share(np.ones(len(of), dtype=np.bool_)) | {
        name: share(rows) for name, rows in parts.items() if rows.any()
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

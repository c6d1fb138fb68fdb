"""Long utterances: attention on text several times longer than any in training.

Every arm and seed reads the same utterances, held-out ones joined in an order that depends on the
length alone. What is measured is whether the words are read in text order, each with at least half
of the attention at some step. A straight line reads all words in order, so its figures stand
beside; words count as in time only when they are read while they are spoken.
Battenberg et al. 2020 (1910.10288), section 3.4, ask a recognizer what was spoken; we have none.

Letters: S decoder steps, P tokens, W words.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
import torch

from pngnw.arms.text import TokenKind
from pngnw.core.ragged import offsets
from pngnw.evaluate.dataset import Scale, SpeechSet
from pngnw.evaluate.measure import diagonal, score_set, unpadded
from pngnw.evaluate.tacotron import Tacotron2
from pngnw.model.sentences import Sentences
from pngnw.params import Evaluate
from pngnw.speech.mel import FRAME_SECONDS
from pngnw.speech.utterance import NEAR, Bools, Floats, Gold, Ints, step_times

UTTERANCES = 8  # of each length
CLEAR = 0.5  # attention that a word gets at some step to count as read
COVERED = 0.9  # share of the words read in order from which an utterance counts as covered
PATIENCE = 1.5  # times the true number of steps before the decoder has to stop


def measure_long(
    network: Tacotron2, train: SpeechSet, heldout: SpeechSet, scale: Scale, settings: Evaluate
) -> dict[str, Any]:
    """By factor of `settings.long_form`, of held-out utterances as many times longer than the
    longest of `train`: `utterances`, their mean `seconds`, how many the arm cannot read
    (`unreadable`, which count as not covered), `figures` and those of the `straight_line`. The
    network is left in training mode."""
    longest = int(train.frames.max())
    network.eval()
    out = {}
    for factor in settings.long_form:
        rng = np.random.default_rng([factor, 2])
        speech = lengthen(heldout, factor * longest, UTTERANCES, rng)
        with torch.inference_mode():
            out[str(factor)] = _figures(network, speech, scale, settings)
    network.train()
    return out


def lengthen(speech: SpeechSet, frames: int, count: int, rng: np.random.Generator) -> SpeechSet:
    """`count` utterances of at least `frames` frames, each of distinct ones while they last."""
    lengths = speech.frames
    rounds = -(-frames // int(lengths.sum()))
    groups = []
    for _ in range(count):
        order = np.concatenate([rng.permutation(len(speech)) for _ in range(rounds)])
        groups.append(order[: int(np.searchsorted(lengths[order].cumsum(), frames)) + 1])
    return SpeechSet(
        _join(speech.sentences, groups),
        [np.concatenate([speech.mels[i] for i in group]) for group in groups],
        [_join_golds([speech.golds[i] for i in group], lengths[group]) for group in groups],
    )


def in_order(mass: Floats) -> Bools:
    """Which words belong to the longest chain that is read in text order, [W], by the attention to
    each word [S, W]; a word is read at its largest, if that is half."""
    peaks, clear = mass.argmax(axis=0), np.flatnonzero(mass.max(axis=0) >= CLEAR)
    ends: list[int] = []  # peak of the last word of the best chain of each length
    last: list[int] = []  # that word
    before = np.full(mass.shape[1], -1)
    for word in clear.tolist():
        length = bisect_right(ends, int(peaks[word]))
        before[word] = last[length - 1] if length else -1
        ends[length : length + 1], last[length : length + 1] = [int(peaks[word])], [word]
    chain = np.zeros(mass.shape[1], dtype=np.bool_)
    word = last[-1] if last else -1
    while word >= 0:
        chain[word] = True
        word = int(before[word])
    return chain


def _figures(
    network: Tacotron2, speech: SpeechSet, scale: Scale, settings: Evaluate
) -> dict[str, Any]:
    kind, reduction = network.text.kind, settings.reduction
    readable = [i for i in range(len(speech)) if network.text.fits(speech.sentences, i)]
    lines = [
        diagonal(-(-len(mel) // reduction), len(gold.start))
        for mel, gold in zip(speech.mels, speech.golds, strict=True)
    ]
    out: dict[str, Any] = {
        "utterances": len(speech),
        "seconds": float(np.mean(speech.frames)) * FRAME_SECONDS,
        "unreadable": len(speech) - len(readable),
        "straight_line": _compared(lines, speech, range(len(speech)), "phonemes", settings),
    }
    if not readable:
        return {**out, "figures": {"covered": 0.0}}
    batch = speech.batch(np.array(readable), kind, scale, reduction)
    lengths = batch.text.lengths
    forced = unpadded(network(batch, torch.Generator()).attention, batch.steps, lengths)
    spoken = network.free_running(batch.text, int(PATIENCE * int(batch.steps.max())))
    free = unpadded(spoken.attention, spoken.steps, lengths)
    alone = [_read(a, speech, i, kind, reduction)[0] for a, i in zip(free, readable, strict=True)]
    return {
        **out,
        "figures": {
            **_compared(forced, speech, readable, kind, settings),
            "free_running_covered": float(np.sum(np.array(alone) >= COVERED)) / len(speech),
            "free_running_words_in_order": float(np.sum(alone)) / len(speech),
            "free_running_stopped": float(spoken.stopped.sum()) / len(speech),
        },
    }


def _compared(
    attentions: Sequence[Floats],
    speech: SpeechSet,
    indices: Sequence[int],
    kind: TokenKind,
    settings: Evaluate,
) -> dict[str, float]:
    """Coverage by word, and scores against gold times if there are any; utterances that are not in
    `indices` count as not covered."""
    read = [
        _read(attention, speech, index, kind, settings.reduction)
        for attention, index in zip(attentions, indices, strict=True)
    ]
    ordered, timely = np.array(read).T
    out = {
        "covered": float(np.sum(ordered >= COVERED)) / len(speech),
        "words_in_order": float(np.sum(ordered)) / len(speech),
    }
    if not speech.timed:
        return out
    figures = score_set(attentions, speech.select(np.array(indices)), kind, settings)
    return {
        **out,
        "words_in_time": float(np.sum(timely)) / len(speech),
        **{name: figures[name] for name in ("error_ms", "hit", "boundary_ms")},
    }


def _read(
    attention: Floats, speech: SpeechSet, index: int, kind: TokenKind, reduction: int
) -> tuple[float, float]:
    """Shares of the spoken words that are read in order, and of those that are so while they are
    spoken, within 50 ms."""
    gold = speech.word_gold(index)
    mass = speech.attention_by_word(attention, index, kind)[:, gold.spoken]
    if not gold.spoken.any():
        return 1.0, 1.0
    ordered = in_order(mass)
    when = step_times(len(mass), reduction)[mass.argmax(axis=0)]
    start, end = gold.start[gold.spoken], gold.end[gold.spoken]
    now = (start - NEAR <= when) & (when <= end + NEAR)
    return float(ordered.mean()), float((now & ordered).mean())


def _join(sentences: Sentences, groups: Sequence[Ints]) -> Sentences:
    """One sentence of every group's, words and tokens one after the other."""
    flat = sentences.select(np.concatenate(groups))
    cuts = offsets(np.array([len(group) for group in groups]))
    starts = {
        f.name: getattr(flat, f.name)[cuts] for f in fields(flat) if f.name.endswith("_start")
    }
    return replace(flat, id=flat.id[cuts[:-1]], **starts)


def _join_golds(golds: Sequence[Gold], frames: Ints) -> Gold:
    before = (frames.cumsum() - frames) * FRAME_SECONDS
    moved = [(g.start + t, g.end + t, g.spoken) for g, t in zip(golds, before, strict=True)]
    return Gold(*(np.concatenate(each) for each in zip(*moved, strict=True)))

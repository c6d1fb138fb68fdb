"""One labelled set through every arm, to figures with intervals: what stage and command share.

Guarantees: a function of encoder, set, parameters and seed; questions asked = questions kept +
dropped by reason; all arms answer the same rows, and differences are paired by row.

Letters: Q questions, R resamples.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from pngnw.core.errors import UserError
from pngnw.model.sentences import Int
from pngnw.params import ProbeSet
from pngnw.probe import punctuation
from pngnw.probe.arms import NULL, absent, answers, arms
from pngnw.probe.probe import Answers
from pngnw.probe.questions import TEST, TRAIN, VALID, Names, Questions
from pngnw.probe.score import (
    averages,
    correlations,
    means,
    resamples,
    stratified_resamples,
    with_interval,
)
from pngnw.probe.sets import read_emotion, read_homographs, read_pauses, read_prominence
from pngnw.probe.states import load_readers, without_too_long
from pngnw.probe.texts import draw_texts, to_questions
from pngnw.text import TextReader

OURS = "pretrained"  # the arm that all others are compared with
Figures = dict[str, Any]


@dataclass(frozen=True)
class Measured:
    """A set's report, as it is written; the questions and what every arm answered."""

    report: dict[str, Any]
    questions: Questions
    answers: dict[str, Answers]


def measure(
    name: str, chosen: ProbeSet, encoder: Path, *, seed: int, layer: int | None, sentences: int
) -> Measured:
    """Fit linear probes on one set's words, for every arm.

    Args:
        name: of the set; with the seed it decides what is drawn.
        chosen: kind and path.
        encoder: a folder as pretraining writes it.
        seed: also of the untrained encoder's weights.
        layer: of our encoders; None is the last.
        sentences: that are drawn at most; of each part, where files of their own are the parts.

    Raises:
        UserError: a file is missing or has a bad row, or too little is left to learn from.
    """
    rng = np.random.default_rng([seed, *name.encode()])
    readers = load_readers(encoder, seed)
    questions = _read_set(chosen, encoder, sentences, rng)
    total = len(questions) + sum(questions.dropped.values())
    questions = without_too_long(questions, readers[OURS].encoder).learnable().split(rng)
    if any(not (questions.part_Q == part).any() for part in (TRAIN, VALID, TEST)):
        raise UserError(
            f"{chosen.path}: of {total} questions {len(questions)} are left, too few for a probe; "
            f"dropped: {dict(questions.dropped)}"
        )
    questions = questions.asked()
    found = {
        arm: answers(arm, each, questions)
        for arm, each in tqdm(arms(readers, layer).items(), name, disable=None)
    }
    figures = _figures(questions, found, rng)
    report = {
        "kind": chosen.kind,
        "questions": {
            "asked": total,
            "kept": len(questions),
            **{f"dropped.{reason}": n for reason, n in sorted(questions.dropped.items()) if n},
        },
        "parts": {
            part: int((questions.part_Q == number).sum())
            for part, number in (("train", TRAIN), ("valid", VALID), ("test", TEST))
        },
        "test_sentences": int((questions.part == TEST).sum()),
        "answers": len(questions.answers()[0]),
        "groups": len(np.unique(questions.group)),
        "absent": absent(),
        "regularisation": {arm: each.strengths for arm, each in found.items() if each.strengths},
        "arms": {
            arm: {figure: with_interval(values) for figure, values in each.items()}
            for arm, each in figures.items()
        },
        "pretrained_minus": {
            arm: {
                figure: with_interval(figures[OURS][figure] - values)
                for figure, values in each.items()
            }
            for arm, each in figures.items()
            if arm != OURS
        },
    }
    return Measured(report, questions, found)


def _read_set(chosen: ProbeSet, encoder: Path, count: int, rng: np.random.Generator) -> Questions:
    """Questions about at most `count` sentences of a set."""
    path = Path(chosen.path)
    dropped: Counter[str] = Counter()
    phonemes = None
    match chosen.kind:
        case "punctuation":
            return punctuation.read(path).draw(count, rng)
        case "homographs":
            texts, phonemes = read_homographs(path)
        case "emotion":
            texts = read_emotion(path)
        case "prominence":
            texts = read_prominence(path)
        case "pauses":
            texts, dropped = read_pauses(path)
    by_part = chosen.kind == "prominence" and path.is_dir()
    drawn, not_drawn = draw_texts(texts, count, rng, by_part)
    questions = to_questions(drawn, TextReader.load(encoder), phonemes)
    questions.dropped.update(dropped, not_drawn=not_drawn)
    return questions


def _figures(
    questions: Questions, found: Mapping[str, Answers], rng: np.random.Generator
) -> dict[str, Figures]:
    """Every figure of every arm, as it is and resampled, [1 + R]."""
    test = questions.part_Q == TEST
    sentence = questions.sentence[test]
    plain = resamples(sentence, rng)
    stratified = stratified_resamples(sentence, questions.rarest()[sentence], rng)
    names, truth = questions.answers()
    truth, number = truth[test], {answer: index for index, answer in enumerate(names.tolist())}

    def answered(labels: Names) -> Int:
        pairs = zip(questions.group[test].tolist(), labels[test].tolist(), strict=True)
        return np.array([number.get(f"{group}\t{label}", -1) for group, label in pairs])

    figures: dict[str, Figures] = {}
    null = found[NULL].log_likelihood
    for name, each in found.items():
        likeliest, fair = answered(each.likeliest), answered(each.prior_corrected)
        figures[name] = {
            "accuracy": means((truth == likeliest).astype(np.float64), plain),
            **averages(truth, likeliest, len(names), stratified),
            "fair_recall": averages(truth, fair, len(names), stratified)["mean_recall"],
            "nats": means((each.log_likelihood - null)[test], plain),
        }
        if questions.value is not None:
            figures[name]["spearman"] = (
                np.zeros(len(plain))
                if each.value is None
                else correlations(questions.value[test], each.value[test], plain)
            )
    return figures

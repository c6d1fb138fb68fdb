"""The probe stage: one labelled set through every arm, to scores and a table of answers.

Guarantees: a pure function of encoder, set, parameters and seed; questions asked = questions kept +
dropped by reason.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pngnw.core.atomic import write_text
from pngnw.core.errors import UserError
from pngnw.core.stage import StageResult
from pngnw.model.sentences import Int
from pngnw.params import Params, ProbeSet
from pngnw.probe import punctuation
from pngnw.probe.probe import Predictions, classify, majority, regress
from pngnw.probe.questions import TEST, TRAIN, VALID, Names, Questions
from pngnw.probe.score import (
    correlations,
    means,
    resamples,
    scores,
    stratified_resamples,
    with_interval,
)
from pngnw.probe.sets import read_emotion, read_homographs, read_prominence
from pngnw.probe.states import Arm, load_arms, without_too_long, word_states
from pngnw.probe.texts import draw_texts, to_questions
from pngnw.text import TextReader

NULL = "majority"
Figures = dict[str, Any]


@dataclass(frozen=True)
class Resamples:
    """Counts [1 + R, q] of the test questions: drawn from all, and from each answer apart."""

    plain: Int
    stratified: Int


def run(params: Params, root: Path, name: str) -> StageResult:
    """Fit linear probes on frozen states for one set of probe.sets; write plots/probe/<set>.

    Raises:
        UserError: a file is missing or has a bad row, or too little is left to learn from.
    """
    section = params.probe
    if name not in section.sets:
        raise UserError(f"{name}: not in probe.sets, which holds {list(section.sets)}")
    chosen, encoder = section.sets[name], root / "models/encoder"
    rng = np.random.default_rng([params.base.seed, *name.encode()])
    arms = load_arms(encoder, params.base.seed)
    questions = _read_set(chosen, encoder, section.sentences, rng)
    total = len(questions) + sum(questions.dropped.values())
    questions = without_too_long(questions, arms["pretrained"].encoder).learnable().split(rng)
    if any(not (questions.part_Q == part).any() for part in (TRAIN, VALID, TEST)):
        raise UserError(
            f"{chosen.path}: of {total} questions {len(questions)} are left, too few for a probe; "
            f"dropped: {dict(questions.dropped)}"
        )
    sentence = questions.sentence[questions.part_Q == TEST]
    drawn = Resamples(
        resamples(sentence, rng), stratified_resamples(sentence, questions.rarest()[sentence], rng)
    )
    predictions, figures, strengths = _probe(questions, arms, section.layer, drawn)
    _write_answers(root / "plots/probe" / name, questions, predictions)
    result = {
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
        "test_sentences": len(np.unique(sentence)),
        "answers": len(questions.answers()[0]),
        "groups": len(np.unique(questions.group)),
        "regularisation": strengths,
        "arms": {
            arm: {figure: with_interval(values) for figure, values in each.items()}
            for arm, each in figures.items()
        },
        "pretrained_minus": {
            arm: {
                figure: with_interval(figures["pretrained"][figure] - values)
                for figure, values in each.items()
            }
            for arm, each in figures.items()
            if arm != "pretrained"
        },
    }
    return StageResult(result)


def _read_set(chosen: ProbeSet, encoder: Path, count: int, rng: np.random.Generator) -> Questions:
    """Questions about at most `count` sentences of a set."""
    path = Path(chosen.path)
    if chosen.kind == "punctuation":
        return punctuation.read(path).draw(count, rng)
    phonemes = None
    if chosen.kind == "homographs":
        texts, phonemes = read_homographs(path)
    else:
        texts = read_emotion(path) if chosen.kind == "emotion" else read_prominence(path)
    texts, not_drawn = draw_texts(texts, count, rng)
    questions = to_questions(texts, TextReader.load(encoder), phonemes)
    questions.dropped["not_drawn"] += not_drawn
    return questions


def _probe(
    questions: Questions, arms: Mapping[str, Arm], layer: int | None, drawn: Resamples
) -> tuple[dict[str, Predictions], dict[str, Figures], dict[str, Figures]]:
    """Predictions, figures and chosen strengths of every arm, the majority first."""
    test = questions.part_Q == TEST
    predictions = {NULL: majority(questions)}
    spearman = {NULL: np.zeros(len(drawn.plain))}
    strengths: dict[str, Figures] = {}
    for name, arm in arms.items():
        states = word_states(questions, arm, layer)
        predictions[name], c = classify(states, questions)
        strengths[name] = {"c": c}
        if questions.value is not None:
            value, alpha = regress(states, questions)
            strengths[name]["alpha"] = alpha
            spearman[name] = correlations(questions.value[test], value[test], drawn.plain)
    figures = {}
    for name, each in predictions.items():
        gain = (each.log_likelihood - predictions[NULL].log_likelihood)[test]
        figures[name] = {
            **_scores(questions, each.likeliest, drawn),
            "fair_recall": _scores(questions, each.prior_corrected, drawn)["mean_recall"],
            "nats": means(gain, drawn.plain),
        }
        if questions.value is not None:
            figures[name]["spearman"] = spearman[name]
    return predictions, figures, strengths


def _scores(questions: Questions, labels: Names, drawn: Resamples) -> Figures:
    test = questions.part_Q == TEST
    names, truth = questions.answers()
    number = {answer: index for index, answer in enumerate(names.tolist())}
    pairs = zip(questions.group[test].tolist(), labels[test].tolist(), strict=True)
    predicted = np.array([number.get(f"{group}\t{label}", -1) for group, label in pairs])
    averages = scores(truth[test], predicted, len(names), drawn.stratified)
    accuracy = means((truth[test] == predicted).astype(np.float64), drawn.plain)
    return averages | {"accuracy": accuracy}


def _write_answers(out: Path, questions: Questions, predictions: Mapping[str, Predictions]) -> None:
    """How often each answer is right, and recall at equal shares of every arm: `answers.tsv`."""
    names, index = questions.answers()
    test = questions.part_Q == TEST
    text = io.StringIO()
    table = csv.writer(text, delimiter="\t", lineterminator="\n")
    table.writerow(
        ["group", "label", "fit", "test", *(f"fair recall {arm}" for arm in predictions)]
    )
    for number, answer in enumerate(names.tolist()):
        fit, tested = (index == number) & ~test, (index == number) & test
        right = [each.prior_corrected == questions.label for each in predictions.values()]
        recalls = [f"{each[tested].mean():.4f}" if tested.any() else "" for each in right]
        table.writerow([*answer.split("\t"), fit.sum(), tested.sum(), *recalls])
    out.mkdir(parents=True, exist_ok=True)
    write_text(out / "answers.tsv", text.getvalue())

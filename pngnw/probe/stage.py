"""The probe stage: one labelled set through every arm, to figures and a table of answers.

Guarantees: a pure function of encoder, set, parameters and seed; questions asked = questions kept +
dropped by reason.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pngnw.core.atomic import write_text
from pngnw.core.errors import UserError
from pngnw.core.stage import StageResult
from pngnw.model.sentences import Int
from pngnw.params import Params, Probe, ProbeSet
from pngnw.probe import punctuation
from pngnw.probe.files import read_emotion, read_prominence
from pngnw.probe.homographs import read_homographs
from pngnw.probe.probe import Answers, classify, majority, regress
from pngnw.probe.questions import TEST, TRAIN, VALID, Names, Questions
from pngnw.probe.score import correlations, means, resamples, scores, stratified, told
from pngnw.probe.states import Arm, arms, fitting, states
from pngnw.probe.texts import drawn, read_aloud
from pngnw.text import Reader

NULL = "majority"


@dataclass(frozen=True)
class Times:
    """Resamples [1 + R, q] of the questions judged, plain and with every answer in each."""

    plain: Int
    stratified: Int


def probe(
    name: str, chosen: ProbeSet, encoder: Path, out: Path, params: Probe, seed: int
) -> dict[str, Any]:
    """Fit and judge the probes of a set; write `answers.tsv` into `out`.

    Returns:
        The figures of every arm, their differences, and how many questions there were.

    Raises:
        UserError: a file is missing or has a bad row, or too little is left to learn from.
    """
    rng = np.random.default_rng([seed, *name.encode()])
    built = arms(encoder, seed)
    questions = _asked(chosen, encoder, params.sentences, rng)
    asked = len(questions) + sum(questions.dropped.values())
    questions = fitting(questions, built["pretrained"].encoder).learnable().dealt(rng)
    if any(not (questions.part_Q == part).any() for part in (TRAIN, VALID, TEST)):
        raise UserError(
            f"{chosen.path}: of {asked} questions {len(questions)} are left, too few for a probe; "
            f"dropped: {dict(questions.dropped)}"
        )
    judged = questions.part_Q == TEST
    asked_about = questions.sentence[judged]
    times = Times(
        resamples(asked_about, rng), stratified(asked_about, questions.rarest()[asked_about], rng)
    )
    said, figures, strengths = _answered(questions, built, params.layer, times)
    _table(out, questions, said)
    names, _ = questions.pairs()
    return {
        "kind": chosen.kind,
        "questions": {
            "asked": asked,
            "kept": len(questions),
            **{f"dropped.{reason}": n for reason, n in sorted(questions.dropped.items()) if n},
        },
        "parts": {
            part: int((questions.part_Q == number).sum())
            for part, number in (("train", TRAIN), ("valid", VALID), ("test", TEST))
        },
        "test_sentences": len(np.unique(questions.sentence[judged])),
        "answers": len(names),
        "groups": len(np.unique(questions.group)),
        "regularisation": strengths,
        "arms": {
            arm: {figure: told(values) for figure, values in each.items()}
            for arm, each in figures.items()
        },
        "pretrained_minus": {
            arm: {
                figure: told(figures["pretrained"][figure] - values)
                for figure, values in each.items()
            }
            for arm, each in figures.items()
            if arm != "pretrained"
        },
    }


def _asked(chosen: ProbeSet, encoder: Path, count: int, rng: np.random.Generator) -> Questions:
    path = Path(chosen.path)
    if chosen.kind == "punctuation":
        return punctuation.read(path).draw(count, rng)
    alone = None
    if chosen.kind == "homographs":
        texts, alone = read_homographs(path)
    else:
        texts = read_emotion(path) if chosen.kind == "emotion" else read_prominence(path)
    texts, left = drawn(texts, count, rng)
    questions = read_aloud(texts, Reader.load(encoder), alone)
    questions.dropped["not_drawn"] += left
    return questions


def _answered(
    questions: Questions, built: dict[str, Arm], layer: int | None, times: Times
) -> tuple[dict[str, Answers], dict[str, dict[str, Any]], dict[str, Any]]:
    """Answers, figures and chosen strengths of every arm, the majority first."""
    judged = questions.part_Q == TEST
    said = {NULL: majority(questions)}
    numbers: dict[str, Any] = {}
    strengths: dict[str, Any] = {}
    for name, arm in built.items():
        hidden = states(questions, arm, layer)
        said[name], c = classify(hidden, questions)
        strengths[name] = {"c": c}
        if questions.value is not None:
            value, alpha = regress(hidden, questions)
            strengths[name]["alpha"] = alpha
            numbers[name] = correlations(questions.value[judged], value[judged], times.plain)
    figures = {}
    for name, answers in said.items():
        gain = (answers.log_likelihood - said[NULL].log_likelihood)[judged]
        figures[name] = {
            **_scores(questions, answers.likeliest, times),
            "fair_recall": _scores(questions, answers.fair, times)["mean_recall"],
            "nats": means(gain, times.plain),
        }
        if questions.value is not None:
            figures[name]["spearman"] = numbers.get(name, np.zeros(len(times.plain)))
    return said, figures, strengths


def _scores(questions: Questions, said: Names, times: Times) -> dict[str, Any]:
    judged = questions.part_Q == TEST
    names, truth = questions.pairs()
    number = {answer: index for index, answer in enumerate(names.tolist())}
    pairs = zip(questions.group[judged].tolist(), said[judged].tolist(), strict=True)
    given = np.array([number.get(f"{group}\t{label}", -1) for group, label in pairs])
    averages = scores(truth[judged], given, len(names), times.stratified)
    accuracy = means((truth[judged] == given).astype(np.float64), times.plain)
    return averages | {"accuracy": accuracy}


def _table(out: Path, questions: Questions, said: dict[str, Answers]) -> None:
    """How often each answer is right, and recall at equal shares of every arm: `answers.tsv`."""
    names, index = questions.pairs()
    test = questions.part_Q == TEST
    text = io.StringIO()
    table = csv.writer(text, delimiter="\t", lineterminator="\n")
    table.writerow(["group", "label", "fit", "test", *(f"fair recall {arm}" for arm in said)])
    for number, answer in enumerate(names.tolist()):
        own = index == number
        recalls = [
            f"{(answers.fair == questions.label)[own & test].mean():.4f}"
            if (own & test).any()
            else ""
            for answers in said.values()
        ]
        table.writerow([*answer.split("\t"), (own & ~test).sum(), (own & test).sum(), *recalls])
    out.mkdir(parents=True, exist_ok=True)
    write_text(out / "answers.tsv", text.getvalue())


def run(params: Params, root: Path, name: str) -> StageResult:
    """Fit linear probes on frozen states for one set of probe.sets; write plots/probe/<set>."""
    if name not in params.probe.sets:
        raise UserError(f"{name}: not in probe.sets, which holds {list(params.probe.sets)}")
    out = root / "plots/probe" / name
    encoder = root / "models/encoder"
    return StageResult(
        probe(name, params.probe.sets[name], encoder, out, params.probe, params.base.seed)
    )

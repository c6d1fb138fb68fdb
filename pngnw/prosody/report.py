"""The report of a set: figures of every arm and null, differences, and the result in plain words.

Guarantees: a difference is called one only where its interval leaves out 0; the same resamples of
utterances and seeds serve all arms.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from pngnw.probe.score import with_interval
from pngnw.prosody.dataset import DURATION, ENERGY, LOG_F0, PAUSE, PROMINENCE, ProsodySet
from pngnw.prosody.nulls import NULLS, predictions
from pngnw.prosody.score import Floats, Scorer, better
from pngnw.prosody.train import Outcome
from pngnw.speech.utterance import HELDOUT, PARTS, TRAIN

Figures = dict[str, dict[str, Floats]]  # target, figure: [1 + R]
# The figure of each target that the summary tells, and its name there.
TOLD: Final = {
    DURATION: ("rmse", "RMSE of log duration"),
    LOG_F0: ("rmse", "RMSE of log F0"),
    ENERGY: ("rmse", "RMSE of energy"),
    PAUSE: ("log_likelihood", "log-likelihood of a pause or none"),
    PROMINENCE: ("log_likelihood", "log-likelihood of the prominence"),
}
OURS: Final = "pretrained"


def report(
    name: str, data: ProsodySet, outcomes: Mapping[str, Sequence[Outcome]], seed: int
) -> dict[str, Any]:
    """Figures with intervals, differences of the pretrained arm (else of the last) to all others,
    and a `summary` of sentences.

    Args:
        name: of the set.
        data: the set.
        outcomes: by arm, one for every seed, in the same order of seeds.
        seed: of the resamples.
    """
    rows = data.rows(HELDOUT)
    seeds = len(next(iter(outcomes.values())))
    scorer = Scorer(data, rows, np.random.default_rng([seed, *name.encode()]), seeds)
    figures: dict[str, Figures] = {}
    for null, predicted in predictions(data, TRAIN).items():
        figures[null] = {t: scorer.figures(t, predicted[t][data.at(t, rows)]) for t in data.targets}
    for arm, runs in outcomes.items():
        figures[arm] = {
            t: scorer.of_seeds([scorer.figures(t, run.predicted[t]) for run in runs])
            for t in data.targets
        }
    ours = OURS if OURS in outcomes else list(outcomes)[-1]
    told = {who: _told(by_target) for who, by_target in figures.items()}
    minus = {
        other: _told(
            {t: {f: figures[ours][t][f] - v for f, v in each.items()} for t, each in theirs.items()}
        )
        for other, theirs in figures.items()
        if other != ours
    }
    return {
        "summary": summary(name, told, minus, ours),
        "utterances": {part: len(data.rows(part)) for part in PARTS},
        "known": {t: int(scorer.known[t].sum()) for t in data.targets},
        "nulls": {null: told[null] for null in NULLS},
        "arms": {arm: told[arm] for arm in outcomes},
        f"{ours}_minus": minus,
    }


def _told(figures: Figures) -> dict[str, dict[str, Any]]:
    return {t: {f: with_interval(v) for f, v in each.items()} for t, each in figures.items()}


def summary(
    name: str,
    told: Mapping[str, Mapping[str, Any]],
    minus: Mapping[str, Mapping[str, Any]],
    ours: str,
) -> list[str]:
    """A line for every target: every arm's figure, and whom the arm `ours` beats."""
    out = []
    for target, (figure, words) in TOLD.items():
        if target not in told[ours]:
            continue
        values = ", ".join(
            f"{_named(who)} {each[target][figure]['value']:.4g}" for who, each in told.items()
        )
        verdicts: dict[int, list[str]] = {1: [], -1: [], 0: []}
        for other, each in minus.items():
            verdicts[better(figure, each[target][figure])].append(_named(other))
        parts = [
            f"{verb} {', '.join(verdicts[sign])}"
            for sign, verb in ((1, "better than"), (-1, "worse than"), (0, "not told apart from"))
            if verdicts[sign]
        ]
        out.append(f"{name}, {words}: {values}. {ours} is {'; '.join(parts)}.")
    return out


def _named(who: str) -> str:
    return f"{who} table" if who in NULLS else who

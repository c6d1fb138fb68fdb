"""Pictures of the stage: tuning loss as training goes on, and contours over the words.

`curve.tsv` has a row for every evaluation, and the median over seeds of each arm; `contour.png` has
what is predicted by the first seed of each arm and what was spoken of a few held-out utterances.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.figure import Figure

from pngnw.arms.text import spelled
from pngnw.core.atomic import write_text
from pngnw.core.ragged import offsets
from pngnw.prosody.dataset import DURATION, ENERGY, LOG_F0, ProsodySet
from pngnw.prosody.nulls import token_words
from pngnw.prosody.train import Outcome
from pngnw.speech.utterance import HELDOUT

LABELS: Final = {
    LOG_F0: "F0 (Hz)",
    DURATION: "duration at one tempo (ms)",
    ENERGY: "energy (log)",
}
PICTURED: Final = 3
DPI: Final = 110


def draw(data: ProsodySet, outcomes: Mapping[str, Sequence[Outcome]], folder: Path) -> None:
    """Write curve.tsv and curves.png, and contour.png where the set has numbers, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "curve.tsv", table(outcomes))
    curves(outcomes).savefig(folder / "curves.png", dpi=DPI)
    if data.targets.keys() & LABELS:
        contours(data, outcomes).savefig(folder / "contour.png", dpi=DPI)


def table(outcomes: Mapping[str, Sequence[Outcome]]) -> str:
    """Samples against the median over seeds of the tuning loss, a column per arm."""
    some = next(iter(outcomes.values()))[0].curve
    rows = ["\t".join(["samples", *outcomes])]
    for n, point in enumerate(some):
        medians = [
            np.median([run.curve[n]["tuning"] for run in runs]) for runs in outcomes.values()
        ]
        rows.append("\t".join([f"{point['samples']:g}", *(f"{value:.6g}" for value in medians)]))
    return "\n".join(rows) + "\n"


def curves(outcomes: Mapping[str, Sequence[Outcome]]) -> Figure:
    """Tuning loss against samples: thin lines are seeds, thick ones medians."""
    picture = Figure(figsize=(6.4, 4.4), layout="constrained")
    axis = picture.subplots()
    for number, (arm, runs) in enumerate(outcomes.items()):
        samples = [point["samples"] for point in runs[0].curve]
        losses = np.array([[point["tuning"] for point in run.curve] for run in runs])
        axis.plot(samples, losses.T, color=f"C{number}", alpha=0.3, linewidth=1)
        axis.plot(samples, np.median(losses, axis=0), color=f"C{number}", linewidth=2.5, label=arm)
    axis.set_xlabel("samples seen (utterances)")
    axis.set_ylabel("loss on the tuning part")
    axis.grid(alpha=0.3)
    axis.legend()
    return picture


def contours(data: ProsodySet, outcomes: Mapping[str, Sequence[Outcome]]) -> Figure:
    """Predicted against spoken numbers over the words of the held-out utterances whose lengths are
    nearest to the quartiles."""
    rows = data.rows(HELDOUT)
    start = offsets(np.diff(data.sentences.phoneme_start)[rows])  # of each in what is predicted
    order = np.argsort(np.diff(start), kind="stable")
    chosen = [int(order[round(q * (len(order) - 1))]) for q in np.linspace(0.25, 0.75, PICTURED)]
    names = [name for name in LABELS if name in data.targets]
    picture = Figure(figsize=(5.6 * PICTURED, 3.2 * len(names)), layout="constrained")
    axes = picture.subplots(len(names), PICTURED, squeeze=False)
    words, word_of = spelled(data.sentences), token_words(data.sentences)
    for column, place in enumerate(chosen):
        row, cut = rows[place], slice(start[place], start[place + 1])
        at = data.at(names[0], rows[place : place + 1])
        x, own = np.arange(len(at)), word_of[at] - data.sentences.word_start[row]
        for line, name in enumerate(names):
            axis = axes[line][column]
            spoken = data.targets[name][at]
            axis.plot(x, _scaled(name, spoken), "ko-", markersize=3, linewidth=1, label="spoken")
            for arm, runs in outcomes.items():
                told = np.where(np.isfinite(spoken), runs[0].predicted[name][cut], np.nan)
                axis.plot(x, _scaled(name, told), linewidth=1.2, alpha=0.8, label=arm)
            for edge in np.flatnonzero(np.diff(own)) + 0.5:
                axis.axvline(edge, color="0.85", linewidth=0.8)
            middles = [float(x[own == n].mean()) for n in np.unique(own)]
            axis.set_xticks(middles, [words[row][n] for n in np.unique(own)], rotation=45)
            if column == 0:
                axis.set_ylabel(LABELS[name])
    picture.legend(*axes[0][0].get_legend_handles_labels(), loc="outside upper center", ncols=7)
    return picture


def _scaled(name: str, values: np.ndarray) -> np.ndarray:
    return values if name == ENERGY else np.exp(values) * (1000 if name == DURATION else 1)

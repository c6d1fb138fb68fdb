"""The teach stage's picture: how often each emoji is meant, and by which sentences.

Guarantees: one look tells whether the teacher makes sense on this text. Emoji fonts are rare, so
emoji go by their names.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pngnw import shards
from pngnw.teacher.emoji import EMOJI, names

EXAMPLES = 2  # sentences for each emoji
CHARACTERS = 74  # of an example that fit


@dataclass
class Summary:
    """Mean distribution [64], and for each emoji the sentences that it fits best."""

    rows: int = 0
    total: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(EMOJI)))
    best: list[list[tuple[float, str]]] = field(default_factory=lambda: [[] for _ in EMOJI])

    def add(self, texts: list[str], rows: npt.NDArray[np.float64]) -> None:
        """Take in a run of sentences with their distributions [N, 64]."""
        self.rows += len(texts)
        self.total += rows.sum(axis=0)
        for number, best in enumerate(self.best):
            leading = np.argsort(-rows[:, number], kind="stable")[:EXAMPLES]
            found = [(float(rows[row, number]), texts[row]) for row in leading]
            best[:] = sorted({*best, *found}, key=lambda pair: (-pair[0], pair[1]))[:EXAMPLES]


def summarise(source: Path, taught: Path) -> Summary:
    """Read sentences and distributions, a row group at a time."""
    summary = Summary()
    for path in shards.paths(taught):
        pairs = zip(
            shards.row_groups(source / path.name, ["text"]),
            shards.row_groups(path, ["emoji"]),
            strict=True,
        )
        for sentences, distributions in pairs:
            flat = distributions["emoji"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
            summary.add(sentences["text"].to_pylist(), flat.astype(float).reshape(-1, len(EMOJI)))
    return summary


def draw(source: Path, taught: Path, out: Path, backend: str) -> None:
    """Write the picture as PNG: a bar for each emoji, commonest first, with its examples beside.

    Args:
        source: shards with the sentences.
        taught: shards of the same names with their distributions.
        out: the picture to write.
        backend: which teacher it was, for the title.
    """
    # Takes half a second to import, which the workers of the stage need not spend.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    summary = summarise(source, taught)
    mean = summary.total / max(summary.rows, 1)
    order = np.argsort(-mean, kind="stable")
    figure = Figure(figsize=(19, 16))
    figure.subplots_adjust(left=0.16, right=0.99, top=0.97, bottom=0.04)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.barh(np.arange(len(order)), 100 * mean[order], color="#d9822b", height=0.7)
    axes.axvline(100 / len(EMOJI), color="grey", linestyle=":")
    labels = names()
    axes.set_yticks(np.arange(len(order)), [f"{labels[n]}  {n:2d}" for n in order], fontsize=9)
    axes.set_ylim(len(order) - 0.4, -0.6)
    widest = 100 * float(mean.max(initial=1 / len(EMOJI)))
    axes.set_xlim(0, widest * 4.2)
    axes.set_xticks([tick for tick in axes.get_xticks() if tick <= widest * 1.1])
    for place, number in enumerate(order):
        text = "   |   ".join(f"{p:.2f}  {_shortened(s)}" for p, s in summary.best[number])
        axes.text(widest * 1.06, place, text, fontsize=8.5, va="center", parse_math=False)
    axes.set_xlabel(
        "mean share, per cent (dotted: equal); beside it the sentences with the largest share"
    )
    axes.xaxis.set_label_coords(0.5, -0.02)
    axes.set_title(f"Teacher ({backend}) on {summary.rows:,} sentences")
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, dpi=90, metadata={"Software": None})


def _shortened(sentence: str) -> str:
    fits = len(sentence) <= CHARACTERS
    return sentence if fits else sentence[: CHARACTERS - 1].rstrip() + "…"

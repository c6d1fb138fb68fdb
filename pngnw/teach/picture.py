"""The teach stage's picture: how often each emoji is meant, and by which sentences.

Guarantees: one look tells whether the teacher makes sense on this text. Emoji fonts are rare, so
emoji go by their names.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pngnw.core.atomic import write_text
from pngnw.teach.emoji import EMOJI, names
from pngnw.teach.examples import Example

CHARACTERS = 72  # of an example that fit


def write_examples(best: Sequence[Sequence[Example]], out: Path, backend: str) -> None:
    """Write the sentences that each emoji fits best as JSON, for the report."""
    emoji = {
        f"{number:02d} {name}": [{"share": round(p, 4), "text": text} for p, text in examples]
        for number, (name, examples) in enumerate(zip(names(), best, strict=True))
    }
    told = json.dumps({"teacher": backend, "emoji": emoji}, indent=1, ensure_ascii=False)
    write_text(out, told + "\n")


def draw(
    shares: Sequence[float],
    best: Sequence[Sequence[Example]],
    sentences: int,
    out: Path,
    backend: str,
) -> None:
    """Write the picture as PNG: a bar for each emoji, commonest first, with its examples beside.

    Args:
        shares: mean share of each emoji, [64].
        best: the sentences that each emoji fits best, [64].
        sentences: how many were taught, for the title.
        out: the picture to write.
        backend: which teacher it was, for the title.
    """
    # Takes half a second to import, which the workers of the stage need not spend.
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    mean = np.asarray(shares)
    order = np.argsort(-mean, kind="stable")
    figure = Figure(figsize=(19, 16))
    figure.subplots_adjust(left=0.2, right=0.99, top=0.97, bottom=0.04)
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
        text = "   |   ".join(f"{p:.2f}  {_shortened(s)}" for p, s in best[number])
        axes.text(widest * 1.06, place, text, fontsize=8.5, va="center", parse_math=False)
    axes.set_xlabel(
        "mean share, per cent (dotted: equal); beside it the sentences with the largest share"
    )
    axes.xaxis.set_label_coords(0.5, -0.02)
    axes.set_title(f"Teacher ({backend}) on {sentences:,} sentences")
    out.parent.mkdir(parents=True, exist_ok=True)
    with rc_context({"text.hinting": "no_hinting"}):  # of nine thousand letters: a third sooner
        figure.savefig(out, dpi=90, metadata={"Software": None})


def _shortened(sentence: str) -> str:
    fits = len(sentence) <= CHARACTERS
    return sentence if fits else sentence[: CHARACTERS - 1].rstrip() + "…"

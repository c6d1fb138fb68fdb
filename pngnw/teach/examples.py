"""The sentences that each emoji fits best, and the picture that shows them beside its share.

Guarantees: a shard that was looked at before is not read again (the shard store); equal examples
whatever the number of shards or workers. Emoji fonts are rare, so emoji go by their names.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from pngnw.core import shards
from pngnw.core.atomic import write_text
from pngnw.core.shards import Stats
from pngnw.engine import Transform, map_shards, reduce
from pngnw.params import Run
from pngnw.teach.emoji import EMOJI, names

EACH = 2  # sentences for each emoji
CHARACTERS = 72  # of an example that fit
SCHEMA = pa.schema([("emoji", pa.uint8()), ("share", pa.float32()), ("text", pa.string())])
CODE = ("pngnw.teach.examples",)

Example = tuple[float, str]  # share, sentence


def best_examples(source: Path, taught: Path, run: Run) -> list[list[Example]]:
    """For each emoji the sentences with the largest shares, largest first.

    Args:
        source: shards with the sentences.
        taught: shards of the same names with their distributions, in the same row groups.
        run: workers.
    """
    with shards.scratch("teach") as work:
        map_shards(
            _open_transform,
            shards.paths(taught),
            work,
            stage="teach.examples",
            config=None,
            code=CODE,
            run=run,
            per_shard=True,
            beside=source,
            in_process=True,
        )
        table = reduce(shards.paths(work), best)
    examples: list[list[Example]] = [[] for _ in EMOJI]
    for number, share, text in table.iter_rows():
        examples[number].append((share, text))
    return examples


def best(table: pl.DataFrame) -> pl.DataFrame:
    """The `EACH` rows with the largest shares of each emoji; of equal ones the first by text."""
    order = table.unique().sort(["emoji", "share", "text"], descending=[False, True, False])
    return order.group_by("emoji", maintain_order=True).head(EACH)


def _open_transform() -> Callable[[Path | None], Transform]:
    return _of_shard


def _of_shard(sentences: Path | None) -> Transform:
    assert sentences is not None
    return partial(_of_row_group, shards.row_groups(sentences, ["text"]))


def _of_row_group(sentences: Iterator[pa.Table], taught: pa.Table) -> tuple[pa.Table, Stats]:
    """Rows of `SCHEMA` from a row group with `emoji`, and from the sentences that belong to it."""
    text = next(sentences)["text"].combine_chunks()
    flat = taught["emoji"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    shares_NE = flat.astype(np.float32).reshape(-1, len(EMOJI))
    coded = text.dictionary_encode()
    _, first = np.unique(coded.indices.to_numpy(), return_index=True)
    first = first[pc.sort_indices(coded.dictionary).to_numpy()]  # each sentence once, by text
    leading = np.argsort(-shares_NE[first], axis=0, kind="stable")[:EACH]
    rows = first[leading].T.ravel()
    emoji = np.repeat(np.arange(len(EMOJI), dtype=np.uint8), len(leading))
    columns = [pa.array(emoji), pa.array(shares_NE[rows, emoji]), text.take(pa.array(rows))]
    return pa.table(columns, SCHEMA), {}


def write(best: Sequence[Sequence[Example]], out: Path, backend: str) -> None:
    """Write the examples of each emoji as JSON, for the report."""
    emoji = {
        f"{number:02d} {name}": [{"share": round(p, 4), "text": text} for p, text in examples]
        for number, (name, examples) in enumerate(zip(names(), best, strict=True))
    }
    text = json.dumps({"teacher": backend, "emoji": emoji}, indent=1, ensure_ascii=False)
    write_text(out, text + "\n")


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
        backend: the teacher, for the title.
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
    axes.axvline(100 / len(EMOJI), color="gray", linestyle=":")
    labels = names()
    axes.set_yticks(np.arange(len(order)), [f"{labels[n]}  {n:2d}" for n in order], fontsize=9)
    axes.set_ylim(len(order) - 0.4, -0.6)
    widest = 100 * float(mean.max(initial=1 / len(EMOJI)))
    axes.set_xlim(0, widest * 4.2)
    axes.set_xticks([tick for tick in axes.get_xticks() if tick <= widest * 1.1])
    for row, number in enumerate(order):
        text = "   |   ".join(f"{p:.2f}  {_shortened(s)}" for p, s in best[number])
        axes.text(widest * 1.06, row, text, fontsize=8.5, va="center", parse_math=False)
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

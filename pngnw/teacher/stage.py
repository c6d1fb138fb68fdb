"""The teach stage: one emoji distribution for each sentence.

Guarantees: rows as in the input, same order and ids; each distinct sentence of a row group is
taught once; sums in the metrics are whole numbers (millionths), so that the order in which shards
finish changes nothing.
"""

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pngnw import engine, shards
from pngnw.params import Run, Teach
from pngnw.shards import Stats
from pngnw.teacher.emoji import EMOJI, names

MICRO = 1_000_000
TOP = 5
FLAT = 2 / len(EMOJI)  # a row without any emoji above twice its equal share is flat


def teach_shards(source: Path, out: Path, params: Teach, run: Run) -> Stats:
    """Make `out` from the shards with `id` and `text` in `source`; returns summed statistics."""
    return engine.map_shards(
        open_transform,
        shards.paths(source),
        out,
        stage="teach",
        config=params,
        code=("pngnw.teacher",),
        run=run,
    )


def open_transform() -> engine.Transform:
    """The prototype teacher as a transform of tables."""
    # Loads torch, which the parent process of the workers does not need.
    from pngnw.teacher.prototype import PrototypeTeacher

    teacher = PrototypeTeacher.load()

    def transform(table: pa.Table) -> tuple[pa.Table, Stats]:
        texts = table["text"].to_pylist()
        distinct = list(dict.fromkeys(texts))
        taught = teacher(distinct)
        place = {text: number for number, text in enumerate(distinct)}
        rows = taught[[place[text] for text in texts]]
        flat = pa.array(rows.reshape(-1), pa.float16())
        emoji = pa.FixedSizeListArray.from_arrays(flat, len(EMOJI))
        stats = statistics(rows.astype(np.float64))
        return pa.table({"id": table["id"], "emoji": emoji}), {"distinct": len(distinct), **stats}

    return transform


def statistics(rows: npt.NDArray[np.float64]) -> Stats:
    """Sums over distributions [N, 64]: entropy, flat rows, each emoji's share and top ranks."""
    logs = np.log(np.maximum(rows, np.finfo(np.float16).tiny))
    top = np.argsort(-rows, axis=1, kind="stable")[:, :TOP]
    ranked = np.bincount(top.ravel(), minlength=len(EMOJI))
    stats: Stats = {
        "entropy_micronats": int(np.rint(-(rows * logs).sum(axis=1) * MICRO).sum()),
        "flat": int((rows.max(axis=1, initial=0) < FLAT).sum()),
    }
    share = np.rint(rows * MICRO).astype(np.int64).sum(axis=0)
    for number in range(len(EMOJI)):
        stats[f"share.{number:02d}"] = int(share[number])
        stats[f"top.{number:02d}"] = int(ranked[number])
    return stats


def metrics(stats: Stats) -> dict[str, object]:
    """What `metrics/teach.json` tells, from summed statistics."""
    rows = max(stats.get("rows_out", 0), 1)
    entropy = stats.get("entropy_micronats", 0) / MICRO / rows
    labels = [f"{number:02d} {name}" for number, name in enumerate(names())]
    return {
        "rows_in": stats.get("rows_in", 0),
        "rows_out": stats.get("rows_out", 0),
        "distinct": stats.get("distinct", 0),
        "entropy": entropy,
        "perplexity": math.exp(entropy),
        "flat_share": stats.get("flat", 0) / rows,
        "mean": {
            label: stats.get(f"share.{n:02d}", 0) / MICRO / rows for n, label in enumerate(labels)
        },
        "in_top_5": {label: stats.get(f"top.{n:02d}", 0) / rows for n, label in enumerate(labels)},
    }

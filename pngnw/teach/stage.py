"""The teach stage: one emoji distribution for each sentence.

Guarantees: rows as in the input, same order and ids; each distinct sentence of a row group is
taught once; sums in the metrics are whole numbers (millionths), so that the order in which shards
finish changes nothing.
"""

import math
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pngnw import engine
from pngnw.core import shards
from pngnw.core.ragged import offsets
from pngnw.core.shards import Stats
from pngnw.core.stage import StageResult
from pngnw.params import Params, Teach
from pngnw.params.paths import named, refuse_unwatched
from pngnw.teach import examples
from pngnw.teach.backends import DIMENSIONS, URL, Bytes, Teacher, fingerprint, load_teacher
from pngnw.teach.chunks import Half, teach
from pngnw.teach.emoji import EMOJI, names

MICRO = 1_000_000
TOP = 5
FLAT = 2 / len(EMOJI)  # a row without any emoji above twice its equal share is flat
CODE = ("pngnw.teach", "pngnw.phonemize.tokenizer")


def run(params: Params, root: Path) -> StageResult:
    """Teach every sentence its distribution over 64 emoji, and draw what came out.

    Raises:
        UserError: the teacher cannot be loaded, has no features to keep or reads a file outside
            teach.watch, or a shard failed.
    """
    section = params.teach
    for key, path in named(section, "teach"):
        if not URL.match(path):  # what a URL holds is pinned
            refuse_unwatched(key, path, "teach.watch", section.watch)
    source, out, plots = root / "data/clean", root / "data/teach", root / "plots/teach"
    mapped = engine.map_shards(
        partial(open_transform, section),
        shards.paths(source),
        out,
        stage="teach",
        config={**fingerprint(section), "features": section.features},
        code=CODE,
        run=params.run,
    )
    result = metrics(mapped.stats)
    best = examples.best_examples(source, out, params.run)
    examples.write(best, plots / "examples.json", section.backend)
    shares = list(result["mean"].values())
    examples.draw(shares, best, result["rows_out"], plots / "emoji.png", section.backend)
    return StageResult(result, mapped.cost)


def open_transform(params: Teach) -> engine.Transform:
    """The chosen teacher as a transform of tables."""
    return partial(transform, load_teacher(params), params.features)


def transform(teacher: Teacher, features: bool, table: pa.Table) -> tuple[pa.Table, Stats]:
    """From `id`, `doc` and `text` to `id`, `emoji` and, if asked for, `features` and `meaning`.

    Of the words it is counted how many have no meaning: those that the sentence encoder does not
    read.
    """
    texts = table["text"].to_pylist()
    document: dict[str, str] = {}  # of each distinct text the first
    for text, doc in zip(texts, table["doc"].to_pylist(), strict=True):
        document.setdefault(text, doc)
    taught = teach(teacher, list(document), list(document.values()), features=features)
    number = {text: n for n, text in enumerate(document)}
    rows = np.array([number[text] for text in texts], dtype=np.int64)
    emoji = taught.emoji[rows]
    columns = {"id": table["id"], "emoji": _fixed_size_lists(emoji)}
    stats: Stats = {"distinct": len(document), **statistics(emoji.astype(np.float64))}
    if taught.features is not None:
        columns["features"] = _fixed_size_lists(taught.features[rows])
    if taught.meaning is not None:
        meaning = [taught.meaning[row] for row in rows]
        columns["meaning"] = _lists(meaning)
        stats["words"] = sum(map(len, meaning))
        stats["words_without_meaning"] = sum(int((~each.any(axis=1)).sum()) for each in meaning)
    return pa.table(columns), stats


def _lists(rows: list[Bytes]) -> pa.Array:
    """Rows [words, D] as lists of one length, in lists."""
    flat = np.concatenate([np.zeros((0, DIMENSIONS), np.int8), *rows])
    words = pa.FixedSizeListArray.from_arrays(pa.array(flat.reshape(-1)), DIMENSIONS)
    counts = offsets(np.array([len(row) for row in rows], dtype=np.int64))
    return pa.LargeListArray.from_arrays(pa.array(counts), words)


def _fixed_size_lists(rows: Half) -> pa.Array:
    flat = pa.array(np.ascontiguousarray(rows).reshape(-1), pa.float16())
    return pa.FixedSizeListArray.from_arrays(flat, rows.shape[1])


def statistics(rows: npt.NDArray[np.float64]) -> Stats:
    """Sums over distributions [N, 64]: entropy, flat rows, each emoji's share and ranks."""
    logs = np.log(np.maximum(rows, np.finfo(np.float16).tiny))
    top = np.argsort(-rows, axis=1, kind="stable")[:, :TOP]
    in_top = np.bincount(top.ravel(), minlength=len(EMOJI))
    stats: Stats = {
        "entropy_micronats": int(np.rint(-(rows * logs).sum(axis=1) * MICRO).sum()),
        "flat": int((rows.max(axis=1, initial=0) < FLAT).sum()),
    }
    share = np.rint(rows * MICRO).astype(np.int64).sum(axis=0)
    leading = np.bincount(top[:, 0], minlength=len(EMOJI))
    for number in range(len(EMOJI)):
        stats[f"lead.{number:02d}"] = int(leading[number])
        stats[f"share.{number:02d}"] = int(share[number])
        stats[f"top.{number:02d}"] = int(in_top[number])
    return stats


def metrics(stats: Stats) -> dict[str, Any]:
    """`metrics/teach.json` from summed statistics."""
    rows = max(stats.get("rows_out", 0), 1)
    entropy = stats.get("entropy_micronats", 0) / MICRO / rows
    labels = [f"{number:02d} {name}" for number, name in enumerate(names())]
    return {
        "rows_in": stats.get("rows_in", 0),
        "rows_out": stats.get("rows_out", 0),
        "distinct": stats.get("distinct", 0),
        **{name: stats[name] for name in ("words", "words_without_meaning") if name in stats},
        "entropy": entropy,
        "perplexity": math.exp(entropy),
        "flat_share": stats.get("flat", 0) / rows,
        "mean": {
            label: stats.get(f"share.{n:02d}", 0) / MICRO / rows for n, label in enumerate(labels)
        },
        # Coverage: an emoji that never leads and is never among the first five is never taught.
        "leads": {label: stats.get(f"lead.{n:02d}", 0) / rows for n, label in enumerate(labels)},
        "in_top_5": {label: stats.get(f"top.{n:02d}", 0) / rows for n, label in enumerate(labels)},
    }

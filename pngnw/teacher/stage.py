"""The teach stage: one emoji distribution for each sentence.

Guarantees: rows as in the input, same order and ids; each distinct sentence of a row group is
taught once, in chunks of like length; chunks that an earlier run has finished, killed or not, are
taken from it, and the bytes are the same; sums in the metrics are whole numbers (millionths), so
that the order in which shards finish changes nothing.
"""

import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pngnw import engine, shards
from pngnw.errors import UserError
from pngnw.params import Run, Teach
from pngnw.shards import Stats
from pngnw.teacher.backends import Backend, identity, open_backend
from pngnw.teacher.chunks import Chunks, Half, cut, open_folder, tidy
from pngnw.teacher.emoji import EMOJI, names

MICRO = 1_000_000
TOP = 5
FLAT = 2 / len(EMOJI)  # a row without any emoji above twice its equal share is flat
CODE = ("pngnw.teacher",)


def teach_shards(source: Path, out: Path, params: Teach, run: Run) -> engine.Mapped:
    """Make `out` from the shards with `id` and `text` in `source`.

    Raises:
        UserError: the backend cannot be opened or has no features to keep, or a shard failed.
    """
    config = {**identity(params), "features": params.features}
    folder = open_folder(shards.fingerprint(config, shards.code_digest(*CODE)))
    mapped = engine.map_shards(
        partial(open_transform, params, folder),
        shards.paths(source),
        out,
        stage="teach",
        config=config,
        code=CODE,
        run=run,
    )
    tidy(folder)
    return mapped


def open_transform(params: Teach, folder: Path) -> engine.Transform:
    """The chosen teacher as a transform of tables; its finished chunks lie in `folder`."""
    return transform_by(open_backend(params), Chunks(folder), features=params.features)


def transform_by(backend: Backend, chunks: Chunks, *, features: bool) -> engine.Transform:
    """From a table with `id` and `text` to one with `id`, `emoji` and `features` if asked for."""

    def transform(table: pa.Table) -> tuple[pa.Table, Stats]:
        texts = table["text"].to_pylist()
        distinct = list(dict.fromkeys(texts))
        taught = _taught(backend, chunks, distinct, features=features)
        place = {text: number for number, text in enumerate(distinct)}
        rows = taught[[place[text] for text in texts]]
        emoji, rest = rows[:, : len(EMOJI)], rows[:, len(EMOJI) :]
        columns = {"id": table["id"], "emoji": _lists(emoji)}
        if features:
            columns["features"] = _lists(rest)
        stats = statistics(emoji.astype(np.float64))
        return pa.table(columns), {"distinct": len(distinct), **stats}

    return transform


def _taught(backend: Backend, chunks: Chunks, texts: Sequence[str], *, features: bool) -> Half:
    """Distributions, and features behind them, of N texts: [N, 64] or [N, 64 + F]."""

    def compute(part: Sequence[str]) -> Half:
        answer = backend(part)
        rows = checked(answer.probabilities.astype(np.float16), part)
        if not features:
            return rows
        if answer.features is None:
            raise UserError(
                "teach.features: this backend has none to keep; set it to false, or choose "
                "another teach.backend"
            )
        return np.concatenate([rows, answer.features.astype(np.float16)], axis=1)

    parts = cut(texts)
    answers = [chunks.rows([texts[number] for number in part], compute) for part in parts]
    if not answers:
        return compute([])
    taught: Half = np.concatenate(answers)[np.argsort(np.concatenate(parts))]
    return taught


def checked(rows: Half, texts: Sequence[str]) -> Half:
    """The rows, if each sums to 1 within 1e-3; else UserError with the first that does not."""
    sums = rows.sum(axis=1, dtype=np.float64)
    wrong = np.flatnonzero(~(np.abs(sums - 1) <= 1e-3))
    if len(wrong):
        raise UserError(
            f"the teacher's answer to {texts[wrong[0]][:60]!r} sums to {sums[wrong[0]]:.4g} "
            "instead of 1: its weights are damaged or not what they should be"
        )
    return rows


def _lists(rows: Half) -> pa.Array:
    flat = pa.array(np.ascontiguousarray(rows).reshape(-1), pa.float16())
    return pa.FixedSizeListArray.from_arrays(flat, rows.shape[1])


def statistics(rows: npt.NDArray[np.float64]) -> Stats:
    """Sums over distributions [N, 64]: entropy, flat rows, each emoji's share and ranks."""
    logs = np.log(np.maximum(rows, np.finfo(np.float16).tiny))
    top = np.argsort(-rows, axis=1, kind="stable")[:, :TOP]
    ranked = np.bincount(top.ravel(), minlength=len(EMOJI))
    stats: Stats = {
        "entropy_micronats": int(np.rint(-(rows * logs).sum(axis=1) * MICRO).sum()),
        "flat": int((rows.max(axis=1, initial=0) < FLAT).sum()),
    }
    share = np.rint(rows * MICRO).astype(np.int64).sum(axis=0)
    leading = np.bincount(top[:, 0], minlength=len(EMOJI))
    for number in range(len(EMOJI)):
        stats[f"lead.{number:02d}"] = int(leading[number])
        stats[f"share.{number:02d}"] = int(share[number])
        stats[f"top.{number:02d}"] = int(ranked[number])
    return stats


def metrics(stats: Stats) -> dict[str, Any]:
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
        # Coverage: an emoji that never leads and is never among the first five is never taught.
        "leads": {label: stats.get(f"lead.{n:02d}", 0) / rows for n, label in enumerate(labels)},
        "in_top_5": {label: stats.get(f"top.{n:02d}", 0) / rows for n, label in enumerate(labels)},
    }

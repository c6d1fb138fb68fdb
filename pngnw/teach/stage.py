"""The teach stage: one emoji distribution for each sentence.

Guarantees: rows as in the input, same order and ids; each distinct sentence of a row group is
taught once, in chunks of like length; chunks that an earlier run has finished, killed or not, are
taken from it, and the bytes are the same; sums in the metrics are whole numbers (millionths), so
that the order in which shards finish changes nothing.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pngnw import engine
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.shards import Stats
from pngnw.core.stage import StageResult
from pngnw.params import Params, Run, Teach
from pngnw.teach import examples
from pngnw.teach.backends import identity, open_backend
from pngnw.teach.chunks import Chunks, Half, cut, open_folder, tidy
from pngnw.teach.emoji import EMOJI, names
from pngnw.teach.picture import draw, write_examples
from pngnw.teach.teacher import Teacher

MICRO = 1_000_000
TOP = 5
FLAT = 2 / len(EMOJI)  # a row without any emoji above twice its equal share is flat
CODE = ("pngnw.teach",)


def teach_shards(source: Path, out: Path, params: Teach, run: Run) -> engine.Mapped:
    """Make `out` from the shards with `id`, `doc` and `text` in `source`.

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
        here=engine.SMALL,
        before_few=partial(_spread, params, folder, run),
    )
    tidy(folder)
    return mapped


def _spread(params: Teach, folder: Path, run: Run, sources: Sequence[Path]) -> None:
    """Have the chunks of these shards that are not kept taught by all workers.

    Raises:
        UserError: which shards have chunks that failed, and why; the others' answers are kept.
    """
    kept = Chunks(folder)
    asked = [
        (source, chunk)
        for source in sources
        for chunk in _chunks_of(source)
        if kept.find(chunk) is None
    ]
    asked.sort(key=lambda item: sum(map(len, item[1])), reverse=True)
    failures = {
        f"{source}: {answer.reason}"
        for (source, _), answer in engine.each(partial(_open_asking, params, folder), asked, run)
        if isinstance(answer, engine.Failure)
    }
    if failures:
        raise UserError(engine.told(sorted(failures)))


def _chunks_of(source: Path) -> Iterator[list[str]]:
    with suppress(UserError):  # what is wrong with a shard is told by its own job
        for table in shards.row_groups(source, ["doc", "text"]):
            texts, documents = _distinct(table["text"].to_pylist(), table["doc"].to_pylist())
            for chunk in cut(texts, documents):
                yield [texts[number] for number in chunk]


def _open_asking(params: Teach, folder: Path) -> Callable[[tuple[Path, Sequence[str]]], None]:
    teacher = _open_teacher(params, folder)

    def ask(item: tuple[Path, Sequence[str]]) -> None:
        teacher.chunk(item[1])  # the answer is kept

    return ask


def open_transform(params: Teach, folder: Path) -> engine.Transform:
    """The chosen teacher as a transform of tables; its finished chunks lie in `folder`."""
    return transform_by(_open_teacher(params, folder))


def _open_teacher(params: Teach, folder: Path) -> Teacher:
    return Teacher(partial(open_backend, params), Chunks(folder), features=params.features)


def transform_by(teacher: Teacher) -> engine.Transform:
    """From `id`, `doc` and `text` to a table with `id`, `emoji` and `features` if asked for."""

    def transform(table: pa.Table) -> tuple[pa.Table, Stats]:
        texts = table["text"].to_pylist()
        distinct, documents = _distinct(texts, table["doc"].to_pylist())
        taught = teacher.rows(distinct, documents)
        place = {text: number for number, text in enumerate(distinct)}
        rows = taught[[place[text] for text in texts]]
        emoji, rest = rows[:, : len(EMOJI)], rows[:, len(EMOJI) :]
        columns = {"id": table["id"], "emoji": _lists(emoji)}
        if teacher.features:
            columns["features"] = _lists(rest)
        stats = statistics(emoji.astype(np.float64))
        return pa.table(columns), {"distinct": len(distinct), **stats}

    return transform


def _distinct(texts: Sequence[str], documents: Sequence[str]) -> tuple[list[str], list[str]]:
    """Each text once, and the document that it is first in."""
    first: dict[str, str] = {}
    for text, document in zip(texts, documents, strict=True):
        first.setdefault(text, document)
    return list(first), list(first.values())


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


def run(params: Params, root: Path) -> StageResult:
    """Teach every sentence its distribution over 64 emoji, and draw what came out."""
    source, out, plots = root / "data/clean", root / "data/teach", root / "plots/teach"
    work = teach_shards(source, out, params.teach, params.run)
    measured = metrics(work.stats)
    best = examples.find(source, out, params.run)
    write_examples(best, plots / "examples.json", params.teach.backend)
    shares = list(measured["mean"].values())
    draw(shares, best, measured["rows_out"], plots / "emoji.png", params.teach.backend)
    return StageResult(measured, work.cost)

"""The sentences that each emoji fits best: of every shard, then of all.

Guarantees: a shard that was looked at before is not read again (the shard store); equal answers
whatever the number of shards or workers.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from pngnw.core import shards
from pngnw.core.shards import Stats
from pngnw.engine import SMALL, Transform, map_shards
from pngnw.engine.fold import fold
from pngnw.params import Run
from pngnw.teach.emoji import EMOJI

KEPT = 2  # sentences for each emoji
SCHEMA = pa.schema([("emoji", pa.uint8()), ("share", pa.float32()), ("text", pa.string())])
CODE = ("pngnw.teach.examples",)

Example = tuple[float, str]  # share, sentence


def find(source: Path, taught: Path, run: Run) -> list[list[Example]]:
    """For each emoji the sentences with the largest shares, largest first.

    Args:
        source: shards with the sentences.
        taught: shards of the same names with their distributions, in the same row groups.
        run: workers.
    """
    with shards.scratch("teach") as work:
        map_shards(
            _open,
            shards.paths(taught),
            work,
            stage="teach.examples",
            config=None,
            code=CODE,
            run=run,
            per_shard=True,
            beside=source,
            here=SMALL,
        )
        found = fold(shards.paths(work), best)
    kept: list[list[Example]] = [[] for _ in EMOJI]
    for number, share, text in found.iter_rows():
        kept[number].append((share, text))
    return kept


def best(found: pl.DataFrame) -> pl.DataFrame:
    """The `KEPT` rows with the largest shares of each emoji; of equal ones the first by text."""
    order = found.unique().sort(["emoji", "share", "text"], descending=[False, True, False])
    return order.group_by("emoji", maintain_order=True).head(KEPT)


def _open() -> Callable[[Path | None], Transform]:
    return _beside


def _beside(sentences: Path | None) -> Transform:
    assert sentences is not None
    return partial(_leading, shards.row_groups(sentences, ["text"]))


def _leading(sentences: Iterator[pa.Table], taught: pa.Table) -> tuple[pa.Table, Stats]:
    """Rows of `SCHEMA` from a row group with `emoji`, and from the sentences that belong to it."""
    text = next(sentences)["text"].combine_chunks()
    flat = taught["emoji"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    shares_NE = flat.astype(np.float32).reshape(-1, len(EMOJI))
    coded = text.dictionary_encode()
    _, first = np.unique(coded.indices.to_numpy(), return_index=True)
    first = first[pc.sort_indices(coded.dictionary).to_numpy()]  # each sentence once, by text
    leading = np.argsort(-shares_NE[first], axis=0, kind="stable")[:KEPT]
    rows = first[leading].T.ravel()
    emoji = np.repeat(np.arange(len(EMOJI), dtype=np.uint8), len(leading))
    columns = [pa.array(emoji), pa.array(shares_NE[rows, emoji]), text.take(pa.array(rows))]
    return pa.table(columns, SCHEMA), {}

"""The training material: aligned sentences and the teacher's emoji, split and held in memory.

Guarantees: sentences and emoji are joined by id; a sentence that is too long for the model is
left out and counted. Costs about 700 bytes per sentence of twenty words.

Letters: S sentences.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pngnw import shards
from pngnw.errors import UserError
from pngnw.model.emoji import EMOJI
from pngnw.model.sentences import COLUMNS, Sentences
from pngnw.params import Model
from pngnw.shards import Stats

SPLITS = ("train", "valid", "test")


@dataclass(frozen=True)
class Split:
    """S sentences and the teacher's distributions over emoji, [S, 64] float16."""

    sentences: Sentences
    emoji: NDArray[np.float16]

    def __len__(self) -> int:
        return len(self.sentences)

    def select(self, indices: NDArray[np.int64]) -> "Split":
        return Split(self.sentences.select(indices), self.emoji[indices])


def load(align: Path, teach: Path, model: Model) -> tuple[dict[str, Split], Stats]:
    """Read every shard.

    Args:
        align: folder of align shards.
        teach: folder of teach shards of the same names.
        model: its `max_tokens` and `grapheme_unit` decide what is too long.

    Returns:
        The splits by name, and how many rows came in, went out and were dropped, by reason.

    Raises:
        UserError: a shard or a teacher's row is missing.
    """
    parts: dict[str, list[Split]] = {name: [] for name in SPLITS}
    stats: Stats = {"rows_in": 0, "rows_out": 0, "dropped.too_long": 0}
    for path in shards.paths(align):
        table = shards.read(path, [*COLUMNS, "split"])
        whole = Split(Sentences.from_table(table), _emoji(table, teach / path.name))
        fits = whole.sentences.lengths(model.grapheme_unit) <= model.max_tokens
        stats["rows_in"] += len(fits)
        stats["rows_out"] += int(fits.sum())
        stats["dropped.too_long"] += int((~fits).sum())
        for name in SPLITS:
            chosen = pc.equal(table.column("split").cast(pa.string()), name).to_numpy()
            parts[name].append(whole.select(np.flatnonzero(chosen & fits)))
    splits = {
        name: Split(
            Sentences.concat([part.sentences for part in found]),
            np.concatenate([part.emoji for part in found]),
        )
        for name, found in parts.items()
    }
    for name, split in splits.items():
        stats[f"sentences.{name}"] = len(split)
        stats[f"tokens.{name}"] = int(split.sentences.lengths(model.grapheme_unit).sum())
    return splits, stats


def _emoji(align: pa.Table, path: Path) -> NDArray[np.float16]:
    """The teacher's rows for an align table, in its order: [S, 64]."""
    table = shards.read(path, ["id", "emoji"])
    ids = table.column("id").to_numpy()
    values = table.column("emoji").combine_chunks().flatten().to_numpy(zero_copy_only=False)
    rows = values.reshape(-1, EMOJI)
    wanted = align.column("id").to_numpy()
    if np.array_equal(ids, wanted):
        return np.asarray(rows)
    order = np.argsort(ids, kind="stable")
    found = np.searchsorted(ids[order], wanted)
    if len(ids) == 0 or not np.array_equal(ids[order[found.clip(max=len(ids) - 1)]], wanted):
        raise UserError(f"{path}: lacks rows of the align shard; run `dvc repro teach`")
    return np.asarray(rows[order[found]])

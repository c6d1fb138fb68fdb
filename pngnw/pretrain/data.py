"""The training material: aligned sentences and the teacher's emoji, split and held in memory.

Guarantees: sentences and emoji are joined by id; a sentence that is too long for the model is
left out and counted. Costs about 700 bytes per sentence of twenty words, and 4,600 more with the
teacher's features.

Letters: S sentences, F features.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.shards import Stats
from pngnw.model.sentences import COLUMNS, Sentences
from pngnw.params import ModelConfig

SPLITS = ("train", "valid", "test")
Half = NDArray[np.float16]
_BLOCK = 4096  # sentences whose features are scaled at a time, in float64


@dataclass(frozen=True)
class Split:
    """S sentences and the teacher's distributions over emoji, [S, 64] float16.

    `features`, if read, are the teacher's [S, F] float16, with mean 0 and variance 1 over the
    training split.
    """

    sentences: Sentences
    emoji: Half
    features: Half | None = None

    def __len__(self) -> int:
        return len(self.sentences)

    def select(self, indices: NDArray[np.int64]) -> "Split":
        features = None if self.features is None else self.features[indices]
        return Split(self.sentences.select(indices), self.emoji[indices], features)


def load(
    align: Path, teach: Path, config: ModelConfig, features: bool = False
) -> tuple[dict[str, Split], Stats]:
    """Read every align shard, and the teach shard of the same name.

    `max_tokens` and `grapheme_unit` of the model decide what is too long.

    Returns:
        The splits by name, and how many rows came in, went out and were dropped, by reason.

    Raises:
        UserError: a shard, a teacher's row or its features are missing.
    """
    parts: dict[str, list[Split]] = {name: [] for name in SPLITS}
    stats: Stats = {"rows_in": 0, "rows_out": 0, "dropped.too_long": 0}
    for path in shards.paths(align):
        table = shards.read(path, [*COLUMNS, "split"])
        whole = Split(Sentences.from_table(table), *_taught(table, teach / path.name, features))
        fits = whole.sentences.lengths(config.grapheme_unit) <= config.max_tokens
        stats["rows_in"] += len(fits)
        stats["rows_out"] += int(fits.sum())
        stats["dropped.too_long"] += int((~fits).sum())
        for name in SPLITS:
            chosen = pc.equal(table.column("split").cast(pa.string()), name).to_numpy()
            parts[name].append(whole.select(np.flatnonzero(chosen & fits)))
    splits = {
        name: Split(
            Sentences.concat([part.sentences for part in loaded]),
            np.concatenate([part.emoji for part in loaded]),
            np.concatenate([part.features for part in loaded if part.features is not None])
            if features
            else None,
        )
        for name, loaded in parts.items()
    }
    if features:
        _standardize(list(splits.values()), splits["train"])
    for name, split in splits.items():
        stats[f"sentences.{name}"] = len(split)
        stats[f"tokens.{name}"] = int(split.sentences.lengths(config.grapheme_unit).sum())
    return splits, stats


def _taught(align: pa.Table, path: Path, features: bool) -> tuple[Half, Half | None]:
    """The teacher's rows for an align table, in its order: [S, 64], and [S, F] if wanted."""
    table = shards.read(path, ["id", "emoji", *(["features"] if features else [])])
    ids = table.column("id").to_numpy()
    wanted = align.column("id").to_numpy()
    rows = np.arange(len(ids))
    if not np.array_equal(ids, wanted):
        order = np.argsort(ids, kind="stable")
        position = np.searchsorted(ids[order], wanted).clip(max=len(ids) - 1)
        if len(ids) == 0 or not np.array_equal(ids[order[position]], wanted):
            raise UserError(f"{path}: lacks rows of the align shard; run `dvc repro teach`")
        rows = order[position]
    if features and "features" not in table.column_names:
        raise UserError(
            f"{path}: holds no features, which pretrain.emoji_loss = mse_features learns; set "
            "teach.features: true and run `dvc repro teach`"
        )
    emoji = _rows(table.column("emoji"))[rows]
    return emoji, _rows(table.column("features"))[rows] if features else None


def _rows(column: pa.ChunkedArray) -> Half:
    """A column of lists of one length as a matrix."""
    values = column.combine_chunks()
    return np.asarray(values.flatten().to_numpy(zero_copy_only=False)).reshape(
        -1, values.type.list_size
    )


def _standardize(splits: Sequence[Split], train: Split) -> None:
    """Give features mean 0 and variance 1 over `train`, in place; constant ones become 0."""
    assert train.features is not None
    mean = train.features.mean(0, dtype=np.float64)
    deviation = train.features.std(0, dtype=np.float64)
    scale = np.where(deviation > 0, 1 / np.where(deviation > 0, deviation, 1), 0)
    for split in splits:
        assert split.features is not None
        for start in range(0, len(split), _BLOCK):
            part = split.features[start : start + _BLOCK]
            part[:] = (part - mean) * scale

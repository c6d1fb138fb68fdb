"""The training material: aligned sentences and the teacher's emoji, split and held in memory.

Guarantees: sentences and emoji are joined by id; a sentence that is too long for the model is
left out and counted. Costs about 700 bytes per sentence of twenty words, 2,600 more with meaning,
and 4,600 more with the teacher's features.

Letters: S sentences, W words of all of them, F features, D numbers of a word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.ragged import gather
from pngnw.core.shards import Stats
from pngnw.model.sentences import COLUMNS, Sentences
from pngnw.params import ModelConfig
from pngnw.pretrain.surprisal import surprisals

SPLITS = ("train", "valid", "test")
Half = NDArray[np.float16]
STEPS = 8  # of the numbers of words to a unit, as in pngnw.teach.meaning
_ASKED_BY = {
    "features": "pretrain.emoji_loss = mse_features",
    "meaning": "pretrain.meaning_weight above 0",
}
_BLOCK = 4096  # sentences whose features are scaled at a time, in float64


@dataclass(frozen=True)
class Split:
    """S sentences and the teacher's distributions over emoji, [S, 64] float16; all zero for a list
    of words.

    `features`, if read, are the teacher's [S, F] float16, with mean 0 and variance 1 over the
    training split. `of_words` are numbers to be told of every word, [W, D] int8 in steps of
    1 / `STEPS`: `meaning`, the sentence encoder's states, zero where it has none; `surprisal`.
    """

    sentences: Sentences
    emoji: Half
    features: Half | None = None
    of_words: Mapping[str, NDArray[np.int8]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.sentences)

    def select(self, indices: NDArray[np.int64]) -> "Split":
        features = None if self.features is None else self.features[indices]
        start = self.sentences.word_start
        words = gather(start[indices], np.diff(start)[indices])
        of_words = {name: numbers[words] for name, numbers in self.of_words.items()}
        return Split(self.sentences.select(indices), self.emoji[indices], features, of_words)

    @classmethod
    def concat(cls, parts: "Sequence[Split]") -> "Split":
        """One after the other; at least one part. Until it is done it takes their memory again."""
        features = [part.features for part in parts if part.features is not None]
        return cls(
            Sentences.concat([part.sentences for part in parts]),
            np.concatenate([part.emoji for part in parts]),
            np.concatenate(features) if features else None,
            {
                name: np.concatenate([part.of_words[name] for part in parts])
                for name in parts[0].of_words
            },
        )


def load(
    align: Path, teach: Path, config: ModelConfig, wanted: Sequence[str] = ()
) -> tuple[dict[str, Split], Stats]:
    """Read every align shard, and the teach shard of the same name.

    `max_tokens` and `grapheme_unit` of the model decide what is too long; `wanted` names what is
    learned beside emoji: `features`, `meaning`, `surprisal`.

    Returns:
        The splits by name, and how many rows came in, went out and were dropped, by reason.

    Raises:
        UserError: a shard, a teacher's row or its features are missing.
    """
    parts: dict[str, list[Split]] = {name: [] for name in SPLITS}
    of_teacher = [column for column in _ASKED_BY if column in wanted]
    stats: Stats = {"rows_in": 0, "rows_out": 0, "dropped.too_long": 0}
    for path in shards.paths(align):
        table = shards.read(path, [*COLUMNS, "split"])
        whole = _taught(table, teach / path.name, of_teacher)
        fits = whole.sentences.lengths(config.grapheme_unit) <= config.max_tokens
        stats["rows_in"] += len(fits)
        stats["rows_out"] += int(fits.sum())
        stats["dropped.too_long"] += int((~fits).sum())
        for name in SPLITS:
            chosen = pc.equal(table.column("split").cast(pa.string()), name).to_numpy()
            parts[name].append(whole.select(np.flatnonzero(chosen & fits)))
    splits = {name: Split.concat(parts.pop(name)) for name in SPLITS}  # one lies here twice
    if "features" in wanted:
        _standardize(list(splits.values()), splits["train"])
    if "surprisal" in wanted:
        numbers = surprisals({name: split.sentences for name, split in splits.items()}, "train")
        for name, split in splits.items():
            steps = (STEPS * numbers[name]).round().clip(-127, 127).astype(np.int8)
            splits[name] = replace(split, of_words={**split.of_words, "surprisal": steps})
    for name, split in splits.items():
        stats[f"sentences.{name}"] = len(split)
        stats[f"tokens.{name}"] = int(split.sentences.lengths(config.grapheme_unit).sum())
    return splits, stats


def _taught(align: pa.Table, path: Path, columns: Sequence[str]) -> Split:
    """The sentences of an align table with the teacher's rows, in the table's order."""
    table = shards.read(path, ["id", "emoji", *columns])
    ids, aligned = table.column("id").to_numpy(), align.column("id").to_numpy()
    order = np.argsort(ids, kind="stable")
    position = np.searchsorted(ids[order], aligned).clip(max=len(ids) - 1)
    if not np.array_equal(ids[order[position]] if len(ids) else ids, aligned):
        raise UserError(f"{path}: lacks rows of the align shard; run `dvc repro teach`")
    for column in columns:
        if column not in table.column_names:
            raise UserError(
                f"{path}: holds no {column}, which {_ASKED_BY[column]} learns; set "
                f"teach.{column}: true and run `dvc repro teach`"
            )
    sentences = Sentences.from_table(align)
    table = table.take(order[position])
    of_words = {}
    if "meaning" in columns:
        words = pc.list_value_length(table.column("meaning")).to_numpy()
        if not np.array_equal(words, np.diff(sentences.word_start)):
            raise UserError(f"{path}: cut into other words than data/align; run `dvc repro teach`")
        of_words["meaning"] = _matrix(table.column("meaning").combine_chunks().flatten())
    return Split(
        sentences,
        _matrix(table.column("emoji").combine_chunks()),
        _matrix(table.column("features").combine_chunks()) if "features" in columns else None,
        of_words,
    )


def _matrix(rows: pa.FixedSizeListArray) -> NDArray[Any]:
    """Lists of one length as a matrix."""
    values = rows.flatten().to_numpy(zero_copy_only=False)
    return np.asarray(values).reshape(-1, rows.type.list_size)


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

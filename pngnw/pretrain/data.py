"""The training material: aligned sentences and the teacher's emoji, split and held in memory.

Guarantees: sentences and emoji are joined by id; a sentence that is too long for the model is
left out and counted. Costs about 700 bytes per sentence of twenty words, 2,600 more with meaning,
and 4,600 more with the teacher's features.

Letters: S sentences, W words of all of them, F features, D numbers of a word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.shards import Stats
from pngnw.model.sentences import COLUMNS, Sentences, spans
from pngnw.params import ModelConfig
from pngnw.pretrain.surprisal import surprisals

SPLITS = ("train", "valid", "test")
Half = NDArray[np.float16]
STEPS = 8  # of the numbers of words to a unit, as in pngnw.teach.meaning
_BLOCK = 4096  # sentences whose features are scaled at a time, in float64


@dataclass(frozen=True)
class Split:
    """S sentences and the teacher's distributions over emoji, [S, 64] float16.

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
        words = spans(start[indices], np.diff(start)[indices])
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
    align: Path,
    teach: Path,
    config: ModelConfig,
    features: bool = False,
    of_words: Sequence[str] = (),
) -> tuple[dict[str, Split], Stats]:
    """Read every align shard, and the teach shard of the same name.

    `max_tokens` and `grapheme_unit` of the model decide what is too long; `of_words` names the
    numbers of words that are wanted.

    Returns:
        The splits by name, and how many rows came in, went out and were dropped, by reason.

    Raises:
        UserError: a shard, a teacher's row or its features are missing.
    """
    parts: dict[str, list[Split]] = {name: [] for name in SPLITS}
    stats: Stats = {"rows_in": 0, "rows_out": 0, "dropped.too_long": 0}
    for path in shards.paths(align):
        table = shards.read(path, [*COLUMNS, "split"])
        whole = _taught(table, teach / path.name, features, "meaning" in of_words)
        fits = whole.sentences.lengths(config.grapheme_unit) <= config.max_tokens
        stats["rows_in"] += len(fits)
        stats["rows_out"] += int(fits.sum())
        stats["dropped.too_long"] += int((~fits).sum())
        for name in SPLITS:
            chosen = pc.equal(table.column("split").cast(pa.string()), name).to_numpy()
            parts[name].append(whole.select(np.flatnonzero(chosen & fits)))
    splits = {name: Split.concat(parts.pop(name)) for name in SPLITS}  # one lies here twice
    if features:
        _standardize(list(splits.values()), splits["train"])
    if "surprisal" in of_words:
        numbers = surprisals({name: split.sentences for name, split in splits.items()}, "train")
        for name, split in splits.items():
            steps = (STEPS * numbers[name]).round().clip(-127, 127).astype(np.int8)
            splits[name] = replace(split, of_words={**split.of_words, "surprisal": steps})
    for name, split in splits.items():
        stats[f"sentences.{name}"] = len(split)
        stats[f"tokens.{name}"] = int(split.sentences.lengths(config.grapheme_unit).sum())
    return splits, stats


def _taught(align: pa.Table, path: Path, features: bool, meaning: bool) -> Split:
    """The sentences of an align table with the teacher's rows, in the table's order."""
    wanted = [*(["features"] if features else []), *(["meaning"] if meaning else [])]
    table = shards.read(path, ["id", "emoji", *wanted])
    ids = table.column("id").to_numpy()
    order = np.argsort(ids, kind="stable")
    aligned = align.column("id").to_numpy()
    position = np.searchsorted(ids[order], aligned).clip(max=len(ids) - 1)
    if not np.array_equal(ids[order[position]] if len(ids) else ids, aligned):
        raise UserError(f"{path}: lacks rows of the align shard; run `dvc repro teach`")
    for column, asked_by in (
        ("features", "pretrain.emoji_loss = mse_features"),
        ("meaning", "pretrain.meaning_weight above 0"),
    ):
        if column in wanted and column not in table.column_names:
            raise UserError(
                f"{path}: holds no {column}, which {asked_by} learns; set teach.{column}: true "
                "and run `dvc repro teach`"
            )
    sentences = Sentences.from_table(align)
    table = table.take(order[position])
    return Split(
        sentences,
        _rows(table.column("emoji")),
        _rows(table.column("features")) if features else None,
        {"meaning": _meaning(table.column("meaning"), sentences, path)} if meaning else {},
    )


def _meaning(column: pa.ChunkedArray, sentences: Sentences, path: Path) -> NDArray[np.int8]:
    """The rows of all words of the sentences, [W, D]."""
    lists = column.combine_chunks()
    if not np.array_equal(pc.list_value_length(lists).to_numpy(), np.diff(sentences.word_start)):
        raise UserError(f"{path}: cut into other words than data/align; run `dvc repro teach`")
    width = column.type.value_type.list_size
    return np.asarray(lists.flatten().flatten().to_numpy()).reshape(-1, width)


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

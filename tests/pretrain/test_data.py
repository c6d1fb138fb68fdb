"""The teachers' answers on their way to the loss: joined, standardized, missed if not there."""

from pathlib import Path

import numpy as np
import pytest

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.pretrain import data
from pngnw.pretrain.surprisal import surprisals
from pngnw.teach.meaning import STEPS
from tests.model.synthetic import MODEL
from tests.pretrain.conftest import features, meaning


def test_features_are_standardized_over_the_training_split(root: Path) -> None:
    splits, _ = data.load(root / "data/align", root / "data/teach", MODEL, ["features"])
    train = splits["train"].features
    assert train is not None
    assert train.dtype == np.float16
    assert (train[:, 0] == 0).all()  # a constant says nothing
    assert np.abs(train[:, 1:].mean(0, dtype=np.float64)).max() < 2e-3
    assert np.abs(train[:, 1:].std(0, dtype=np.float64) - 1).max() < 2e-3
    # Other splits are scaled by the training split's numbers, and rows stay with their sentences.
    raw = [features(n).flatten().to_numpy().reshape(40, -1).astype(np.float64) for n in range(2)]
    kinds = np.array((["train"] * 6 + ["valid", "test"]) * 5)
    mean = np.concatenate([r[kinds == "train"] for r in raw]).mean(0)
    deviation = np.concatenate([r[kinds == "train"] for r in raw]).std(0)
    valid = np.concatenate([r[kinds == "valid"] for r in raw])
    standardized = splits["valid"].features
    assert standardized is not None
    expected = ((valid - mean) / np.where(deviation > 0, deviation, 1))[:, 1:]
    np.testing.assert_allclose(standardized[:, 1:], expected, atol=4e-3)


def load(root: Path, *wanted: str) -> dict[str, data.Split]:
    return data.load(root / "data/align", root / "data/teach", MODEL, wanted)[0]


@pytest.mark.parametrize("column", ["features", "meaning"])
def test_a_missing_column_is_named(root: Path, column: str) -> None:
    path = root / "data/teach" / shards.name(1)
    table = shards.read(path).drop_columns(column)
    shards.write(path, table, stage="teach", fingerprint="x")
    load(root)
    with pytest.raises(
        UserError, match=rf"part-00001\.parquet: holds no {column}.*teach\.{column}: true"
    ):
        load(root, column)


def test_meaning_stays_with_its_words(root: Path) -> None:
    """The second shard's teacher has its sentences in reverse."""
    splits = load(root, "meaning")
    for split in splits.values():
        assert split.of_words["meaning"].shape == (split.sentences.word_start[-1], 6)
    align = [shards.read(path) for path in shards.paths(root / "data/align")]
    expected = []
    for number, table in enumerate(align):
        words = [len(row) for row in table.column("word_type").to_pylist()]
        rows = meaning(words, number).to_pylist()
        kinds = table.column("split").to_pylist()
        expected += [row for row, kind in zip(rows, kinds, strict=True) if kind == "valid"]
    valid = splits["valid"]
    cut = np.split(valid.of_words["meaning"], valid.sentences.word_start[1:-1])
    assert [part.tolist() for part in cut] == expected
    picked = valid.select(np.array([7, 2, 7]))
    assert picked.of_words["meaning"].tolist() == [*expected[7], *expected[2], *expected[7]]


def test_meaning_of_other_words_is_refused(root: Path) -> None:
    path = root / "data/teach" / shards.name(0)
    table = shards.read(path)
    words = [max(1, len(row) - 1) for row in table.column("meaning").to_pylist()]
    place = table.column_names.index("meaning")
    table = table.set_column(place, "meaning", meaning(words, 0))
    shards.write(path, table, stage="teach", fingerprint="x")
    with pytest.raises(UserError, match=r"part-00000\.parquet: cut into other words"):
        load(root, "meaning")


def test_an_empty_shard_has_no_meaning(root: Path) -> None:
    for folder in ("data/align", "data/teach"):
        path = root / folder / shards.name(0)
        shards.write(path, shards.read(path).slice(0, 0), stage="x", fingerprint="x")
    assert sum(len(split) for split in load(root, "meaning", "features").values()) == 40


def test_a_byte_means_what_the_teacher_says() -> None:
    assert data.STEPS == STEPS


def test_surprisal_is_kept_in_steps_of_its_deviation(root: Path) -> None:
    splits = load(root, "surprisal")
    expected = surprisals({name: split.sentences for name, split in splits.items()}, "train")
    for name, split in splits.items():
        steps = split.of_words["surprisal"]
        assert steps.dtype == np.int8
        np.testing.assert_allclose(steps / data.STEPS, expected[name], atol=0.5 / data.STEPS + 1e-9)

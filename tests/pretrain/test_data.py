"""The teacher's features on their way to the loss: joined, standardised, missed if not there."""

import numpy as np
import pytest

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.pretrain import data
from pngnw.pretrain.stage import Folders
from tests.model.synthetic import MODEL
from tests.pretrain.conftest import features


def test_features_are_standardised_over_the_training_split(folders: Folders) -> None:
    splits, _ = data.load(folders.align, folders.teach, MODEL, features=True)
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
    found = splits["valid"].features
    assert found is not None
    expected = ((valid - mean) / np.where(deviation > 0, deviation, 1))[:, 1:]
    np.testing.assert_allclose(found[:, 1:], expected, atol=4e-3)


def test_features_are_left_alone_unless_wanted(folders: Folders) -> None:
    splits, _ = data.load(folders.align, folders.teach, MODEL)
    assert all(split.features is None for split in splits.values())


def test_missing_features_are_named(folders: Folders) -> None:
    path = folders.teach / shards.name(1)
    table = shards.read(path).drop_columns("features")
    shards.write(path, table, stage="teach", fingerprint="x")
    with pytest.raises(UserError, match=r"part-00001\.parquet: holds no features.*teach\.features"):
        data.load(folders.align, folders.teach, MODEL, features=True)

"""The teacher's features on their way to the loss: joined, standardized, missed if not there."""

from pathlib import Path

import numpy as np
import pytest

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.pretrain import data
from tests.model.synthetic import MODEL
from tests.pretrain.conftest import features


def test_features_are_standardized_over_the_training_split(root: Path) -> None:
    splits, _ = data.load(root / "data/align", root / "data/teach", MODEL, features=True)
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


def test_missing_features_are_named(root: Path) -> None:
    path = root / "data/teach" / shards.name(1)
    table = shards.read(path).drop_columns("features")
    shards.write(path, table, stage="teach", fingerprint="x")
    with pytest.raises(UserError, match=r"part-00001\.parquet: holds no features.*teach\.features"):
        data.load(root / "data/align", root / "data/teach", MODEL, features=True)

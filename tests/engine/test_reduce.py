"""Merging as it goes gives what merging everything at once gives."""

from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from pngnw import engine
from pngnw.core import shards


@pytest.mark.parametrize("least", [0, 3, 1000])
def test_parts_may_be_merged_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: int
) -> None:
    monkeypatch.setattr(engine, "MIN_WAITING", least)
    for number in range(9):
        table = pa.table({"word": ["a", "b", f"c{number}"], "count": [1, number, 5]})
        shards.write(tmp_path / shards.name(number), table, stage="t", fingerprint="")
    sizes = []

    def summed(rows: pl.DataFrame) -> pl.DataFrame:
        sizes.append(len(rows))
        return rows.group_by("word").agg(pl.col("count").sum())

    found = dict(engine.reduce(shards.paths(tmp_path), summed).iter_rows())
    assert found == {"a": 9, "b": 36, **{f"c{number}": 5 for number in range(9)}}
    assert sum(sizes) <= 3 * 27  # not quadratic

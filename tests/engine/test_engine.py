"""Maps over shards: counts, reuse, order, failures; and the merge of many tables."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from pngnw import engine
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.shards import Stats
from pngnw.engine.work import ATTEMPTS
from pngnw.params import Run
from tests.engine.work import inputs

POISON = 13
Parts = Sequence[Sequence[int]]


def _double(log: Path, table: pa.Table) -> tuple[pa.Table, Stats]:
    """Doubles `x`, drops negative values, fails on `POISON`; logs the process and first value."""
    values = table["x"].to_pylist()
    with log.open("a") as file:
        file.write(f"{os.getpid()} {values[0] if values else 0}\n")
    if POISON in values:
        raise ValueError(f"cannot double {POISON}")
    doubled = [2 * value for value in values if value >= 0]
    dropped = {"dropped.negative": len(values) - len(doubled)}
    return pa.table({"x": pa.array(doubled, pa.int64())}), dropped


def _open(log: Path) -> engine.Transform:
    return partial(_double, log)


def _cannot_open() -> engine.Transform:
    raise AssertionError("opened, though the store has all")


def _map(folder: Path, parts: Parts, workers: int = 2, **options: Any) -> engine.MapResult:
    options = {"open_transform": partial(_open, folder / "log"), "out": folder / "out"} | options
    return engine.map_shards(
        inputs=shards.paths(inputs(folder / "in", parts)),
        stage="double",
        config={"factor": 2},
        code=["pngnw.core.errors"],
        run=Run(workers=workers),
        **options,
    )


def _calls(folder: Path) -> list[tuple[bool, int]]:
    """For each call in order: whether in this process, and its first value."""
    lines = [line.split() for line in (folder / "log").read_text().splitlines()]
    return [(int(process) == os.getpid(), int(first)) for process, first in lines]


def _values(folder: Path, number: int) -> list[int]:
    values: list[int] = shards.read(folder / "out" / shards.name(number))["x"].to_pylist()
    return values


@pytest.mark.usefixtures("own_cache")
def test_statistics_are_summed_and_every_row_is_accounted_for(tmp_path: Path) -> None:
    result = _map(tmp_path, [[1, -1, 2], [], [-5, 3]])
    assert result.stats == {"dropped.negative": 2, "rows_in": 5, "rows_out": 3}
    assert (result.computed, result.reused) == (3, 0)
    assert [_values(tmp_path, number) for number in range(3)] == [[2, 4], [], [6]]


@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize("in_process", [False, True])
def test_unchanged_shards_are_reused_and_only_the_edited_one_is_redone(
    tmp_path: Path, in_process: bool
) -> None:
    first = _map(tmp_path, [[1], [2], [3]])
    again = _map(
        tmp_path, [[1], [2], [3]],
        open_transform=_cannot_open, out=tmp_path / "elsewhere", in_process=in_process,
    )  # fmt: skip
    assert again == engine.MapResult(first.stats, 0, 3)
    edited = _map(tmp_path, [[1], [20], [3]], in_process=in_process)
    assert (edited.computed, edited.reused) == (1, 2)
    assert len(_calls(tmp_path)) == 4
    assert _values(tmp_path, 1) == [40]


def test_the_number_of_workers_does_not_change_a_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = []
    for workers in (1, 3):
        folder = tmp_path / str(workers)
        monkeypatch.setenv("DVC_ROOT", str(folder))
        _map(folder, [range(20, 20 + n) for n in (50, 0, 3, 700)], workers)
        outputs.append([path.read_bytes() for path in shards.paths(folder / "out")])
    assert len(outputs[0]) == 4
    assert outputs[0] == outputs[1]


@pytest.mark.usefixtures("own_cache")
def test_a_failing_shard_is_named_the_others_are_kept_and_the_folder_is_refused(
    tmp_path: Path,
) -> None:
    """What an earlier run left under the name of the shard that failed may be out of date."""
    _map(tmp_path, [[1], [2]])
    with pytest.raises(UserError, match=r"part-00001\.parquet: ValueError: cannot double 13$"):
        _map(tmp_path, [[1], [POISON], [3]])
    assert len(_calls(tmp_path)) == 2 + ATTEMPTS + 1
    assert len(list((tmp_path / "out").glob("part-*"))) == 3
    with pytest.raises(UserError, match=r"out: half-written, .*`dvc repro`"):
        shards.paths(tmp_path / "out")
    mended = _map(tmp_path, [[1], [4], [3]])
    assert (mended.computed, mended.reused) == (1, 2)
    assert len(shards.paths(tmp_path / "out")) == 3


@pytest.mark.usefixtures("own_cache")
def test_a_small_input_is_mapped_in_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def processes(name: str, parts: Parts) -> list[bool]:
        _map(tmp_path / name, parts, 1, in_process=True)
        return [here for here, _ in _calls(tmp_path / name)]

    assert processes("few", [[1], [2, 5], [3]]) == [True] * 3
    assert processes("many", [[number] for number in range(20, 25)]) == [False] * 5
    monkeypatch.setattr(engine, "SMALL_BYTES", 10)
    assert processes("large", [[7]]) == [False]


@pytest.mark.usefixtures("own_cache")
def test_the_largest_shard_is_begun_first(tmp_path: Path) -> None:
    _map(tmp_path, [[1], [2, *range(20, 1000)], [3, *range(20, 30)]], 1)
    assert [first for _, first in _calls(tmp_path)] == [2, 3, 1]


@pytest.mark.parametrize("least", [0, 3, 1000])
def test_reduce_merges_as_it_goes(
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

    counts = dict(engine.reduce(shards.paths(tmp_path), summed).iter_rows())
    assert counts == {"a": 9, "b": 36, **{f"c{number}": 5 for number in range(9)}}
    assert sum(sizes) <= 3 * 27  # not quadratic

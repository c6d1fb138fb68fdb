import functools
import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pngnw import engine
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.shards import Stats
from pngnw.engine.work import ATTEMPTS
from pngnw.params import Run


def _double(log: Path, poison: int, table: pa.Table) -> tuple[pa.Table, Stats]:
    """Doubles `x`, drops negative values, fails on `poison`, and notes every call in `log`."""
    with log.open("a") as file:
        file.write("called\n")
    values = table.column("x")
    if poison in values.to_pylist():
        raise ValueError(f"cannot double {poison}")
    kept = table.filter(pc.greater_equal(values, 0))
    doubled = pa.table({"x": pc.multiply(kept.column("x"), 2)})
    return doubled, {"dropped.negative": table.num_rows - kept.num_rows}


def _open(log: Path, poison: int) -> Callable[[pa.Table], tuple[pa.Table, Stats]]:
    return functools.partial(_double, log, poison)


def _inputs(folder: Path, parts: list[list[int]]) -> list[Path]:
    for index, values in enumerate(parts):
        table = pa.table({"x": pa.array(values, pa.int64())})
        shards.write(folder / shards.name(index), table, stage="in", fingerprint="f")
    return shards.paths(folder)


def _map(
    tmp_path: Path, inputs: list[Path], out: str, workers: int = 2, poison: int = -99
) -> engine.MapResult:
    return engine.map_shards(
        functools.partial(_open, tmp_path / "log", poison),
        inputs,
        tmp_path / out,
        stage="double",
        config={"factor": 2},
        code=["pngnw.core.errors"],
        run=Run(workers=workers),
    )


def _calls(tmp_path: Path) -> int:
    log = tmp_path / "log"
    return len(log.read_text().splitlines()) if log.exists() else 0


@pytest.mark.usefixtures("own_cache")
def test_statistics_are_summed_and_every_row_is_accounted_for(tmp_path: Path) -> None:
    inputs = _inputs(tmp_path / "in", [[1, -1, 2], [], [-5, 3]])
    done = _map(tmp_path, inputs, "out")
    assert done.stats == {"dropped.negative": 2, "rows_in": 5, "rows_out": 3}
    assert (done.computed, done.reused) == (3, 0)
    assert shards.read(tmp_path / "out" / shards.name(0)).column("x").to_pylist() == [2, 4]
    assert shards.read(tmp_path / "out" / shards.name(1)).num_rows == 0


@pytest.mark.usefixtures("own_cache")
def test_unchanged_shards_are_reused_and_only_the_edited_one_is_redone(tmp_path: Path) -> None:
    inputs = _inputs(tmp_path / "in", [[1], [2], [3]])
    first = _map(tmp_path, inputs, "out")
    assert _calls(tmp_path) == 3
    again = _map(tmp_path, inputs, "elsewhere")
    assert _calls(tmp_path) == 3
    assert again == engine.MapResult(first.stats, 0, 3)
    edited = _inputs(tmp_path / "in", [[1], [20], [3]])
    _map(tmp_path, edited, "out")
    assert _calls(tmp_path) == 4
    assert shards.read(tmp_path / "out" / shards.name(1)).column("x").to_pylist() == [40]


def test_the_number_of_workers_does_not_change_a_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = _inputs(tmp_path / "in", [list(range(n)) for n in (50, 0, 3, 700)])
    for workers in (1, 3):
        monkeypatch.setenv("DVC_ROOT", str(tmp_path / f"cache{workers}"))
        _map(tmp_path, inputs, f"out{workers}", workers)
    for one, three in zip(
        shards.paths(tmp_path / "out1"), shards.paths(tmp_path / "out3"), strict=True
    ):
        assert one.read_bytes() == three.read_bytes()


@pytest.mark.usefixtures("own_cache")
def test_a_failing_shard_is_named_and_the_others_are_kept(tmp_path: Path) -> None:
    inputs = _inputs(tmp_path / "in", [[1], [13], [3]])
    with pytest.raises(UserError, match=r"part-00001\.parquet: ValueError: cannot double 13$"):
        _map(tmp_path, inputs, "out", poison=13)
    assert _calls(tmp_path) == 2 + ATTEMPTS
    kept = sorted(p.name for p in (tmp_path / "out").glob("part-*"))
    assert kept == [shards.name(0), shards.name(2)]


@pytest.mark.usefixtures("own_cache")
def test_a_folder_that_was_not_finished_is_refused_until_it_is(tmp_path: Path) -> None:
    """What an earlier run left under the names of the shards that failed may be out of date."""
    inputs = _inputs(tmp_path / "in", [[1], [2]])
    _map(tmp_path, inputs, "out")
    edited = _inputs(tmp_path / "in", [[1], [13]])
    with pytest.raises(UserError, match="cannot double 13"):
        _map(tmp_path, edited, "out", poison=13)
    assert len(list((tmp_path / "out").glob("part-*"))) == 2
    with pytest.raises(UserError, match=r"out: half-written, .* run `dvc repro`$"):
        shards.paths(tmp_path / "out")
    _map(tmp_path, edited, "out")
    assert len(shards.paths(tmp_path / "out")) == 2


def _note_process(log: Path, table: pa.Table) -> tuple[pa.Table, Stats]:
    with log.open("a") as file:
        file.write(f"{os.getpid()} {table['x'][0]}\n")
    return table, {}


def _open_notes(log: Path) -> engine.Transform:
    return functools.partial(_note_process, log)


def _noted(tmp_path: Path, parts: list[list[int]], *, in_process: bool) -> list[tuple[bool, int]]:
    """For each shard that was made, in order: whether here, and its first number."""
    tmp_path.mkdir(exist_ok=True)
    log = tmp_path / "noted"
    engine.map_shards(
        functools.partial(_open_notes, log),
        _inputs(tmp_path / "in", parts),
        tmp_path / "out",
        stage="note",
        config=None,
        code=[],
        run=Run(workers=1),
        in_process=in_process,
    )
    lines = [line.split() for line in log.read_text().splitlines()]
    return [(int(process) == os.getpid(), int(first)) for process, first in lines]


@pytest.mark.usefixtures("own_cache")
def test_a_small_input_is_mapped_in_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [[1], [2, 5], [3]]
    assert [here for here, _ in _noted(tmp_path / "a", parts, in_process=True)] == [True] * 3
    many = [[number] for number in range(10, 15)]
    assert [here for here, _ in _noted(tmp_path / "b", many, in_process=True)] == [False] * 5
    monkeypatch.setattr(engine, "SMALL_BYTES", 10)
    assert [here for here, _ in _noted(tmp_path / "c", [[7]], in_process=True)] == [False]


def _open_once(opened: Path) -> engine.Transform:
    opened.touch(exist_ok=False)
    return functools.partial(_note_process, opened)


@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize("in_process", [False, True])
def test_nothing_is_opened_when_the_store_has_all(tmp_path: Path, in_process: bool) -> None:
    inputs = _inputs(tmp_path / "in", [[1], [2]])
    for name in ("out", "again"):
        engine.map_shards(
            functools.partial(_open_once, tmp_path / "opened"),
            inputs,
            tmp_path / name,
            stage="note",
            config=in_process,
            code=[],
            run=Run(workers=1),
            in_process=in_process,
        )
    assert len(shards.paths(tmp_path / "again")) == 2


@pytest.mark.usefixtures("own_cache")
def test_the_largest_shard_is_begun_first(tmp_path: Path) -> None:
    parts = [[1], [2, *range(1000)], [3, *range(10)]]
    assert [first for _, first in _noted(tmp_path, parts, in_process=False)] == [2, 3, 1]


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

    found = dict(engine.reduce(shards.paths(tmp_path), summed).iter_rows())
    assert found == {"a": 9, "b": 36, **{f"c{number}": 5 for number in range(9)}}
    assert sum(sizes) <= 3 * 27  # not quadratic

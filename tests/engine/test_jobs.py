"""The shard store: nothing that is damaged, foreign or half-written comes out of it."""

import functools
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from pngnw import engine
from pngnw.core import atomic, shards
from pngnw.core.errors import UserError
from pngnw.core.shards import Stats
from pngnw.engine import jobs
from pngnw.params import Run
from tests.engine.work import PARTS, double, inputs

RUN = Run(workers=1)


def _stored(cache: Path) -> Path:
    (path,) = (cache / "shards").glob("*.parquet")
    return path


def _foreign(path: Path) -> None:
    table = pa.table({"x": pa.array([1], pa.int64())})
    shards.write(path, table, stage="other", fingerprint="other")


def _flip(path: Path) -> None:
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])


@pytest.mark.parametrize("damage", [_foreign, _flip, Path.unlink])
@pytest.mark.parametrize("linked", [False, True])
def test_what_the_store_has_not_intact_is_computed_again(
    linked: bool, damage: Callable[[Path], None], tmp_path: Path, own_cache: Path
) -> None:
    """If linked, the output is the same file, and neither is believed."""
    source = inputs(tmp_path / "in", PARTS[:1])
    good = double(source, tmp_path / "out", RUN)
    stored = _stored(own_cache)
    if not linked:
        (tmp_path / "out" / shards.name(0)).unlink()
    damage(stored)
    assert double(source, tmp_path / "out", RUN) == good
    assert stored.read_bytes() == good[shards.name(0)]


def _no_link(*_: object) -> None:
    raise OSError("this disk has no links")


@pytest.mark.parametrize("links", [True, False])
def test_a_link_or_a_copy(
    links: bool, tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = inputs(tmp_path / "in", PARTS[:1])
    target = tmp_path / "out" / shards.name(0)
    if not links:
        monkeypatch.setattr(os, "link", _no_link)
    job = jobs.Job(source / shards.name(0), target, "s", "key", own_cache / "shards")
    jobs.Maker(lambda: lambda table: (table, {}))(job)
    good = target.read_bytes()
    assert _stored(own_cache).samefile(target) == links
    target.unlink()
    assert jobs.reuse(job) == {"rows_in": 5, "rows_out": 5}
    assert target.read_bytes() == good
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.usefixtures("own_cache")
def test_what_does_not_belong_into_the_output_is_removed(tmp_path: Path) -> None:
    """Shards that are no longer made, and what a killed process was writing."""
    source, out = inputs(tmp_path / "in"), tmp_path / "out"
    double(source, out, RUN)
    (out / "part-00099.parquet").write_bytes(b"of an earlier run")
    dead = atomic.temporary_path(out / shards.name(0)).name.replace(str(os.getpid()), "4194304")
    mine = atomic.temporary_path(out / "mine")
    (out / dead).touch()
    mine.touch()
    double(source, out, RUN)
    assert sorted(path.name for path in out.iterdir()) == [mine.name, *map(shards.name, range(4))]


def _add_first(beside: Path) -> engine.Transform:
    return functools.partial(_add, shards.read(beside)["x"][0].as_py())


def _add(number: int, table: pa.Table) -> tuple[pa.Table, Stats]:
    return pa.table({"x": [value + number for value in table["x"].to_pylist()]}), {}


def _open_add() -> Callable[[Path], engine.Transform]:
    return _add_first


def _with(source: Path, beside: Path, out: Path) -> engine.MapResult:
    return engine.map_shards(
        _open_add, shards.paths(source), out, stage="s", config=None, code=[], run=RUN,
        per_shard=True, beside=beside,
    )  # fmt: skip


@pytest.mark.usefixtures("own_cache")
def test_a_second_input_beside_each_shard_counts_too(tmp_path: Path) -> None:
    source, out = inputs(tmp_path / "in", PARTS[:2]), tmp_path / "out"
    beside = inputs(tmp_path / "beside", PARTS[:2])
    assert _with(source, beside, out).computed == 2
    assert shards.read(out / shards.name(1))["x"].to_pylist() == [20, 21, 22, 23, 24]
    inputs(beside, [PARTS[0], [1]])
    again = _with(source, beside, out)
    assert (again.computed, again.reused) == (1, 1)
    assert shards.read(out / shards.name(1))["x"].to_pylist() == [11, 12, 13, 14, 15]
    (beside / shards.name(0)).unlink()
    with pytest.raises(UserError, match=r"in/part-00000\.parquet: .*beside/part-00000\.parquet"):
        _with(source, beside, out)

"""Shards: read back as written, equal bytes for equal tables, refused when damaged."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.params import Run

TABLE = pa.table({"id": pa.array([1, 2, 3], pa.uint64()), "text": ["a", "b", "c"]})


def test_what_is_written_is_read_back_with_its_statistics(tmp_path: Path) -> None:
    path = tmp_path / shards.name(0)
    with shards.Writer(path, stage="clean", fingerprint="f") as writer:
        writer.write(TABLE)
        writer.write(TABLE)
        writer.stats = {"dropped.short": 2}
    assert shards.read(path).num_rows == 6
    assert shards.read(path, ["text"]).column_names == ["text"]
    assert shards.read_info(path).stats == {"dropped.short": 2}
    assert [group.num_rows for group in shards.row_groups(path)] == [3, 3]


def test_an_empty_shard_keeps_its_schema(tmp_path: Path) -> None:
    path = tmp_path / shards.name(0)
    shards.write(path, TABLE.slice(0, 0), stage="clean", fingerprint="f")
    (group,) = shards.row_groups(path)
    assert group.num_rows == 0
    assert group.schema.names == ["id", "text"]


@pytest.mark.parametrize("before", [True, False])
def test_a_failed_write_leaves_what_was_there_and_nothing_else(
    before: bool, tmp_path: Path
) -> None:
    path = tmp_path / shards.name(0)
    if before:
        shards.write(path, TABLE, stage="clean", fingerprint="f")
    with (
        pytest.raises(RuntimeError, match="in the middle"),
        shards.Writer(path, stage="clean", fingerprint="g") as writer,
    ):
        writer.write(TABLE.slice(0, 1))
        raise RuntimeError("in the middle")
    assert os.listdir(tmp_path) == ([path.name] if before else [])
    assert not before or shards.read(path).num_rows == 3


def test_a_foreign_parquet_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / shards.name(0)
    pq.write_table(TABLE, path)
    with pytest.raises(UserError, match=r"part-00000\.parquet: not written by this version"):
        shards.read(path)


def test_paths_are_sorted_and_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    for index in (2, 0, 1):
        shards.write(tmp_path / shards.name(index), TABLE, stage="clean", fingerprint="f")
    (tmp_path / "part-1.parquet").touch()
    assert [p.name for p in shards.paths(tmp_path)] == [shards.name(i) for i in (0, 1, 2)]
    with pytest.raises(UserError, match="dvc repro"):
        shards.paths(tmp_path / "nothing")


def test_equal_tables_give_equal_bytes(tmp_path: Path) -> None:
    one, two = (tmp_path / folder / shards.name(0) for folder in ("one", "two"))
    for path in (one, two):
        shards.write(path, TABLE, stage="clean", fingerprint="f")
    assert one.read_bytes() == two.read_bytes()


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.booleans(), max_size=4))
def test_a_fingerprint_ignores_the_order_of_keys(parts: dict[str, object]) -> None:
    backwards = dict(reversed(parts.items()))
    assert shards.fingerprint(parts) == shards.fingerprint(backwards)


def test_a_fingerprint_tells_parts_apart() -> None:
    different = [("a", "b"), ("ab",), ("a", ["b"]), (1,), ("1",), (True,), (Run(workers=1),), ()]
    assert len({shards.fingerprint(*parts) for parts in different}) == len(different)


def test_the_code_digest_follows_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "somewhere"
    (package / "__pycache__").mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    digests = []
    for name, text in [("rules", "one"), ("__pycache__/rules.pyc", "not source"), ("rules", "two")]:
        (package / name).write_text(text)
        shards.code_digest.cache_clear()
        digests.append(shards.code_digest("somewhere"))
    assert digests[0] == digests[1] != digests[2]


def test_nested_columns_are_read_over_several_row_groups(tmp_path: Path) -> None:
    """pyarrow's own reader fails here: nested data conversions for chunked arrays."""
    words = pa.list_(pa.struct({"text": pa.dictionary(pa.int32(), pa.string())}))
    table = pa.table({"words": pa.array([[{"text": "a"}, {"text": "b"}], []], words)})
    path = tmp_path / shards.name(0)
    with shards.Writer(path, stage="phonemize", fingerprint="f") as writer:
        writer.write(table)
        writer.write(table)
    assert shards.read(path).column("words").to_pylist() == 2 * table.column("words").to_pylist()


def test_no_flipped_bit_goes_unnoticed(tmp_path: Path) -> None:
    """Pages, their headers, the footer with the names of the columns, the statistics, the seal."""
    path = tmp_path / shards.name(0)
    with shards.Writer(path, stage="clean", fingerprint="f") as writer:
        writer.write(TABLE)
        writer.stats = {"rows_in": 3}
    good = path.read_bytes()
    for at in range(0, len(good), 3):  # of each byte another bit
        path.write_bytes(good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1 :])
        with pytest.raises(UserError, match=r"part-00000\.parquet: .*`dvc repro`"):
            shards.read(path)


@given(st.data())
def test_whatever_is_cut_inserted_or_replaced_is_refused(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / shards.name(0)
        shards.write(path, TABLE, stage="clean", fingerprint="f")
        good = path.read_bytes()
        start = data.draw(st.integers(0, len(good)))
        stop = data.draw(st.integers(start, len(good)))
        path.write_bytes(good[:start] + data.draw(st.binary(max_size=64)) + good[stop:])
        if path.read_bytes() != good:
            with pytest.raises(UserError, match=r"part-00000\.parquet: .*`dvc repro`"):
                shards.read(path)


@pytest.mark.parametrize(
    ("marker", "variables", "cache"),
    [
        ("stages/fetch.py", {}, ".cache"),
        ("dvc.yaml", {}, "~/.cache/pngnw"),  # of another project
        ("notes.txt", {}, "~/.cache/pngnw"),
        ("notes.txt", {"XDG_CACHE_HOME": "/caches"}, "/caches/pngnw"),
        ("notes.txt", {"DVC_ROOT": "/repository"}, "/repository/.cache"),
    ],
)
def test_the_cache_lies_in_our_repository_or_the_users(
    marker: str,
    variables: dict[str, str],
    cache: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / marker).parent.mkdir(exist_ok=True)
    (tmp_path / marker).touch()
    monkeypatch.chdir(tmp_path)
    for name in ("DVC_ROOT", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert shards.cache_root() == Path(cache).expanduser()

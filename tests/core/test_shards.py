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


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / shards.name(0)
    with (
        pytest.raises(RuntimeError, match="in the middle"),
        shards.Writer(path, stage="clean", fingerprint="f") as writer,
    ):
        writer.write(TABLE)
        raise RuntimeError("in the middle")
    assert os.listdir(tmp_path) == []


def test_a_failed_write_keeps_the_shard_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / shards.name(0)
    shards.write(path, TABLE, stage="clean", fingerprint="f")
    with (
        pytest.raises(RuntimeError),
        shards.Writer(path, stage="clean", fingerprint="g") as writer,
    ):
        writer.write(TABLE.slice(0, 1))
        raise RuntimeError
    assert shards.read(path).num_rows == 3


def test_a_truncated_shard_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / shards.name(0)
    shards.write(path, TABLE, stage="clean", fingerprint="f")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UserError, match=r"part-00000\.parquet: not a readable Parquet file"):
        shards.read(path)


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
    for folder in ("one", "two"):
        shards.write(tmp_path / folder / shards.name(0), TABLE, stage="clean", fingerprint="f")
    one, two = (tmp_path / folder / shards.name(0) for folder in ("one", "two"))
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
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "rules.txt").write_text("one")
    monkeypatch.syspath_prepend(tmp_path)
    before = shards.code_digest("somewhere")
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "rules.pyc").write_text("not source")
    shards.code_digest.cache_clear()
    assert shards.code_digest("somewhere") == before
    (package / "rules.txt").write_text("two")
    shards.code_digest.cache_clear()
    assert shards.code_digest("somewhere") != before


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
    for place in range(len(good)):
        damaged = bytes([good[place] ^ 1 << place % 8])
        path.write_bytes(good[:place] + damaged + good[place + 1 :])
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

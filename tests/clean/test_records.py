"""Records of .jsonl and .parquet: their texts, their keys, and what is dropped of them."""

import gzip
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xxhash

from pngnw.clean import documents, records
from pngnw.clean.records import Record
from pngnw.core.errors import UserError

Read = tuple[list[Record], Counter[str]]


def _read(path: Path, kind: Literal["lines", "parquet"], column: str) -> Read:
    counts: Counter[str] = Counter()
    return list(records.read(path, kind, column, counts)), counts


def _lines(tmp_path: Path, lines: list[bytes]) -> Read:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(lines))
    return _read(path, "lines", "text")


def _parquet(tmp_path: Path, columns: dict[str, Any], column: str = "text") -> Read:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table(columns), path)
    return _read(path, "parquet", column)


def _hash(text: str) -> str:
    return xxhash.xxh3_64_hexdigest(text.encode())


def test_a_key_is_the_id_or_the_hash_of_the_text(tmp_path: Path) -> None:
    ids = ["https://a.org/b:c?d=é", 7, None, [1], ""]
    rows: list[dict[str, Any]] = [{"text": f"Text {i}.", "id": ids[i]} for i in range(5)]
    rows.append({"text": "Text 5."})
    found, counts = _lines(tmp_path, [json.dumps(row).encode() for row in rows])
    hashes = [_hash(row["text"]) for row in rows[2:]]
    assert [record.key for record in found] == ["https://a.org/b:c?d=é", "7", *hashes]
    assert [record.text for record in found] == [row["text"].encode() for row in rows]
    assert set(counts) == {"bytes_in"}


def test_what_is_no_record_is_dropped_and_counted(tmp_path: Path) -> None:
    bad = rb'no JSON|[1]|"text"|null|{}|{"text": null}|{"text": 3}|{"text": "cut of'.split(b"|")
    bad += [b'{"text": "a", "id": ' + b"9" * 5000 + b"}", b"[" * 100_000, b"\0" * 50]
    bad += ['{"text": "UTF-16"}'.encode("utf-16-le")]
    found, counts = _lines(tmp_path, [*bad, b"", b'{"text": "One."}', b""])
    assert [record.text for record in found] == [b"One."]
    assert counts["dropped.bad_record"] == len(bad)
    assert counts["dropped.blank"] == 1
    assert counts["lines_in"] == len(bad) + 1


def test_damaged_text_is_passed_on_and_half_a_surrogate_pair_repaired(tmp_path: Path) -> None:
    lines = [
        b'\xef\xbb\xbf{"text": "caf\xe9"}\r',
        rb'{"text": "half \ud83d, whole \ud83d\ude00"}',
        b'{"text": "caf\xe9 \\ud83d"}',
    ]
    found, counts = _lines(tmp_path, lines)
    texts = ["half \ufffd, whole 😀".encode(), "caf\ufffd \ufffd".encode()]
    assert [record.text for record in found] == [b"caf\xe9", *texts]
    assert counts["repaired.invalid_byte"] == 3


@pytest.mark.parametrize("excess", [0, 100_000])
def test_a_line_beyond_the_bound_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, excess: int
) -> None:
    monkeypatch.setattr(records, "RECORD_BYTES", 100)
    fits = b'{"text": "' + b"a" * 87 + b'"}'
    long = b'{"text": "' + b"a" * (88 + excess) + b'"}'
    found, counts = _lines(tmp_path, [long, fits, long])
    assert [len(record.text) for record in found] == [87]
    assert counts["dropped.oversized_record"] == counts["lines_in"] == 2
    found, counts = _parquet(tmp_path, {"text": ["a" * (101 + excess), "a" * 100]})
    assert len(found) == counts["dropped.oversized_record"] == counts["lines_in"] == 1


def test_parquet_of_every_kind_of_text(tmp_path: Path) -> None:
    texts = ["One.", "Zwei é.", None, ""]
    for kind in (pa.string(), pa.large_string(), pa.binary()):
        found, counts = _parquet(tmp_path, {"text": pa.array(texts, kind), "other": range(4)})
        assert [record.text for record in found] == [b"One.", "Zwei é.".encode(), b""]
        assert [record.key for record in found] == [_hash(t) for t in texts if t is not None]
        assert counts["dropped.bad_record"] == counts["lines_in"] == 1
    coded = pa.array(["One."] * 50).dictionary_encode()
    assert len(_parquet(tmp_path, {"text": coded, "id": coded})[0]) == 50


def test_ids_of_a_parquet_and_another_column(tmp_path: Path) -> None:
    table = {"content.x": ["One.", "Two."], "id": [7, None], "text": [1, 2]}
    found, _ = _parquet(tmp_path, table, column="content.x")
    assert [record.key for record in found] == ["7", _hash("Two.")]
    found, _ = _parquet(tmp_path, {"text": ["One."], "id": [[1]]})
    assert found[0].key == _hash("One.")
    damaged = pa.Array.from_buffers(pa.string(), 1, pa.array([b"caf\xe9"], pa.binary()).buffers())
    found, _ = _parquet(tmp_path, {"text": damaged, "id": damaged})
    assert found[0].text == b"caf\xe9"


def test_a_parquet_without_its_column_is_refused(tmp_path: Path) -> None:
    for columns, named in ({"body": ["One."], "n": [1]}, "'body', 'n'"), ({"text": [1]}, "int64"):
        with pytest.raises(UserError, match=rf"a\.parquet: .*'text'.*{named}.*fetch\.sources"):
            _parquet(tmp_path, columns)


def test_memory_is_bounded_by_less_than_a_row_group(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = [os.urandom(2000).hex() for _ in range(4000)]
    pq.write_table(pa.table({"text": texts}), path, row_group_size=10_000)
    del texts
    before = pa.total_allocated_bytes()
    held = [
        pa.total_allocated_bytes() - before
        for _ in records.read(path, "parquet", "text", Counter())
    ]
    assert len(held) == 4000
    assert max(held) < 12 << 20 < path.stat().st_size


def test_a_truncated_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": [f"Text {i * 7919}." for i in range(9000)]}), path)
    whole = path.read_bytes()
    spoilt = whole[:1000] + b"\xff" * 3000 + whole[4000:]
    for data in (b"", whole[:-50], whole[: len(whole) // 2], spoilt):
        path.write_bytes(data)
        with pytest.raises(UserError, match=r"a\.parquet: truncated or damaged"):
            list(records.read(path, "parquet", "text", Counter()))
    lines = tmp_path / "a.jsonl.gz"
    lines.write_bytes(gzip.compress(b'{"text": "One."}\n' * 500)[:-9])
    with pytest.raises(UserError, match=r"a\.jsonl\.gz: truncated or damaged"):
        list(documents.read_documents(tmp_path, Counter()))

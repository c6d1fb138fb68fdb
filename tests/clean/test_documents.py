"""Files of every kind become documents; where one goes depends on its name alone."""

import bz2
import gzip
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from pngnw.clean import decoding, distribute
from pngnw.clean.documents import Document, read_documents
from pngnw.core import shards
from tests.clean.conftest import CLEAN, Cleaned

WIKI = (
    "<mediawiki><page><title>Fox</title><ns>0</ns>"
    "<revision><text>A fox.</text></revision></page></mediawiki>"
)


def _json(**record: object) -> bytes:
    return json.dumps(record).encode() + b"\n"


def _parquet(**columns: object) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return bytes(sink.getvalue())


def _read(raw: Path, files: dict[str, bytes]) -> tuple[list[Document], Counter[str]]:
    for name, data in files.items():
        (raw / name).parent.mkdir(parents=True, exist_ok=True)
        (raw / name).write_bytes(data)
    counts: Counter[str] = Counter()
    return list(read_documents(raw, counts)), counts


def test_every_kind_in_one_folder(tmp_path: Path) -> None:
    files = {
        "mine/a.txt": b"One.",
        "mine/sub/b.txt.gz": gzip.compress(b"Two."),
        "mine/c.jsonl": _json(text="Three."),
        "mine/d.jsonl.zst": pa.compress(_json(text="Four.", id="x"), "zstd", asbytes=True),
        "mine/e.JSONL.GZ": gzip.compress(_json(text="Five.", id=5)),
        "mine/f.parquet": _parquet(text=["Six."], id=["six"]),
        "mine/g.xml-p1p2.bz2": bz2.compress(WIKI.encode()),
        "mine/README.md": b"Not read.",
        "mine/h.tar.bz2": b"Nor this.",
    }
    documents, counts = _read(tmp_path, files)
    assert {document.name: document.text for document in documents} == {
        "mine/a.txt": "One.",
        "mine/sub/b.txt.gz": "Two.",
        f"mine/c.jsonl:{xxhash.xxh3_64_hexdigest(b'Three.')}": "Three.",
        "mine/d.jsonl.zst:x": "Four.",
        "mine/e.JSONL.GZ:5": "Five.",
        "mine/f.parquet:six": "Six.",
        "mine/Fox": "A fox.",
    }
    assert counts["files"] == counts["documents"] == 7
    assert counts["bytes_in"] == sum(len(files[name]) for name in files if name[5] in "abcdefgs")


def test_one_more_record_renames_no_other(tmp_path: Path) -> None:
    lines = [_json(text=f"Text {i}.", **({"id": i} if i % 2 else {})) for i in range(6)]
    before, _ = _read(tmp_path, {"mine/a.jsonl": b"".join(lines)})
    after, _ = _read(tmp_path, {"mine/a.jsonl": b"".join([_json(text="More."), *lines])})
    assert after[1:] == before


def test_damaged_and_empty_texts_are_repaired_or_counted(tmp_path: Path) -> None:
    lines = [b'{"text": "caf\xe9 \\u0000 a\\r\\nb"}\n', _json(text=" \n"), _json(text="")]
    documents, counts = _read(
        tmp_path, {"mine/a.jsonl": b"".join(lines), "mine/empty.txt": b"", "mine/b.txt": b" \n\n"}
    )
    assert [document.text for document in documents] == ["café   a\nb"]
    assert counts["dropped.empty_document"] == counts["lines_in"] == 4
    assert counts["repaired.invalid_byte"] == counts["repaired.nul"] == 1


def test_long_documents_are_spread_over_shards_in_one_split(tmp_path: Path) -> None:
    text = "A sentence of it.\n\n" * (6 * decoding.PART_BYTES // 19)
    files = {
        "mine/long.txt": text.encode(),
        "mine/a.jsonl": _json(text=text, id="long"),
        "mine/short.txt": b"One. Two.",
    }
    documents, counts = _read(tmp_path / "raw", files)
    paths = distribute.distribute(documents, tmp_path / "out", CLEAN)
    rows = [row | {"shard": path} for path in paths for row in shards.read(path).to_pylist()]
    assert [row["doc"] for row in rows if "short" in row["doc"]] == ["mine/short.txt"]
    for name in ("mine/long.txt", "mine/a.jsonl:long"):
        parts = sorted((row for row in rows if name in row["doc"]), key=lambda row: row["doc"])
        assert "".join(row["text"] for row in parts) == text
        assert [row["doc"] for row in parts] == [f"{name}#{i:04d}" for i in range(len(parts))]
        assert len({row["split"] for row in parts}) == 1
        assert len({row["shard"] for row in parts}) > 1
    assert counts["documents"] == 3


def test_shares_of_the_splits() -> None:
    names = [f"{i}.txt" for i in range(5000)]
    splits = [distribute.split_of(name, CLEAN) for name in names]
    assert abs(splits.count("valid") / 5000 - 0.2) < 0.02
    assert abs(splits.count("test") / 5000 - 0.2) < 0.02
    salted = CLEAN.model_copy(update={"split_salt": 1})
    assert (
        sum(distribute.split_of(n, salted) != s for n, s in zip(names, splits, strict=True)) > 1000
    )


def test_the_stage_balances_over_every_kind(clean_texts: Callable[..., Cleaned]) -> None:
    prose = "She had never seen the harbour so quiet before. The boats lay still all day."
    records = [_json(text=prose), b"no record\n", _json(text=""), b"\n", _json(other=1)]
    dump = WIKI.replace("A fox.", "The old fox lived in the woods behind the house.")
    metrics, rows = clean_texts(
        {
            "a.jsonl.gz": gzip.compress(b"".join(records)),
            "b.parquet": _parquet(text=["It was a long winter, and they waited.", None, ""]),
            "c.xml.bz2": bz2.compress(dump.encode()),
            "d.txt.gz": gzip.compress(b"Nobody had expected the letter to arrive so soon."),
        }
    )
    assert metrics["dropped"]["bad_record"] == 3
    assert metrics["dropped"]["empty_document"] == 2
    assert metrics["lines_in"] == len(rows) + sum(metrics["dropped"].values())
    assert len(rows) == 5

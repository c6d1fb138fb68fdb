"""Files of every kind in one folder become documents whose names depend on nothing else."""

import bz2
import gzip
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xxhash

from pngnw.clean import decoding
from pngnw.clean.documents import Document, read_documents
from pngnw.core.errors import UserError
from pngnw.fetch import manifest
from tests.clean.conftest import Cleaned

WIKI = (
    "<mediawiki><page><title>Fox</title><ns>0</ns>"
    "<revision><text>A fox.</text></revision></page></mediawiki>"
)


def _json(**record: object) -> bytes:
    return json.dumps(record).encode() + b"\n"


def _read(raw: Path, files: dict[str, bytes]) -> tuple[list[Document], Counter[str]]:
    for name, data in files.items():
        (raw / name).parent.mkdir(parents=True, exist_ok=True)
        (raw / name).write_bytes(data)
    counts: Counter[str] = Counter()
    return list(read_documents(raw, counts)), counts


def _parquet(**columns: object) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return bytes(sink.getvalue())


def test_every_kind_in_one_folder(tmp_path: Path) -> None:
    zstd = pa.compress(_json(text="Four.", id="x"), codec="zstd", asbytes=True)
    files = {
        "mine/a.txt": b"One.",
        "mine/sub/b.txt.gz": gzip.compress(b"Two."),
        "mine/c.jsonl": _json(text="Three."),
        "mine/d.jsonl.zst": zstd,
        "mine/e.JSONL.GZ": gzip.compress(_json(text="Five.", id=5)),
        "mine/f.parquet": _parquet(text=["Six."], id=["six"]),
        "mine/g.xml-p1p2.bz2": bz2.compress(WIKI.encode()),
        "mine/README.md": b"Not read.",
        "mine/h.tar.bz2": b"Nor this.",
    }
    found, counts = _read(tmp_path, files)
    assert {document.name: document.text for document in found} == {
        "mine/a.txt": "One.",
        "mine/sub/b.txt.gz": "Two.",
        f"mine/c.jsonl:{xxhash.xxh3_64_hexdigest(b'Three.')}": "Three.",
        "mine/d.jsonl.zst:x": "Four.",
        "mine/e.JSONL.GZ:5": "Five.",
        "mine/f.parquet:six": "Six.",
        "mine/Fox": "A fox.",
    }
    assert counts["files"] == counts["documents"] == 7
    read = [len(data) for name, data in files.items() if name[5] in "abcdefgs"]
    assert counts["bytes_in"] == sum(read)


def test_one_more_record_renames_no_other(tmp_path: Path) -> None:
    lines = [_json(text=f"Text {i}.", **({"id": i} if i % 2 else {})) for i in range(6)]
    before, _ = _read(tmp_path, {"mine/a.jsonl": b"".join(lines)})
    more = b"".join([_json(text="More."), *lines])
    after, _ = _read(tmp_path, {"mine/a.jsonl": more})
    assert after[1:] == before


def test_a_long_record_is_cut_like_a_long_file(tmp_path: Path) -> None:
    text = "A sentence of it.\n\n" * (3 * decoding.PART_BYTES // 19)
    found, counts = _read(tmp_path, {"mine/a.jsonl": _json(text=text, id="long")})
    assert [d.name for d in found] == [f"mine/a.jsonl:long#{i:04d}" for i in range(len(found))]
    assert "".join(document.text for document in found) == text
    assert len(found) > 2
    assert counts["documents"] == 1


def test_damaged_and_empty_texts_are_repaired_or_counted(tmp_path: Path) -> None:
    lines = [b'{"text": "caf\xe9 \\u0000 a\\r\\nb"}\n', _json(text=" \n"), _json(text="")]
    found, counts = _read(tmp_path, {"mine/a.jsonl": b"".join(lines)})
    assert [document.text for document in found] == ["café   a\nb"]
    assert counts["dropped.empty_document"] == counts["lines_in"] == 2
    assert counts["repaired.invalid_byte"] == counts["repaired.nul"] == 1


def test_the_column_comes_with_the_manifest(tmp_path: Path) -> None:
    manifest.write(
        tmp_path, [{"name": "mine", "column": "body"}, {"name": "books", "kind": "pypi"}]
    )
    files = {"mine/a.jsonl": _json(body="One."), "books/a.jsonl": _json(text="Two.")}
    assert [document.text for document in _read(tmp_path, files)[0]] == ["Two.", "One."]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"sources": 3}', '{"sources": [{"column": 1}]}'])
def test_a_foreign_manifest_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(UserError, match=r"manifest\.json: no manifest of a fetch"):
        list(read_documents(tmp_path, Counter()))


def test_the_stage_balances_over_every_kind(clean_texts: Callable[..., Cleaned]) -> None:
    prose = "She had never seen the harbour so quiet before. The boats lay still all day."
    records = [_json(text=prose), b"no record\n", _json(text=""), b"\n", _json(other=1)]
    dump = WIKI.replace("A fox.", "The old fox lived in the woods behind the house.")
    texts = {
        "a.jsonl.gz": gzip.compress(b"".join(records)),
        "b.parquet": _parquet(text=["It was a long winter, and they waited.", None, ""]),
        "c.xml.bz2": bz2.compress(dump.encode()),
        "d.txt.gz": gzip.compress(b"Nobody had expected the letter to arrive so soon."),
    }
    cleaned = clean_texts(texts)
    metrics, rows = cleaned
    assert metrics["dropped"]["bad_record"] == 3
    assert metrics["dropped"]["empty_document"] == 2
    assert metrics["lines_in"] == len(rows) + sum(metrics["dropped"].values())
    assert len(rows) == 5

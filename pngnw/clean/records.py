"""Records of .jsonl and .parquet files: their texts, and keys that do not depend on their places.

Guarantees: memory is bounded by one line or by a small batch of rows, whatever the file; what is no
record with a text is counted as lines_in and dropped.bad_record, what is longer than
`RECORD_BYTES` as dropped.oversized_record. A file without a single text is refused.
"""

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from pngnw.clean import streams
from pngnw.core.errors import UserError

RECORD_BYTES = 64 << 20
BATCH_ROWS = 16  # few, because any text may be long
# Read column chunks in pieces: pyarrow's own choice is to hold whole row groups.
_IN_PIECES = {"buffer_size": 1 << 20, "pre_buffer": False}
_TEXT_TYPES = (
    pa.string(), pa.large_string(), pa.string_view(),
    pa.binary(), pa.large_binary(), pa.binary_view(),
)  # fmt: skip
_LONGEST_ID = 200
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAME_IT = "name the one that holds the text as `column` of its source in fetch.sources"


class Record(NamedTuple):
    """The key is the record's `id`, or the hash of its text; the text may be damaged UTF-8."""

    key: str
    text: bytes


def read(
    path: Path, kind: Literal["lines", "parquet"], column: str, counts: Counter[str]
) -> Iterator[Record]:
    """The records of a file whose texts stand in `column`. Adds bytes_in to `counts`.

    Raises:
        UserError: the file is truncated or damaged, or no record has a text in `column`.
    """
    if kind == "parquet":
        yield from _from_parquet(path, column, counts)
    else:
        with streams.opened(path, counts) as stream:
            yield from _from_lines(path, stream, column, counts)


def _from_lines(
    path: Path, stream: BinaryIO, column: str, counts: Counter[str]
) -> Iterator[Record]:
    texts, others = 0, Counter[tuple[str, str]]()  # what lines without a text are, and the remedy
    for line in _lines(stream, counts):
        if not line.strip():
            _drop("blank", counts)
            continue
        record: object = None
        try:  # bytes that are no UTF-8 pass, as escapes, and are repaired with the rest of the text
            record = json.loads(line.decode("utf-8", "surrogateescape").removeprefix("\ufeff"))
            fault = "are no object"
        except (ValueError, RecursionError):
            wide = line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            fault = "are UTF-16" if wide else "are no JSON"
        if isinstance(record, dict):
            text = record.get(column)
            if isinstance(text, str):
                texts += 1
                data = _encoded(text, counts)
                yield Record(_key(record.get("id"), data), data)
                continue
            keys = ", ".join(repr(key[:40]) for key in list(record)[:8])
            others[f"have no text under {column!r} (they have {keys})", _NAME_IT] += 1
        else:
            others[fault, "write one JSON object a line, in UTF-8"] += 1
        _drop("bad_record", counts)
    if others and not texts:
        (fault, remedy), count = others.most_common(1)[0]
        raise UserError(f"{path}: {count} of {others.total()} records {fault}; {remedy}")


def _lines(stream: BinaryIO, counts: Counter[str]) -> Iterator[bytes]:
    while line := stream.readline(RECORD_BYTES):
        if line.endswith(b"\n") or len(line) < RECORD_BYTES:
            yield line
            continue
        _drop("oversized_record", counts)
        del line  # not held while the rest of it is passed over
        while (rest := stream.readline(1 << 16)) and not rest.endswith(b"\n"):
            pass


def _encoded(text: str, counts: Counter[str]) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # JSON may escape half of a surrogate pair
        text, halves = _SURROGATE.subn("\ufffd", text)
        counts["repaired.invalid_byte"] += halves
        return text.encode()


def _from_parquet(path: Path, column: str, counts: Counter[str]) -> Iterator[Record]:
    size = path.stat().st_size
    counts["bytes_in"] += size
    expanded = 0
    try:
        with pq.ParquetFile(path, **_IN_PIECES, page_checksum_verification=True) as file:
            schema = file.schema_arrow
            _check(path, schema, column)
            has_id = _has_plain_id(schema)
            wanted = sorted({column, "id"} if has_id else {column})
            for batch in file.iter_batches(BATCH_ROWS, columns=wanted):
                ids = _ids(batch.column("id")) if has_id else [None] * batch.num_rows
                texts = batch.column(column).cast(pa.large_binary()).to_pylist()
                expanded += sum(len(text) for text in texts if text is not None)
                if streams.is_bomb(expanded, size):  # many rows may share one value
                    return streams.leave_bomb(path, counts)
                yield from _rows(ids, texts, counts)
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise UserError(
            f"{path}: truncated or damaged ({reason}); replace the file at its source"
        ) from None


def _rows(ids: list[Any], texts: list[Any], counts: Counter[str]) -> Iterator[Record]:
    for identity, text in zip(ids, texts, strict=True):
        if text is None:
            _drop("bad_record", counts)
        elif len(text) > RECORD_BYTES:
            _drop("oversized_record", counts)
        else:
            yield Record(_key(identity, text), text)


def _check(path: Path, schema: pa.Schema, column: str) -> None:
    if schema.get_field_index(column) < 0:
        present = ", ".join(map(repr, schema.names))
        raise UserError(f"{path}: no column {column!r} (it has {present}); {_NAME_IT}")
    kind = schema.field(column).type
    if _value_type(kind) not in _TEXT_TYPES:
        raise UserError(f"{path}: column {column!r} holds {kind}, no text; {_NAME_IT}")


def _value_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _has_plain_id(schema: pa.Schema) -> bool:
    if schema.get_field_index("id") < 0:
        return False
    kind = _value_type(schema.field("id").type)
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    return kind in _TEXT_TYPES or is_number or pa.types.is_boolean(kind)


def _ids(column: pa.Array) -> list[Any]:
    if _value_type(column.type) not in _TEXT_TYPES:
        return list(column.to_pylist())
    ids = column.cast(pa.large_binary()).to_pylist()
    return [None if each is None else each.decode("utf-8", "surrogateescape") for each in ids]


def _key(identity: object, text: bytes) -> str:
    """A printable name without "#" (which begins the number of a part), whatever the id."""
    name = str(identity) if isinstance(identity, str | int | float) else ""
    if not name:
        return xxhash.xxh3_64_hexdigest(text)
    if name.isprintable() and len(name) <= _LONGEST_ID and "#" not in name:
        return name
    return xxhash.xxh3_64_hexdigest(name.encode("utf-8", "surrogatepass"))


def _drop(reason: str, counts: Counter[str]) -> None:
    counts.update({"lines_in": 1, f"dropped.{reason}": 1})

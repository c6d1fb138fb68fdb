"""Documents to shards: where a document goes, which split it is in.

Guarantees: shard and split are functions of the document's name alone, so that adding a document
changes one shard; a shard's row groups depend on its own documents alone; memory and open files
are bounded by `FAN` shards, however many there are. With more than `FAN` shards the documents pass
through group files first, which costs a second writing of the text.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import xxhash

from pngnw.clean.documents import Document
from pngnw.core import shards
from pngnw.params import Clean

SCHEMA = pa.schema(
    [("doc", pa.string()), ("split", pa.string()), ("kind", pa.string()), ("text", pa.string())]
)
BUFFER = 1 << 18  # characters of a shard held before they are written as a row group
FAN = 128  # files written at a time
_PART = re.compile(r"#\d{4,}$")  # "a.txt#0003" is a part of "a.txt"


def distribute(documents: Iterable[Document], out: Path, params: Clean) -> list[Path]:
    """Write every document to one of `out/part-*.parquet`, in their order; returns the shards."""
    targets = [out / shards.name(index) for index in range(params.shards)]
    _spread(documents, targets, params)
    return targets


def _spread(documents: Iterable[Document], targets: Sequence[Path], params: Clean) -> None:
    """Write documents of these shards alone: `targets` are consecutive."""
    width = -(-len(targets) // FAN)  # shards that share a file
    files = targets if width == 1 else [path.with_suffix(".group") for path in targets[::width]]
    first = int(targets[0].stem.removeprefix("part-"))
    writers = [shards.Writer(path, stage="documents", fingerprint="") for path in files]
    with ExitStack() as stack:
        buffers = [_Buffer(stack.enter_context(writer)) for writer in writers]
        for document in documents:
            number = shard_of(document.name, params.shards) - first
            buffers[number // width].add(document, split_of(document.name, params))
        for buffer in buffers:
            buffer.flush()
    if width > 1:
        for number, path in enumerate(files):
            of_file = (
                Document(row["doc"], row["kind"], row["text"])
                for table in shards.row_groups(path, ["doc", "kind", "text"])
                for row in table.to_pylist()
            )
            _spread(of_file, targets[number * width : (number + 1) * width], params)
            path.unlink()


def shard_of(doc: str, count: int) -> int:
    """The shard of a document, or of a part."""
    return xxhash.xxh3_64_intdigest(doc.encode()) % count


def split_of(doc: str, params: Clean) -> str:
    """train, valid or test, by the hash of a name: of a document, a part or a sentence."""
    unit = _PART.sub("", doc) if params.split_by == "document" else doc
    draw = xxhash.xxh3_64_intdigest(unit.encode(), seed=params.split_salt) / 2**64
    if draw < params.valid:
        return "valid"
    return "test" if draw < params.valid + params.test else "train"


class _Buffer:
    """Rows of one shard, written when they are many."""

    def __init__(self, writer: shards.Writer) -> None:
        self._writer = writer
        self._rows: list[tuple[str, str, str, str]] = []
        self._size = 0

    def add(self, document: Document, split: str) -> None:
        self._rows.append((document.name, split, document.kind, document.text))
        self._size += len(document.text)
        if self._size > BUFFER:
            self.flush()

    def flush(self) -> None:
        """Write what is held. An empty shard gets an empty table, because it must exist."""
        if self._rows or not self._writer.rows:
            columns = zip(*self._rows, strict=True) if self._rows else [[]] * len(SCHEMA)
            self._writer.write(pa.table([list(c) for c in columns], schema=SCHEMA))
        self._rows = []
        self._size = 0

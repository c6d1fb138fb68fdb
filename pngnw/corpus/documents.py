"""data/raw to shards of documents: what a text is called, where it goes, which split it is in.

Guarantees: shard and split are functions of the document's name alone, so that adding a document
changes one shard; a file longer than a part is cut into parts `name#0000`, `name#0001`, ... that
are spread over the shards but keep the file's split, so no sentence of a document leaks.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pyarrow as pa
import xxhash

from pngnw import shards
from pngnw.corpus import decoding, wiki
from pngnw.params import Clean

SCHEMA = pa.schema(
    [("doc", pa.string()), ("split", pa.string()), ("kind", pa.string()), ("text", pa.string())]
)
BUFFER = 1 << 20  # characters of a shard held before they are written as a row group
_PART = re.compile(r"#\d{4,}$")


@dataclass(frozen=True, slots=True)
class Document:
    """A text and its name; `kind` is "text" or "wiki" (MediaWiki markup)."""

    name: str
    kind: str
    text: str


def write_documents(raw: Path, out: Path, params: Clean, counts: Counter[str]) -> list[Path]:
    """Distribute every text under `raw` over `out/part-*.parquet`; returns the shards.

    Adds files, bytes_in, documents, and what is dropped here, to `counts`.
    """
    targets = [out / shards.name(index) for index in range(params.shards)]
    with ExitStack() as stack:
        writers = [
            stack.enter_context(shards.Writer(target, stage="documents", fingerprint=""))
            for target in targets
        ]
        buffers = [_Buffer(writer) for writer in writers]
        for document in read_documents(raw, counts):
            split = split_of(document.name, params)
            shard = xxhash.xxh3_64_intdigest(document.name.encode()) % params.shards
            buffers[shard].add(document, split)
        for buffer in buffers:
            buffer.flush()
    return targets


def read_documents(raw: Path, counts: Counter[str]) -> Iterator[Document]:
    """All documents under `raw`, file by file in the order of their names."""
    for path in sorted(path for path in raw.rglob("*") if path.is_file()):
        name = path.relative_to(raw).as_posix()
        if path.suffix == ".bz2":
            counts["files"] += 1
            source = name.split("/")[0]
            for title, markup in wiki.pages(path, counts):
                counts["documents"] += 1
                yield Document(f"{source}/{title}", "wiki", markup)
        elif path.suffix.lower() == ".txt":
            counts["files"] += 1
            yield from _text_documents(name, decoding.text_parts(path, counts), counts)


def _text_documents(name: str, parts: Iterator[str], counts: Counter[str]) -> Iterator[Document]:
    refused = counts["dropped.undecodable"]
    first, second = next(parts, ""), next(parts, None)
    counts["documents"] += 1
    if second is None:
        if first.strip():
            yield Document(name, "text", first)
        elif counts["dropped.undecodable"] == refused:
            counts.update({"lines_in": 1, "dropped.empty_document": 1})
        return
    for index, text in enumerate(chain([first, second], parts)):
        yield Document(f"{name}#{index:04d}", "text", text)


def document_of(doc: str) -> str:
    """The document that a part belongs to: "a.txt#0003" is of "a.txt"."""
    return _PART.sub("", doc)


def split_of(doc: str, params: Clean) -> str:
    """train, valid or test, by the hash of the document's name (or the part's, `split_by`)."""
    unit = document_of(doc) if params.split_by == "document" else doc
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

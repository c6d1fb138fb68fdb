"""data/raw to documents: every file that is read, and what its texts are called.

Guarantees: memory is bounded by one record, page or part, whatever the file; a document's name
depends on nothing but itself; a text longer than a part is cut into parts `name#0000`,
`name#0001`, ...; what is left out is counted.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from pngnw.clean import decoding, dumps, records, streams
from pngnw.core import atomic
from pngnw.fetch import manifest


@dataclass(frozen=True, slots=True)
class Document:
    """A text and its name; `kind` is "text" or "wiki" (MediaWiki markup)."""

    name: str
    kind: str
    text: str


def read_documents(raw: Path, counts: Counter[str]) -> Iterator[Document]:
    """All documents under `raw`, file by file in the order of their names.

    A text file's document is called after the file, a record's `<file>:<key>`, a page's
    `<source>/<title>`: no name depends on what else there is. Adds files, bytes_in, documents, and
    what is dropped or repaired here, to `counts`.

    Raises:
        UserError: `raw` is half-written; a file is truncated, damaged, or has no column of texts.
    """
    atomic.refuse_unfinished(raw)
    columns = manifest.columns(raw)
    for path in sorted(path for path in raw.rglob("*") if path.is_file()):
        name = path.relative_to(raw).as_posix()
        source = name.split("/")[0]
        kind = manifest.kind_of(path.name)
        if kind is None:  # reported by fetch
            continue
        counts["files"] += 1
        if kind == "wiki":
            for title, markup in dumps.pages(path, counts):
                counts["documents"] += 1
                yield Document(f"{source}/{title}", "wiki", markup)
        elif kind == "text":
            with streams.opened(path, counts) as file:
                yield from _text_documents(name, file, counts)
        else:
            column = columns.get(source, manifest.DEFAULT_COLUMN)
            for record in records.read(path, kind, column, counts):
                yield from _text_documents(f"{name}:{record.key}", BytesIO(record.text), counts)


def _text_documents(name: str, file: BinaryIO, counts: Counter[str]) -> Iterator[Document]:
    counts["documents"] += 1
    refused = counts["dropped.undecodable"]
    parts = decoding.text_parts(file, counts)
    first, second = next(parts, ""), next(parts, None)
    if second is None:
        if first.strip():
            yield Document(name, "text", first)
        elif counts["dropped.undecodable"] == refused:
            counts.update({"lines_in": 1, "dropped.empty_document": 1})
        return
    for index, text in enumerate(chain([first, second], parts)):
        yield Document(f"{name}#{index:04d}", "text", text)

"""A corpus of any size: the default prose, then shuffles of it, paragraph by paragraph.

In each repetition but the first the words of every paragraph are in another order, so that few
sentences are duplicates. Equal sizes give equal files.
"""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pngnw import params
from pngnw.clean import documents, sentences
from pngnw.core import shards
from pngnw.fetch import stage as fetch

FILE = 200_000  # characters


def write(folder: Path, size: int) -> int:
    """Fill a folder with about `size` characters in .txt files; returns the bytes."""
    folder.mkdir(parents=True)
    written = 0
    for number, text in enumerate(pieces(FILE)):
        path = folder / f"{number:05d}.txt"
        path.write_text(text[: size - written], encoding="utf-8")
        written += len(text)
        if written >= size:
            break
    return sum(path.stat().st_size for path in folder.iterdir())


def pieces(length: int) -> Iterator[str]:
    """Texts of at least `length` characters that end with a paragraph, without end."""
    piece: list[str] = []
    size = 0
    for paragraph in _paragraphs():
        piece.append(paragraph)
        size += len(paragraph) + 2
        if size >= length:
            yield "\n\n".join(piece)
            piece, size = [], 0


def _paragraphs() -> Iterator[str]:
    prose = _prose()
    yield from prose
    draw = random.Random(0)
    while True:
        for paragraph in prose:
            words = paragraph.split()
            draw.shuffle(words)
            yield " ".join(words)


def _prose() -> list[str]:
    """The paragraphs of the default run's books and articles."""
    root = shards.cache_root() / "benchmarks"
    fetch.run(params.load(), root)
    return [
        paragraph
        for document in documents.read_documents(root / "data/raw", Counter())
        if document.kind != "wiki"
        for paragraph in sentences.paragraphs(document.text)[0]
    ]

"""Chunks of a shard: what was taught, by a run that was killed or by an earlier one, is kept.

Guarantees: the sentences and their documents decide where a chunk ends, so that one sentence more
or less changes one chunk of its shard, and one document more or less those that it shares with its
neighbours if it is small; a chunk is found again for the same texts in the same order and under the
same folder only; it appears whole or not at all, and its bytes are checked when it is read, so that
a damaged one is computed anew. Costs a second copy of the distributions while the stage runs, and
of at most `KEPT` bytes after it, and 2 per cent more padding than chunks of a whole shard.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64_intdigest

from pngnw.core import atomic, shards

Half = npt.NDArray[np.float16]
CHUNK = 128  # sentences on average; what a killed worker does again, half a second's work
STRETCH = 256  # sentences at least that are put in order of length; fewer leave more padding
KEPT = 1 << 28  # more than that is a corpus whose few changed shards are soon taught anew
_DIGEST = 16  # bytes, before those of the rows


def cut(texts: Sequence[str], documents: Sequence[str]) -> list[list[int]]:
    """The numbers of the texts in chunks of like length.

    A chunk ends behind a text whose hash says so, wherever it stands: content-defined chunking (A.
    Muthitacharoen et al., "A low-bandwidth network file system", SOSP 2001, section 3.1) of the
    texts of a stretch of documents in the order of their lengths.

    Args:
        texts: what is to be cut.
        documents: of each text the document that it is from; those of one follow each other.
    """
    chunks: list[list[int]] = []
    for stretch in _stretches(documents):
        chunks.append([])
        for number in sorted(stretch, key=lambda n: (len(texts[n]), texts[n])):
            chunks[-1].append(number)
            if xxh3_64_intdigest(texts[number].encode()) % CHUNK == 0:
                chunks.append([])
    return [chunk for chunk in chunks if chunk]


def _stretches(documents: Sequence[str]) -> Iterator[list[int]]:
    """Whole documents one after the other; one of n texts is the last with chance n / `STRETCH`."""
    stretch: list[int] = []
    for name, rows in groupby(range(len(documents)), key=documents.__getitem__):
        document = list(rows)
        stretch += document
        if xxh3_64_intdigest(name.encode()) % STRETCH < len(document):
            yield stretch
            stretch = []
    yield stretch


class Chunks:
    """The finished chunks in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def rows(self, texts: Sequence[str], compute: Callable[[Sequence[str]], Half]) -> Half:
        """What `compute` makes of `texts`, [N, W] with N > 0; kept, and called once at most."""
        kept = self.find(texts)
        if kept is None:
            kept = compute(texts)
            _write(self._path(texts), kept)
        return kept

    def find(self, texts: Sequence[str]) -> Half | None:
        """What is kept of `texts`."""
        return _read(self._path(texts), len(texts))

    def _path(self, texts: Sequence[str]) -> Path:
        return self._folder / f"{shards.fingerprint(*texts)}.chunk"


def open_folder(key: str) -> Path:
    """Where the chunks made under `key` lie. What other keys left is of no more use: removed.

    Another experiment that is at work with it makes its folder anew.
    """
    root = shards.cache_root() / "teach"
    folder = root / key
    folder.mkdir(parents=True, exist_ok=True)
    for other in sorted(root.iterdir()):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return folder


def tidy(folder: Path) -> None:
    """After a stage: keep the chunks for the next run, unless they are many."""
    with suppress(FileNotFoundError):  # another experiment has taken the place
        if sum(path.stat().st_size for path in folder.iterdir()) > KEPT:
            shutil.rmtree(folder, ignore_errors=True)


def _read(path: Path, count: int) -> Half | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    body = content[_DIGEST:]
    if content[:_DIGEST] != _digest(body):
        return None
    return np.frombuffer(body, dtype="<f2").reshape(count, -1)


def _write(path: Path, rows: Half) -> None:
    body = rows.astype("<f2").tobytes()
    with atomic.writing(path, durable=False) as temporary:
        temporary.write_bytes(_digest(body) + body)


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_DIGEST).digest()

"""Chunks of a shard that is not finished: what a killed run was taught is not taught again.

Guarantees: a chunk is found again for the same texts in the same order and under the same folder
only; it appears whole or not at all, and its bytes are checked when it is read, so that a damaged
one is computed anew. Costs a second copy of the distributions until the stage is done.
"""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pngnw import shards, whole

Half = npt.NDArray[np.float16]
_DIGEST = 16  # bytes, before those of the rows


class Chunks:
    """The finished chunks in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def rows(self, texts: Sequence[str], compute: Callable[[Sequence[str]], Half]) -> Half:
        """What `compute` makes of `texts`, [N, W] with N > 0; kept, and called once at most."""
        path = self._folder / f"{shards.fingerprint(*texts)}.chunk"
        kept = _read(path, len(texts))
        if kept is None:
            kept = compute(texts)
            _write(path, kept)
        return kept


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
    with whole.writing(path, durable=False) as temporary:
        temporary.write_bytes(_digest(body) + body)


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_DIGEST).digest()

"""A shard with some bytes changed: read as it was, or refused by name."""

import io
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from pngnw.core import shards
from pngnw.core.errors import UserError
from tests.fuzz import hostile
from tests.fuzz.target import Target, demand


class Damage(NamedTuple):
    """What is done to the shard; positions are shares of its length, to fit any writer."""

    kind: str
    at: float = 0.0
    length: float = 0.0
    value: int = 0
    data: bytes = b""


def make(rng: Random) -> Damage:
    """Most often one flipped bit or byte, which is what a disk does."""
    kind = rng.choices(
        ["bit", "byte", "run", "cut", "insert", "noise", "foreign", "tail"],
        [30, 30, 10, 10, 5, 3, 2, 10],
    )[0]
    value = 1 << rng.randrange(8) if kind == "bit" else rng.randrange(1, 256)
    data = rng.randbytes(rng.randint(1, 64)) if kind in ("run", "insert", "noise") else b""
    return Damage(kind, rng.random(), rng.random() ** 3, value, data)


def damaged(whole: bytes, damage: Damage) -> bytes:
    """The bytes of the shard after the damage."""
    kind, at, length, value, data = damage
    place = int(at * len(whole))
    if kind == "tail":  # the footer, where it matters most
        place = len(whole) - 1 - int(at * min(len(whole), 2000))
    if kind in ("bit", "byte", "tail"):
        return whole[:place] + bytes([whole[place] ^ value]) + whole[place + 1 :]
    if kind == "run":
        return whole[:place] + data + whole[place + len(data) :]
    if kind == "cut":
        return whole[:place] + whole[place + 1 + int(length * len(whole)) :]
    if kind == "insert":
        return whole[:place] + data + whole[place:]
    if kind == "noise":
        return data * (1 + int(length * 2000))
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": [value]}), sink)
    return sink.getvalue()


def sample() -> pa.Table:
    """Rows as the phonemize stage has them, with some of every type that shards hold."""
    texts = list(hostile.sentences()[:120])
    words = [
        [{"text": w, "phonemes": ["K", "AE1", "T"][: len(w)]} for w in t.split()] for t in texts
    ]
    return pa.table(
        {
            "id": pa.array(range(len(texts)), pa.uint64()),
            "split": pa.array(["train", "valid", "test"] * 40).dictionary_encode(),
            "text": pa.array(texts),
            "words": pa.array(words),
            "emoji": pa.FixedSizeListArray.from_arrays(
                pa.array([i / 7 for i in range(4 * len(texts))], pa.float32()), 4
            ),
        }
    )


class Sample:
    """One good shard, and what reading it in any way gives."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / shards.name(0)
        with shards.Writer(self.path, stage="fuzz", fingerprint="f") as writer:
            writer.write(sample().slice(0, 70))
            writer.write(sample().slice(70))
            writer.stats = {"rows_in": 120, "rows_out": 120, "dropped.fuzz": 0}
        self.whole = self.path.read_bytes()
        self.table, self.stats = shards.read(self.path), shards.read_info(self.path).stats

    def verdict(self, damage: Damage) -> str:
        """ "refused" by name, "unharmed", or what else came of it."""
        return self.verdict_of(damaged(self.whole, damage))

    def flipped(self, at: int, bit: int = 0x10) -> str:
        """The verdict when a bit of the byte at `at` is flipped."""
        return self.verdict_of(
            self.whole[:at] + bytes([self.whole[at] ^ bit]) + self.whole[at + 1 :]
        )

    def verdict_of(self, content: bytes) -> str:
        """As `verdict`, for the bytes of a file."""
        self.path.write_bytes(content)
        try:
            found = shards.read(self.path)
            columns = shards.read(self.path, ["text"])
            groups = pa.concat_tables(shards.row_groups(self.path))
            stats = shards.read_info(self.path).stats
        except UserError as error:
            message = str(error)
            named = str(self.path) in message and "\n" not in message
            return "refused" if named else f"refused without a name: {message[:200]!r}"
        except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
            return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        same = found.equals(self.table) and groups.equals(self.table) and stats == self.stats
        same = same and columns.equals(self.table.select(["text"]))
        return "unharmed" if same else "accepted with other content"


def open_check() -> Callable[[Sequence[Damage]], None]:
    """Writes the shard; its folder goes with the process."""
    place = "/dev/shm" if os.path.isdir("/dev/shm") else None
    folder = tempfile.TemporaryDirectory(dir=place)
    shard = Sample(Path(folder.name))

    def check(inputs: Sequence[Damage], _kept: object = folder) -> None:
        for damage in inputs:
            found = shard.verdict(damage)
            demand(found in ("refused", "unharmed"), found)

    return check


TARGET = Target("shards", make, open_check, batch=20, share=0.03)

"""Finished chunks: found again, checked, and enough to go on from when a worker is killed."""

import os
import signal
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pngnw import engine, shards
from pngnw.params import Run
from pngnw.teacher.backends import Taught
from pngnw.teacher.chunks import Chunks, Half, open_folder
from pngnw.teacher.stage import CHUNK, transform_by

SENTENCES = [f"{'word ' * (n % 7)}number {n}" for n in range(4 * CHUNK + 9)]


def lengths(texts: Sequence[str]) -> Half:
    return np.array([[len(text), 1] for text in texts], dtype=np.float16)


def refuse(texts: Sequence[str]) -> Half:
    raise AssertionError(f"computed again: {texts}")


def test_a_chunk_is_computed_once_for_the_same_texts_in_the_same_order(tmp_path: Path) -> None:
    first = Chunks(tmp_path).rows(["a", "bcd"], lengths)
    again = Chunks(tmp_path).rows(["a", "bcd"], refuse)
    assert again.tolist() == first.tolist() == [[1, 1], [3, 1]]
    with pytest.raises(AssertionError, match="computed again"):
        Chunks(tmp_path).rows(["bcd", "a"], refuse)


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b[:20] + b"x" + b[21:]])
def test_a_damaged_chunk_is_computed_anew(tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    chunks = Chunks(tmp_path)
    chunks.rows(["a", "bcd"], lengths)
    [path] = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert chunks.rows(["a", "bcd"], lengths).tolist() == [[1, 1], [3, 1]]
    assert chunks.rows(["a", "bcd"], refuse).tolist() == [[1, 1], [3, 1]]


def test_what_another_key_left_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    old = open_folder("old")
    Chunks(old).rows(["a"], lengths)
    assert open_folder("old") == old
    assert len(list(old.iterdir())) == 1
    open_folder("new")
    assert not old.exists()


class Fragile:
    """A backend that notes each call, and whose process is killed once, in its third call."""

    def __init__(self, notes: Path, fatal: bool) -> None:
        self._notes, self._fatal = notes, fatal

    def __call__(self, texts: Sequence[str]) -> Taught:
        with self._notes.open("a", encoding="utf-8") as file:
            file.write(f"{len(texts)}\n")
        if self._fatal and len(self._notes.read_text().splitlines()) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        logits = np.array([[len(text) * (n + 1) % 5 for n in range(64)] for text in texts])
        powers = np.exp(logits)
        features = np.array([[len(text) / 100] * 2304 for text in texts], dtype=np.float32)
        return Taught((powers / powers.sum(axis=1, keepdims=True)).astype(np.float32), features)

    def tokens(self, texts: Sequence[str]) -> None:
        return None


def open_fragile(notes: Path, folder: Path, fatal: bool) -> engine.Transform:
    return transform_by(Fragile(notes, fatal), Chunks(folder), features=True)


def test_killed_in_the_middle_of_a_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source"
    ids = pa.array(range(len(SENTENCES)), pa.uint64())
    table = pa.table({"id": ids, "text": SENTENCES})
    shards.write(source / shards.name(0), table, stage="clean", fingerprint="test")

    def run(home: str, fatal: bool) -> bytes:
        folder = tmp_path / home / "chunks"
        folder.mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv("DVC_ROOT", str(tmp_path / home))  # each with its own shard store
        engine.map_shards(
            partial(open_fragile, tmp_path / home / "notes", folder, fatal),
            shards.paths(source),
            tmp_path / home / "out",
            stage="teach",
            config={},
            code=(),
            run=Run(workers=1),
        )
        return (tmp_path / home / "out" / shards.name(0)).read_bytes()

    # The worker dies once; the next one, in the same run, goes on from the finished chunks.
    resumed, unbroken = run("broken", fatal=True), run("unbroken", fatal=False)
    assert resumed == unbroken
    # Five chunks, and again the one that the kill cut short.
    assert [
        len((tmp_path / home / "notes").read_text().split()) for home in ("broken", "unbroken")
    ] == [6, 5]
    taught = shards.read(tmp_path / "broken/out" / shards.name(0))
    assert taught["id"].to_pylist() == list(range(len(SENTENCES)))
    assert taught.schema.field("features").type == pa.list_(pa.float16(), 2304)
    kept = [row[0] for row in taught["features"].to_pylist()]
    assert kept == [float(np.float16(len(text) / 100)) for text in SENTENCES]

"""Chunks: where they end; found again, checked, enough to go on from when a worker is killed."""

import os
import signal
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xxhash import xxh3_64_intdigest

from pngnw import engine
from pngnw.core import shards
from pngnw.params import Run
from pngnw.teach import chunks as chunking
from pngnw.teach.backends import Taught
from pngnw.teach.chunks import CHUNK, STRETCH, Chunks, Half, cut, open_folder, tidy
from pngnw.teach.stage import transform_by
from pngnw.teach.teacher import Teacher

SENTENCES = [f"{'word ' * (n % 7)}number {n}" for n in range(1000)]


def lengths(texts: Sequence[str]) -> Half:
    return np.array([[len(text), 1] for text in texts], dtype=np.float16)


def refuse(texts: Sequence[str]) -> Half:
    raise AssertionError(f"computed again: {texts}")


def chunks_of(texts: Sequence[str], documents: Sequence[str] = ()) -> list[tuple[str, ...]]:
    """The chunks of texts; of one document if none are given."""
    found = cut(texts, documents or ["a.txt"] * len(texts))
    return [tuple(texts[number] for number in chunk) for chunk in found]


def test_chunks_have_like_lengths_and_end_where_a_text_says_so() -> None:
    found = chunks_of(SENTENCES)
    assert [text for chunk in found for text in chunk] == sorted(
        SENTENCES, key=lambda text: (len(text), text)
    )
    hashes = {text: xxh3_64_intdigest(text.encode()) for text in SENTENCES}
    ends = [text for chunk in found for text in chunk if hashes[text] % CHUNK == 0]
    assert ends == [chunk[-1] for chunk in found[:-1]]
    assert 4 <= len(ends) <= 16  # 8 expected
    assert cut([], []) == []


def drawn_last(count: int) -> tuple[str, str]:
    """Names with which a document of so many sentences ends a stretch, and does not."""
    names = [f"{number}.txt" for number in range(10_000)]
    ends = [xxh3_64_intdigest(name.encode()) % STRETCH < count for name in names]
    return names[ends.index(True)], names[ends.index(False)]


def test_a_stretch_ends_with_the_document_that_says_so() -> None:
    last, other = drawn_last(2)
    texts = [f"{'x' * length}" for length in (5, 1, 4, 2, 3, 9)]
    # No hash of these texts ends a chunk.
    assert all(xxh3_64_intdigest(text.encode()) % CHUNK for text in texts)
    found = cut(texts, [other, other, last, last, other, other])
    assert found == [[1, 3, 2, 0], [4, 5]]


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 700)), max_size=9), st.data())
def test_one_large_document_more_leaves_the_chunks_of_the_others(
    sizes: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Whatever stands beside it, if the one before it ends a stretch."""
    rows = [
        (f"{number}-{salt}.txt", f"{'very ' * (n % 5)}{number} {n}")
        for number, (salt, size) in enumerate(sizes)
        for n in range(size)
    ]
    new = [("new.txt", f"{'so ' * (n % 7)}new {n}") for n in range(STRETCH)]
    names = list(dict.fromkeys(name for name, _ in rows))
    counts = Counter(name for name, _ in rows)
    borders = [
        sum(counts[name] for name in names[: number + 1])
        for number, name in enumerate(names)
        if xxh3_64_intdigest(name.encode()) % STRETCH < counts[name]
    ]
    place = data.draw(st.sampled_from([0, *borders]))

    def chunks(rows: Sequence[tuple[str, str]]) -> set[tuple[str, ...]]:
        return set(chunks_of([text for _, text in rows], [name for name, _ in rows]))

    assert chunks([*rows[:place], *new, *rows[place:]]) - chunks(new) == chunks(rows)


@given(st.lists(st.integers(0, 3000), unique=True, max_size=900), st.data())
def test_one_text_less_changes_one_chunk(numbers: list[int], data: st.DataObject) -> None:
    texts = [f"{'very ' * (number % 5)}{number}" for number in numbers]
    cut_up = cut(texts, ["a.txt"] * len(texts))
    assert sorted(number for chunk in cut_up for number in chunk) == list(range(len(texts)))
    if texts:
        left = list(texts)
        left.remove(data.draw(st.sampled_from(texts)))
        before, after = set(chunks_of(texts)), set(chunks_of(left))
        assert len(after - before) <= 1
        assert len(before - after) <= 2  # two become one when the text between them goes


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


def test_kept_after_a_stage_unless_they_are_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Chunks(tmp_path / "few").rows(["a"], lengths)
    tidy(tmp_path / "few")
    Chunks(tmp_path / "few").rows(["a"], refuse)
    monkeypatch.setattr(chunking, "KEPT", 19)  # bytes; a row of two and its digest have 20
    tidy(tmp_path / "few")
    assert not (tmp_path / "few").exists()
    tidy(tmp_path / "few")  # another experiment was faster


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
    return transform_by(Teacher(partial(Fragile, notes, fatal), Chunks(folder), features=True))


def test_killed_in_the_middle_of_a_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source"
    ids = pa.array(range(len(SENTENCES)), pa.uint64())
    table = pa.table({"id": ids, "doc": ["a.txt"] * len(SENTENCES), "text": SENTENCES})
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
    # Every chunk once, and again the one that the kill cut short.
    chunks = len(chunks_of(SENTENCES))
    assert chunks > 3
    assert [
        len((tmp_path / home / "notes").read_text().split()) for home in ("broken", "unbroken")
    ] == [chunks + 1, chunks]
    taught = shards.read(tmp_path / "broken/out" / shards.name(0))
    assert taught["id"].to_pylist() == list(range(len(SENTENCES)))
    assert taught.schema.field("features").type == pa.list_(pa.float16(), 2304)
    kept = [row[0] for row in taught["features"].to_pylist()]
    assert kept == [float(np.float16(len(text) / 100)) for text in SENTENCES]

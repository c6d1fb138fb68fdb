"""The teach stage: rows, order, statistics, and bytes that do not depend on the workers."""

import math
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.engine import local
from pngnw.params import Run, Teach
from pngnw.teach import stage
from pngnw.teach.backends import Backend, Taught
from pngnw.teach.chunks import Chunks
from pngnw.teach.stage import metrics, statistics, teach_shards, transform_by
from pngnw.teach.teacher import Teacher, checked

TEXTS = [["She laughed.", "Rain fell.", "She laughed."], ["I hate you!"]]


def write_sentences(folder: Path) -> None:
    for number, texts in enumerate(TEXTS):
        ids = pa.array(range(10 * number, 10 * number + len(texts)), pa.uint64())
        table = pa.table({"id": ids, "doc": ["a.txt"] * len(texts), "text": texts})
        shards.write(folder / shards.name(number), table, stage="phonemize", fingerprint="test")


def test_statistics_by_hand() -> None:
    flat = np.full(64, 1 / 64)
    sure = np.zeros(64)
    sure[7] = 1
    stats = statistics(np.stack([flat, sure]))
    assert stats["entropy_micronats"] == pytest.approx(1e6 * math.log(64), abs=1)
    assert stats["flat"] == 1
    assert stats["share.07"] == 1_000_000 + 15_625
    # Ties go to the emoji that comes first.
    assert [stats[f"top.{n:02d}"] for n in (0, 4, 5, 7)] == [2, 1, 0, 1]
    assert [stats[f"lead.{n:02d}"] for n in (0, 4, 7)] == [1, 0, 1]


class Flat:
    """A backend without opinions or features."""

    def __call__(self, texts: Sequence[str]) -> Taught:
        return Taught(np.full((len(texts), 64), 1 / 64, dtype=np.float32), None)

    def tokens(self, texts: Sequence[str]) -> None:
        return None


def test_a_teacher_out_of_its_mind_is_refused() -> None:
    rows = np.full((2, 64), 1 / 64, dtype=np.float16)
    assert checked(rows, ["one", "two"]) is rows
    rows[1, 0] = np.nan
    with pytest.raises(UserError, match="'two' sums to nan"):
        checked(rows, ["one", "two"])
    rows[1, 0] = 2 / 64
    with pytest.raises(UserError, match=r"sums to 1\.016 instead of 1"):
        checked(rows, ["one", "two"])


def test_features_that_the_backend_has_not(tmp_path: Path) -> None:
    transform = transform_by(Teacher(Flat, Chunks(tmp_path), features=True))
    with pytest.raises(UserError, match="features"):
        transform(pa.table({"id": [1], "doc": ["a.txt"], "text": ["She laughed."]}))


def test_metrics_balance_without_rows() -> None:
    assert metrics({})["perplexity"] == 1


@pytest.mark.parametrize("workers", [1, 2])
def test_rows_follow_the_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.chdir(tmp_path)
    source, out = tmp_path / "source", tmp_path / "out"
    write_sentences(source)
    stats = teach_shards(
        source, out, Teach(backend="prototype", features=False), Run(workers=workers)
    ).stats
    first, second = (shards.read(path) for path in shards.paths(out))
    assert first["id"].to_pylist() == [0, 1, 2]
    assert second["id"].to_pylist() == [10]
    assert first.schema.field("emoji").type == pa.list_(pa.float16(), 64)
    rows = first["emoji"].to_pylist()
    assert rows[0] == rows[2] != rows[1]
    assert (stats["rows_in"], stats["rows_out"], stats["distinct"]) == (4, 4, 3)


class Counting(Flat):
    """Sure of an emoji that depends on the text; notes how many texts it is asked for."""

    asked = 0

    def __call__(self, texts: Sequence[str]) -> Taught:
        self.asked += len(texts)
        sure = [sum(map(ord, text)) % 64 for text in texts]
        return Taught(np.eye(64, dtype=np.float32)[sure], None)


def of_one_document(texts: list[str]) -> pa.Table:
    return pa.table({"id": range(len(texts)), "doc": ["a.txt"] * len(texts), "text": texts})


def test_a_sentence_more_asks_for_its_chunk_alone(tmp_path: Path) -> None:
    texts = [f"She counted {number} sheep." for number in range(2000)]
    table = of_one_document(texts)
    more = of_one_document([*texts[:900], "And then?", *texts[900:]])
    backend = Counting()
    transform = transform_by(Teacher(lambda: backend, Chunks(tmp_path), features=False))
    taught, _ = transform(table)
    assert backend.asked == 2000
    again, _ = transform(more)
    assert 0 < backend.asked - 2000 < 1000
    before, after = (table["emoji"].to_pylist() for table in (taught, again))
    assert before == [np.eye(64)[sum(map(ord, text)) % 64].tolist() for text in texts]
    assert after[:900] + after[901:] == before


def test_a_document_more_asks_for_its_sentences_alone(tmp_path: Path) -> None:
    old = [(f"{name}.txt", f"{name} counted {n} sheep.") for name in "abc" for n in range(512)]
    new = [("bb.txt", f"No, {number} cows!") for number in range(600)]
    backend = Counting()
    transform = transform_by(Teacher(lambda: backend, Chunks(tmp_path), features=False))
    for rows in (old, old[:1024] + new + old[1024:]):
        names, texts = zip(*rows, strict=True)
        transform(pa.table({"id": range(len(rows)), "doc": names, "text": texts}))
    assert backend.asked == len(old) + len(new)


def test_a_few_shards_busy_all_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their chunks are asked for by workers; this process only puts them together."""
    monkeypatch.chdir(tmp_path)
    write_sentences(tmp_path / "source")
    params = Teach(backend="prototype", features=False)
    monkeypatch.setattr(stage, "open_backend", _opened_here)  # workers import their own
    teach_shards(tmp_path / "source", tmp_path / "out", params, Run(workers=2))
    assert [shards.read_info(path).rows for path in shards.paths(tmp_path / "out")] == [3, 1]


def test_a_few_shards_whose_chunks_are_kept_start_no_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_sentences(tmp_path / "source")
    params = Teach(backend="prototype", features=False)
    teach_shards(tmp_path / "source", tmp_path / "out", params, Run(workers=2))
    before = [path.read_bytes() for path in shards.paths(tmp_path / "out")]
    shutil.rmtree(tmp_path / ".cache" / "shards")
    monkeypatch.setattr(local, "each", _opened_here)
    teach_shards(tmp_path / "source", tmp_path / "out", params, Run(workers=2))
    assert [path.read_bytes() for path in shards.paths(tmp_path / "out")] == before


def _opened_here(*_: object) -> Backend:
    raise AssertionError("opened where it should not be")


def test_a_teacher_that_has_no_answer_is_told_with_the_shard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_sentences(tmp_path / "source")
    params = Teach(backend="prototype", features=False).model_copy(update={"features": True})
    with pytest.raises(UserError, match=r"part-0000[01]\.parquet: teach\.features"):
        teach_shards(tmp_path / "source", tmp_path / "out", params, Run(workers=2))

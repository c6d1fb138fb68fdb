"""The teach stage: rows, order, statistics, and bytes that do not depend on the workers."""

import json
import math
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.params import Params, Run, Teach, load
from pngnw.teach.backends import load_teacher
from pngnw.teach.meaning import DIMENSIONS
from pngnw.teach.stage import run, statistics
from tests.teach.synthetic import write

ROOT = Path(__file__).parents[2]
TEXTS = [["She laughed.", "Rain fell.", "She laughed."], ["I hate you!"]]
PROTOTYPE = Teach(backend="prototype", features=False, meaning=False)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with cleaned sentences, and a shard store of its own."""
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    for number, texts in enumerate(TEXTS):
        ids = pa.array(range(10 * number, 10 * number + len(texts)), pa.uint64())
        table = pa.table({"id": ids, "doc": ["a.txt"] * len(texts), "text": texts})
        path = tmp_path / "data/clean" / shards.name(number)
        shards.write(path, table, stage="clean", fingerprint="test")
    return tmp_path


def params(teach: Teach, workers: int = 1) -> Params:
    changes = {"teach": teach, "run": Run(workers=workers)}
    return load(ROOT / "params.yaml").model_copy(update=changes)


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


@pytest.mark.parametrize("workers", [1, 2])
def test_rows_follow_the_input(root: Path, workers: int) -> None:
    result = run(params(PROTOTYPE, workers), root).metrics
    first, second = (shards.read(path) for path in shards.paths(root / "data/teach"))
    assert first["id"].to_pylist() == [0, 1, 2]
    assert second["id"].to_pylist() == [10]
    assert first.schema.names == ["id", "emoji"]
    assert first.schema.field("emoji").type == pa.list_(pa.float16(), 64)
    rows = first["emoji"].to_pylist()
    assert rows[0] == rows[2] != rows[1]
    assert (result["rows_in"], result["rows_out"], result["distinct"]) == (4, 4, 3)
    assert result["mean"] == pytest.approx(
        dict(zip(result["mean"], np.mean([*rows, *second["emoji"].to_pylist()], 0), strict=True)),
        abs=1e-6,
    )
    examples = json.loads((root / "plots/teach/examples.json").read_text())
    best = {row["text"] for rows in examples["emoji"].values() for row in rows}
    assert best <= {text for texts in TEXTS for text in texts}
    assert (root / "plots/teach/emoji.png").is_file()


def test_features_of_torchmoji(root: Path) -> None:
    section = {
        "backend": "torchmoji", "features": True, "meaning": False,
        "torchmoji": {"weights": str(write(root))}, "watch": str(root),
    }  # fmt: skip
    result = run(params(Teach.model_validate(section)), root)
    assert result.cost["shards"] == {"computed": 2, "reused": 0}
    first = shards.read(shards.paths(root / "data/teach")[0])
    assert first.schema.field("features").type == pa.list_(pa.float16(), 19)
    assert len(first["emoji"][0]) == 64


def test_meaning_has_a_row_for_each_word_of_the_pronounced_text(root: Path) -> None:
    """An empty shard has its type, too; the bytes do not depend on the workers."""
    empty = shards.read(root / "data/clean" / shards.name(1)).slice(0, 0)
    shards.write(root / "data/clean" / shards.name(2), empty, stage="clean", fingerprint="test")
    section = PROTOTYPE.model_copy(update={"meaning": True})
    written = []
    for workers in (1, 2):
        result = run(params(section, workers), root).metrics
        assert (result["words"], result["words_without_meaning"]) == (13, 0)
        written.append([path.read_bytes() for path in shards.paths(root / "data/teach")])
        shutil.rmtree(root / ".cache")
    assert written[0] == written[1]
    tables = [shards.read(path) for path in shards.paths(root / "data/teach")]
    rows = [table.schema.field("meaning").type.value_type for table in tables]
    assert [row.list_size for row in rows] == [DIMENSIONS] * 3
    meaning = [table["meaning"].to_pylist() for table in tables]
    assert [[len(words) for words in rows] for rows in meaning] == [[3, 3, 3], [4], []]
    assert meaning[0][0] == meaning[0][2] != meaning[0][1]
    assert meaning == [
        [rows.tolist() for rows in load_teacher(section)(texts).meaning or []]
        for texts in (*TEXTS, [])
    ]


def test_words_without_meaning_are_counted(root: Path) -> None:
    """The sentence encoder reads 512 wordpieces, the first and last of which are none of a text."""
    table = pa.table({"id": pa.array([20], pa.uint64()), "doc": ["a"], "text": ["no " * 514 + "!"]})
    path = root / "data/clean" / shards.name(2)
    shards.write(path, table, stage="clean", fingerprint="test")
    result = run(params(PROTOTYPE.model_copy(update={"meaning": True})), root).metrics
    assert (result["words"], result["words_without_meaning"]) == (13 + 515, 5)


def test_a_file_that_dvc_does_not_watch_is_refused(root: Path) -> None:
    weights = write(root)
    (root / "watched").mkdir()
    watched = weights.rename(root / "watched" / weights.name)
    section = {
        "backend": "torchmoji", "features": False, "meaning": False, "watch": str(watched.parent),
        "torchmoji": {"weights": str(watched), "vocabulary": str(root / "vocabulary.json")},
    }  # fmt: skip
    with pytest.raises(UserError, match=r"teach\.torchmoji\.vocabulary: .*teach\.watch"):
        run(params(Teach.model_validate(section)), root)

"""Where a document goes depends on its name alone, and its parts stay together in one split."""

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pngnw.clean import decoding, distribute, documents
from pngnw.core import shards
from tests.clean.conftest import CLEAN


def _write(tmp_path: Path, texts: dict[str, str]) -> tuple[list[Path], Counter[str]]:
    raw = tmp_path / "raw" / "mine"
    raw.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (raw / name).write_text(text)
    counts: Counter[str] = Counter()
    found = documents.read_documents(raw.parent, counts)
    return distribute.distribute(found, tmp_path / "out", CLEAN), counts


def test_a_long_document_is_spread_over_shards_in_one_split(tmp_path: Path) -> None:
    text = "A sentence of it.\n\n" * (6 * decoding.PART_BYTES // 19)
    paths, counts = _write(tmp_path, {"long.txt": text, "short.txt": "One. Two."})
    rows = [row | {"shard": p.name} for p in paths for row in shards.read(p).to_pylist()]
    long = sorted((row for row in rows if "long" in row["doc"]), key=lambda row: row["doc"])
    assert "".join(row["text"] for row in long) == text
    assert [row["doc"] for row in long] == [f"mine/long.txt#{i:04d}" for i in range(len(long))]
    assert len({row["split"] for row in long}) == 1
    assert len({row["shard"] for row in long}) > 1
    assert [row["doc"] for row in rows if "short" in row["doc"]] == ["mine/short.txt"]
    assert counts["documents"] == 2


def test_one_more_document_changes_one_shard(tmp_path: Path) -> None:
    texts = {f"{i}.txt": f"Text number {i}." for i in range(12)}
    before = [path.read_bytes() for path in _write(tmp_path, texts)[0]]
    after = [path.read_bytes() for path in _write(tmp_path, {"more.txt": "More."})[0]]
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_empty_documents_are_counted(tmp_path: Path) -> None:
    paths, counts = _write(tmp_path, {"empty.txt": "", "blank.txt": " \n\n"})
    assert counts["dropped.empty_document"] == counts["lines_in"] == counts["documents"] == 2
    assert sum(shards.read(path).num_rows for path in paths) == 0
    assert len(paths) == CLEAN.shards


@given(st.text(min_size=1, max_size=12), st.integers(0, 99_999))
def test_parts_share_the_split_of_their_document(name: str, part: int) -> None:
    doc = f"{name}.txt"
    whole = distribute.split_of(doc, CLEAN)
    assert distribute.split_of(f"{doc}#{part:04d}", CLEAN) == whole


def test_shares_of_the_splits() -> None:
    splits = Counter(distribute.split_of(f"{i}.txt", CLEAN) for i in range(5000))
    assert abs(splits["valid"] / 5000 - 0.2) < 0.02
    assert abs(splits["test"] / 5000 - 0.2) < 0.02
    other = CLEAN.model_copy(update={"split_salt": 1})
    moved = sum(
        distribute.split_of(f"{i}.txt", CLEAN) != distribute.split_of(f"{i}.txt", other)
        for i in range(5000)
    )
    assert moved > 1000


def test_parts_may_be_the_unit_of_the_split() -> None:
    by_part = CLEAN.model_copy(update={"split_by": "part"})
    splits = {distribute.split_of(f"one.txt#{i:04d}", by_part) for i in range(50)}
    assert splits == {"train", "valid", "test"}

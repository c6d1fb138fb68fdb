"""Duplicates against a pairwise search over the same sentences."""

import re
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pngnw.clean import duplicates, minhash
from pngnw.core import shards
from pngnw.params import Run

LONG = "the quick brown fox jumps over the lazy dog while the old gray cat looks on and yawns"


def _find(tmp_path: Path, texts: dict[int, str], count: int = 2) -> tuple[set[int], set[int]]:
    """Ids of exact and near duplicates; the rows are dealt out over `count` shards."""
    paths, ids_of = [], []
    for shard in range(count):
        ids = [id_ for at, id_ in enumerate(texts) if at % count == shard]
        key, signature = minhash.keys([texts[id_] for id_ in ids])
        rows = pa.array(range(len(ids)), pa.uint32())
        table = pa.table(
            {"id": pa.array(ids, pa.uint64()), "row": rows, "key": key, "signature": signature}
        ).cast(pa.schema([("id", pa.uint64()), ("row", pa.uint32()), *minhash.KEYS]))
        path = tmp_path / shards.name(shard)
        shards.write(path, table, stage="test", fingerprint="")
        paths.append(path)
        ids_of.append(ids)
    shutil.rmtree(tmp_path / "found", ignore_errors=True)  # of the example before
    duplicates.find(paths, tmp_path / "found", 0.7, Run(workers=1))
    exact: set[int] = set()
    near: set[int] = set()
    for path, ids in zip(shards.paths(tmp_path / "found" / "all"), ids_of, strict=True):
        for row in shards.read(path).to_pylist():
            (near if row["near"] else exact).add(ids[row["row"]])
    return exact, near


def test_the_smallest_id_stays(tmp_path: Path) -> None:
    texts = {30: "Yes, indeed.", 10: "yes indeed!", 20: "No, indeed."}
    texts |= {5: f"{LONG}.", 7: LONG.replace("yawns", "sleeps"), 9: LONG}
    assert _find(tmp_path, texts) == ({30, 9}, {7})
    short = {1: "He said no to her.", 2: "He said no to him."}  # never near duplicates
    assert _find(tmp_path, short) == _find(tmp_path, {}) == (set(), set())


def _jaccard(first: str, second: str) -> float:
    a, b = (set(pairwise(re.findall(r"\w+", text))) for text in (first, second))
    return len(a & b) / len(a | b)


def test_what_is_found_is_similar_and_what_is_very_similar_is_found(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    vocabulary = np.array([f"w{chr(97 + i)}{chr(97 + j)}" for i in range(20) for j in range(20)])
    originals = [list(generator.choice(vocabulary, 30)) for _ in range(60)]
    texts: dict[int, str] = {}
    for at, words in enumerate(originals):
        texts[2 * at] = " ".join(words)
        changed = words.copy()
        for place in generator.choice(30, at % 12, replace=False):
            changed[place] = "changed"
        texts[2 * at + 1] = " ".join(changed)
    exact, near = _find(tmp_path, texts)
    for first in range(0, len(texts), 2):
        likeness = _jaccard(texts[first], texts[first + 1])
        if likeness > 0.85:
            assert first + 1 in near | exact
        if likeness < 0.5:
            assert first + 1 not in near | exact


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None
)
@given(st.lists(st.sampled_from(["a b", "A, b.", "c d", LONG, f"{LONG} too", "e"]), max_size=8))
def test_the_answer_does_not_depend_on_the_shards(tmp_path: Path, sentences: list[str]) -> None:
    texts = {at * 7 % 11: text for at, text in enumerate(sentences)}
    answers = [_find(tmp_path, texts, count) for count in (1, 2, 3)]
    assert answers[0] == answers[1] == answers[2]


def test_the_answer_does_not_depend_on_the_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "PART_ROWS", 2)
    monkeypatch.setattr(duplicates, "BLOCK", 1)
    texts = {1: LONG, 2: f"{LONG} too", 3: LONG, 4: "a b", 5: "a b!"}
    assert _find(tmp_path, texts) == ({3, 5}, {2})

"""The trivial map does what the real ones do: equal shards out, the second time reused."""

import sys
from pathlib import Path

import pytest

from benchmarks import processes, simulate
from benchmarks.workers import distinct, trivial
from pngnw.core import shards


def test_trivial_shards_are_made_then_reused(
    own_cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    trivial.main("2", "local", "write", "5")
    trivial.main("2", "local", "map")
    trivial.main("2", "local", "map")
    assert [shards.read(path)["number"].to_pylist() for path in shards.paths(Path("out"))] == [
        [0], [1], [2], [3], [4],
    ]  # fmt: skip
    told = capsys.readouterr().err
    assert "5 shards computed, 0 reused" in told
    assert "0 shards computed, 5 reused" in told
    assert list(own_cache.rglob("*.parquet"))


def test_words_are_merged_that_several_shards_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(distinct, "WORDS", 40)
    monkeypatch.setattr(distinct, "EACH", 30)
    distinct.main("write", "3")
    distinct.main("merge")
    found = int(capsys.readouterr().out)
    assert 30 < found <= 40
    words = [set(shards.read(path)["word"].to_pylist()) for path in shards.paths(distinct.INPUT)]
    assert found == len(set().union(*words)), "each is counted once"


def test_the_stage_that_dvc_runs_changes_one_file(tmp_path: Path) -> None:
    (tmp_path / "make.py").write_text(simulate._STAGE.format(shards=3))
    made = []
    for salt in "01":
        (tmp_path / "salt.txt").write_text(salt)
        processes.run([sys.executable, "make.py"], tmp_path, {})
        made.append({path.name: path.read_text() for path in (tmp_path / "out").iterdir()})
    assert [name for name in made[0] if made[0][name] != made[1][name]] == ["part-00000.parquet"]
    assert len(made[0]) == 3

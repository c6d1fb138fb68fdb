"""The whole pipeline on a small corpus with hostile files in it, as a user runs it."""

import json
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pngnw.core import shards
from tests.pipeline.conftest import copy, run

DATA = ["clean", "phonemize", "align", "teach", "speech"]


@pytest.fixture(scope="module")
def finished(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy(ready, tmp_path_factory.mktemp("repro") / "pngnw")


JUDGES = ["evaluate", "prosody", "voice"]  # what reads the encoder
STAGES = ["clean", "phonemize", "align", "teach", "pretrain", "speech", *JUDGES]


def _metrics(repository: Path, name: str) -> dict[str, object]:
    found = json.loads((repository / "metrics" / f"{name}.json").read_text())
    assert isinstance(found, dict)
    return found


def test_every_stage_leaves_its_metrics(finished: Path) -> None:
    for name in ["fetch", *STAGES]:
        assert _metrics(finished, name), name


def test_every_line_is_accounted_for(finished: Path) -> None:
    clean = _metrics(finished, "clean")
    dropped = clean["dropped"]
    assert isinstance(dropped, dict)
    assert clean["lines_in"] == clean["sentences_out"] + sum(dropped.values())
    for stage in ["phonemize", "align", "teach"]:
        metrics = _metrics(finished, stage)
        lost = metrics.get("dropped", {})
        assert isinstance(lost, dict)
        assert metrics["rows_in"] == metrics["rows_out"] + sum(lost.values()), stage


def test_damaged_text_is_repaired_not_lost(finished: Path) -> None:
    texts = [
        text
        for path in shards.paths(finished / "data/clean")
        for text in shards.read(path, ["text"]).column("text").to_pylist()
    ]
    assert any("waited for rain." in text for text in texts)
    assert "Nobody came that evening." in texts


def test_a_second_run_does_nothing(finished: Path) -> None:
    done = run(finished, "dvc", "repro")
    assert done.returncode == 0, done.stderr
    assert "Running stage" not in done.stdout
    assert "up to date" in done.stdout


def test_data_travel_over_a_shared_folder(finished: Path, tmp_path: Path) -> None:
    """One machine pushes what it made, another pulls it and has nothing left to do."""
    shared, other = tmp_path / "shared", tmp_path / "other"
    for command in (
        ["dvc", "remote", "add", "--default", "--force", "shared", str(shared)],
        ["git", "commit", "-qam", "remote"],
        ["dvc", "push"],
        ["git", "clone", "-q", str(finished), str(other)],
    ):
        done = run(finished, *command)
        assert done.returncode == 0, done.stderr
    done = run(other, "dvc", "pull")
    assert done.returncode == 0, done.stderr
    for path in _results(finished):
        assert (other / path.relative_to(finished)).read_bytes() == path.read_bytes(), path
    done = run(other, "dvc", "repro")
    assert done.returncode == 0, done.stderr
    assert "Running stage" not in done.stdout


def test_an_experiment_runs_the_stages_that_read_its_parameter(
    finished: Path, tmp_path: Path
) -> None:
    done = run(
        copy(finished, tmp_path / "pngnw"), "dvc", "exp", "run", "-S", "model.pos_emb=sinusoidal"
    )
    assert done.returncode == 0, done.stderr
    assert re.findall("Running stage '([a-z]*)'", done.stdout) == ["pretrain", *JUDGES]


@pytest.mark.parametrize(
    ("stage", "key", "value"),
    [("phonemize", "lexicon", "nowhere.dict"), ("align", "vocab", "nowhere/vocab.txt")],
)
def test_a_missing_file_that_a_parameter_names(
    finished: Path, stage: str, key: str, value: str
) -> None:
    params = finished / "params.yaml"
    before = params.read_text()
    yaml = YAML()
    document = yaml.load(before)
    document[stage][key] = value
    yaml.dump(document, params)
    try:
        done = run(finished, "python", "-m", f"stages.{stage}")
    finally:
        params.write_text(before)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert f"{stage}.{key}" in line
    assert value in line


def test_one_worker_and_an_empty_cache_give_the_same_bytes(finished: Path, tmp_path: Path) -> None:
    """Every stage again from fetched text: shards, encoder and metrics are what they were."""
    before = {path: path.read_bytes() for path in _results(finished)}
    params = finished / "params.yaml"
    params.write_text(params.read_text().replace("workers: 2 ", "workers: 1 "))
    assert "workers: 1 " in params.read_text()
    (finished / ".cache").rename(tmp_path / "cache")
    for stage in STAGES:
        done = run(finished, "python", "-m", f"stages.{stage}")
        assert done.returncode == 0, done.stderr
    changed = [str(path) for path, content in before.items() if path.read_bytes() != content]
    assert changed == []


def _results(repository: Path) -> list[Path]:
    """Shards, encoder and metrics, but not what the stages cost."""
    folders = [repository / "data" / stage for stage in DATA]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    found.append(repository / "models/encoder/model.safetensors")
    found += (repository / "metrics").glob("*.json")
    assert len(found) > len(DATA) + 6
    return found

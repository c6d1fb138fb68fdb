"""What a user gets for a mistake: one line that names it and the remedy, never a traceback."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.pipeline.conftest import run

STAGES = [
    "fetch", "clean", "phonemize", "align", "teach", "pretrain", "speech", "evaluate", "prosody",
    "voice",
]  # fmt: skip


def _set(repository: Path, key: str, value: object) -> None:
    yaml = YAML()
    params = repository / "params.yaml"
    document: Any = yaml.load(params)
    *path, last = key.split(".")
    section = document
    for part in path:
        section = section[part]
    section[last] = value
    yaml.dump(document, params)


def _refused(done: subprocess.CompletedProcess[str], *said: str) -> None:
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.strip()]
    for part in said:
        assert part in line


@pytest.mark.parametrize(
    ("stage", "key", "value", "said"),
    [
        ("pretrain", "model.pos_emb", "sinus", ["model.pos_emb", "'sinus'", "'sinusoidal'"]),
        ("pretrain", "pretrain.steps", "abc", ["pretrain.steps", "'abc'", "integer"]),
    ],
)
def test_a_wrong_parameter(
    repository: Path, stage: str, key: str, value: str, said: list[str]
) -> None:
    _set(repository, key, value)
    _refused(run(repository, "python", "-m", f"stages.{stage}"), stage, *said)


def test_a_missing_and_an_empty_source_folder(repository: Path) -> None:
    _set(repository, "fetch.watch", "mine")
    _set(repository, "fetch.sources", [{"kind": "path", "name": "mine", "path": "mine"}])
    _refused(run(repository, "python", "-m", "stages.fetch"), "mine")
    (repository / "mine").mkdir()
    _refused(run(repository, "python", "-m", "stages.fetch"), "mine", ".txt")


def test_a_source_that_dvc_would_not_watch(repository: Path) -> None:
    source = {"kind": "path", "name": "mine", "path": str(repository.parent)}
    _set(repository, "fetch.sources", [source])
    _refused(run(repository, "python", "-m", "stages.fetch"), "fetch.watch")


def test_a_stage_without_its_input_and_its_help(repository: Path) -> None:
    for stage in STAGES:
        done = run(repository, "python", "-m", f"stages.{stage}", "--help")
        assert done.returncode == 0
        assert "params.yaml" in done.stdout
        if stage != "fetch":
            _refused(run(repository, "python", "-m", f"stages.{stage}"), "dvc repro")

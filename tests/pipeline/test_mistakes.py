"""What a user gets for a mistake: one line that names it and the remedy, never a traceback."""

import subprocess
from pathlib import Path

from tests.pipeline.conftest import run

STAGES = [
    "fetch", "clean", "phonemize", "align", "teach", "pretrain", "speech", "evaluate", "prosody",
    "voice",
]  # fmt: skip


def _refused(done: subprocess.CompletedProcess[str], *said: str) -> None:
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.strip()]
    for part in said:
        assert part in line


def test_a_wrong_parameter(repository: Path) -> None:
    params = repository / "params.yaml"
    before = params.read_text()
    params.write_text(before.replace("pos_emb: learned ", "pos_emb: sinus "))
    assert params.read_text() != before
    done = run(repository, "python", "-m", "stages.pretrain")
    _refused(done, "pretrain", "model.pos_emb", "'sinus'", "'sinusoidal'")


def test_a_stage_without_its_input_and_its_help(repository: Path) -> None:
    for stage in STAGES:
        done = run(repository, "python", "-m", f"stages.{stage}", "--help")
        assert done.returncode == 0
        assert "params.yaml" in done.stdout
        if stage != "fetch":
            _refused(run(repository, "python", "-m", f"stages.{stage}"), "dvc repro")

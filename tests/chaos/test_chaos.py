"""The short form of `python -m tests.chaos`: a stage with workers and the training are killed."""

from pathlib import Path

from tests.chaos import repository
from tests.chaos.kill import run


def test_stages_that_are_killed_end_as_if_never(tmp_path: Path) -> None:
    folder, log = repository.make(tmp_path / "pngnw", small=True), tmp_path / "log"
    lines = list(run(folder, log, kills=2, seed=3, stages=("clean", "pretrain"), dvc_every=0))
    assert len(lines) == 3
    assert [line for line, is_wrong in lines if is_wrong] == [], log.read_text()[-4000:]

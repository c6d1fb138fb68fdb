"""The short form of `python -m tests.chaos`: a stage with workers and the training are killed."""

from pathlib import Path

from tests.chaos import repository
from tests.chaos.series import Series, run

KILLS = Series(2, seed=3, stages=("clean", "pretrain"), dvc_every=0)


def test_stages_that_are_killed_end_as_if_never(tmp_path: Path) -> None:
    place = repository.make(tmp_path / "pngnw", small=True)
    steps = list(run(KILLS, place, tmp_path / "log"))
    assert len(steps) == 1 + KILLS.kills
    wrong = [step.line for step in steps if step.wrong]
    assert wrong == [], (tmp_path / "log").read_text()[-4000:]

"""What README tells a newcomer to type is read whole, typed into one shell, and judged."""

import os
from pathlib import Path

import pytest

from tests import stranger
from tests.docs.blocks import ROOT


def test_readme_tells_a_newcomer_all_of_it_in_order() -> None:
    typed = stranger.commands(ROOT)
    wanted = ("make setup", "source .venv/bin/activate", "python -m pngnw preset", "dvc repro",
              "dvc exp run -S model.pos_emb=sinusoidal", "dvc metrics diff",
              "dvc exp show --only-changed", "python -m pngnw report")  # fmt: skip
    places = [next(i for i, command in enumerate(typed) if command.startswith(w)) for w in wanted]
    assert places == sorted(places)
    assert all(any(command.startswith(start) for command in typed) for start in stranger.SAYS)


def test_what_a_command_exports_lasts(tmp_path: Path) -> None:
    (tmp_path / "activate").write_text("export PATH=$PWD/bin:$PATH\nlocal_only=1\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/only-here").write_text("#!/bin/sh\necho it runs\n")
    (tmp_path / "bin/only-here").chmod(0o755)
    steps = stranger.run(["source ./activate", "only-here"], tmp_path, stranger.strange(os.environ))
    assert [step.wrong for step in steps] == ["", ""]
    assert steps[1].output == "it runs\n"


@pytest.mark.parametrize(
    ("command", "idle", "wrong"),
    [
        ("echo why >&2; false", False, "exit status 1"),
        ("echo \"Running stage 'clean'\"", False, ""),
        ("echo \"Running stage 'clean'\"", True, "ran a stage again"),
        ("echo nothing changed", True, ""),
        ("dvc metrics diff", False, "does not say 'metrics/pretrain.json'"),
    ],
)
def test_it_stops_at_the_first_that_is_no_success(
    command: str, idle: bool, wrong: str, tmp_path: Path
) -> None:
    """`dvc` is one that compares nothing."""
    (tmp_path / "dvc").symlink_to("/bin/true")
    environment = stranger.strange(os.environ)
    environment["PATH"] = f"{tmp_path}{os.pathsep}{environment['PATH']}"
    steps = stranger.run([command, "true"], tmp_path, environment, idle)
    assert len(steps) == (1 if wrong else 2)
    assert steps[0].wrong.startswith(wrong)
    assert bool(steps[0].wrong) == bool(wrong)

import os
from pathlib import Path

import pytest

from tests import stranger
from tests.docs.blocks import ROOT


@pytest.fixture
def environment() -> dict[str, str]:
    return stranger.strange(os.environ)


def test_readme_tells_a_newcomer_all_of_it_in_order() -> None:
    typed = stranger.commands(ROOT)
    wanted = ("make setup", "source .venv/bin/activate", "python -m pngnw preset", "dvc repro",
              "dvc exp run -S model.pos_emb=sinusoidal", "dvc metrics diff",
              "dvc exp show --only-changed", "python -m pngnw report")  # fmt: skip
    found = [next(i for i, command in enumerate(typed) if command.startswith(w)) for w in wanted]
    assert found == sorted(found)
    assert all(any(command.startswith(said) for command in typed) for said in stranger.SAYS)


def test_only_the_section_is_read(tmp_path: Path) -> None:
    page = (
        "## Before\n\n```bash\nbefore\n```\n\n## A first afternoon\n\n```bash\none  # why\n"
        "two \\\n  three\n```\n\n```python\nfour\n```\n\n## After\n\n```bash\nafter\n```\n"
    )
    (tmp_path / "README.md").write_text(page)
    assert stranger.commands(tmp_path) == ["one", "two three"]


def test_what_a_command_exports_lasts(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "activate").write_text("export PATH=$PWD/bin:$PATH\nkept=no\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/only-here").write_text("#!/bin/sh\necho found it\n")
    (tmp_path / "bin/only-here").chmod(0o755)
    steps = stranger.run(["source ./activate", "only-here"], tmp_path, environment)
    assert [step.wrong for step in steps] == ["", ""]
    assert steps[1].said == "found it\n"
    assert steps[1].seconds > 0


def test_it_stops_at_the_first_that_fails(tmp_path: Path, environment: dict[str, str]) -> None:
    steps = stranger.run(["true", "echo why >&2; false", "true"], tmp_path, environment)
    assert [step.wrong for step in steps] == ["", "exit status 1"]
    assert steps[1].said == "why\n"


@pytest.mark.parametrize(
    ("command", "idle", "wrong"),
    [
        ("echo \"Running stage 'clean'\"", False, ""),
        ("echo \"Running stage 'clean'\"", True, "ran a stage again"),
        ("echo nothing changed", True, ""),
    ],
)
def test_the_second_run_may_run_nothing(
    command: str, idle: bool, wrong: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    (step,) = stranger.run([command], tmp_path, environment, idle)
    assert step.wrong.startswith(wrong)
    assert bool(step.wrong) == bool(wrong)


def test_a_comparison_that_compares_nothing_is_wrong(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    (tmp_path / "dvc").write_text("#!/bin/sh\necho $DIFFERS\n")
    (tmp_path / "dvc").chmod(0o755)
    environment["PATH"] = f"{tmp_path}{os.pathsep}{environment['PATH']}"
    (empty,) = stranger.run(["dvc metrics diff"], tmp_path, environment)
    assert "metrics/pretrain.json" in empty.wrong
    environment["DIFFERS"] = "metrics/pretrain.json  test.emoji.kl"
    (full,) = stranger.run(["dvc metrics diff"], tmp_path, environment)
    assert full.wrong == ""

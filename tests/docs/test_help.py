"""Every command explains itself, with an example."""

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

from pngnw import cli
from tests.docs.blocks import ROOT

STAGES = sorted(path.stem for path in (ROOT / "stages").glob("*.py") if f"stages.{path.stem}" in
                (ROOT / "dvc.yaml").read_text())  # fmt: skip


def subcommands() -> dict[str, argparse.ArgumentParser]:
    """The commands of `python -m pngnw`."""
    (action,) = [
        action
        for action in cli._parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    ]
    return dict(action.choices)


@pytest.mark.parametrize("command", subcommands())
def test_a_command_shows_an_example(command: str) -> None:
    text = " ".join(subcommands()[command].format_help().split())
    assert f"python -m pngnw {command}" in text.split("example: ")[1]


def test_the_list_of_commands_is_complete() -> None:
    listed = [line.split()[:1] for line in cli._parser().format_help().splitlines()]
    assert [command for command in subcommands() if [command] not in listed] == []


@pytest.mark.parametrize("module", ["benchmarks", *(f"stages.{stage}" for stage in STAGES)])
def test_a_module_shows_an_example(module: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"example: python -m {module}" in " ".join(done.stdout.split())


def test_all_nine_stages_were_asked() -> None:
    assert len(STAGES) == 9

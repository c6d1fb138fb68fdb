"""Every command explains itself, with an example."""

import argparse
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

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


def modules() -> list[str]:
    """What else `python -m` can run, but for workers, which are started by their benchmark."""
    found = []
    for path in (
        each for top in ("benchmarks", "pngnw", "tests") for each in ROOT.glob(f"{top}/**/*.py")
    ):
        script = re.search(r'^if __name__ == "__main__":', path.read_text("utf-8"), re.MULTILINE)
        if script and path.parent.name != "workers" and not path.name.startswith("test_"):
            found.append(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return sorted(name.removesuffix(".__main__") for name in found)


@pytest.mark.parametrize("module", modules())
def test_a_script_shows_an_example_and_does_nothing_else(
    module: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not _overlooks_options(module), f"python -m {module} --help would do its work"
    monkeypatch.setattr(sys, "argv", [module, "--help"])
    # Not one process for each: most of them read the same large packages.
    with pytest.raises(SystemExit) as exit_:
        runpy.run_module(module, run_name="__main__")
    assert exit_.value.code == 0
    assert f"example: python -m {module}" in " ".join(capsys.readouterr().out.split())


def _overlooks_options(module: str) -> bool:
    path = ROOT / module.replace(".", "/")
    source = path / "__main__.py" if path.is_dir() else path.with_suffix(".py")
    return "ArgumentParser(" not in source.read_text("utf-8")


def test_all_stages_were_asked() -> None:
    pipeline = YAML(typ="safe", pure=True).load((ROOT / "dvc.yaml").read_text("utf-8"))
    assert {*STAGES} == {*pipeline["stages"]}

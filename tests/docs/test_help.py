"""Every command explains itself, with an example."""

import argparse
import re
import runpy
import sys

import pytest

from pngnw import cli
from tests.docs.blocks import ROOT


def subcommands() -> dict[str, argparse.ArgumentParser]:
    """The commands of `python -m pngnw`."""
    (action,) = [
        action
        for action in cli._parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    ]
    return dict(action.choices)


def sources() -> dict[str, str]:
    """What else `python -m` can run, but for workers, which are started by their benchmark."""
    sources = {}
    for folder in ("benchmarks", "pngnw", "stages", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            source = path.read_text("utf-8")
            script = re.search(r'^if __name__ == "__main__":', source, re.MULTILINE)
            if script and path.parent.name != "workers" and not path.name.startswith("test_"):
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                sources[name.removesuffix(".__main__")] = source
    return sources


@pytest.mark.parametrize("command", subcommands())
def test_a_command_shows_an_example(command: str) -> None:
    text = " ".join(subcommands()[command].format_help().split())
    assert f"python -m pngnw {command}" in text.split("example: ")[1]


@pytest.mark.parametrize(("module", "source"), sources().items(), ids=sources())
def test_a_script_shows_an_example_and_does_nothing_else(
    module: str, source: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if "ArgumentParser(" not in source and "launch(" not in source:
        pytest.fail(f"python -m {module} --help would do its work")
    monkeypatch.setattr(sys, "argv", [module.rpartition(".")[2], "--help"])
    # Not one process for each: most of them read the same large packages.
    with pytest.raises(SystemExit) as exit_:
        runpy.run_module(module, run_name="__main__")
    assert exit_.value.code == 0
    assert f"example: python -m {module}" in " ".join(capsys.readouterr().out.split())

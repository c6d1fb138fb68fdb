"""`python -m pngnw doctor`: is everything here that the pipeline needs, and what to do if not.

Guarantees: changes nothing but empty cache folders, needs no network, and needs none of the
packages that it looks for: the standard library is enough, so a broken environment is described
and not stumbled over.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pngnw.tools.doctor import accelerator, extras, machine, packages, repository
from pngnw.tools.doctor.check import PROBLEM, WARNING, Check

DESCRIPTION = (
    "Look at Python, packages, machine, params.yaml and the DVC repository, and print a line for "
    "each: ok, warning or problem, and what to do. Exit status 1 if there is a problem."
)


def describe(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options and the work of this command."""
    parser.description = DESCRIPTION
    parser.epilog = "example: python -m pngnw doctor"
    parser.add_argument(
        "--json", action="store_true", help="a JSON list of name, state, found and remedy"
    )
    parser.set_defaults(run=_run)


def main(arguments: Sequence[str]) -> None:
    """The command by itself, for an environment in which `pngnw.cli` cannot be imported."""
    parser = argparse.ArgumentParser(prog="python -m pngnw doctor")
    describe(parser)
    _run(parser.parse_args(arguments))


def examine(root: Path) -> Iterator[Check]:
    """Every check, as soon as it is done."""
    cache = Path(os.environ.get("DVC_ROOT", root)) / ".cache"
    yield packages.python()
    yield packages.packages(root / "requirements.lock")
    yield packages.stages_python()
    params, valid = repository.parameters(root / "params.yaml")
    yield valid
    yield machine.cores(params.run.workers if params is not None else None)
    yield machine.memory()
    yield machine.room(root)
    yield machine.links(root, cache)
    yield accelerator.gpu(_torch(), params)
    for extra in extras.EXTRAS:
        yield extras.extra(extra, params)
    yield extras.browser()
    yield repository.repository(root)
    held = repository.locks(root, cache)
    yield held
    if held.state != "ok":
        yield Check("stages", "ok", "not looked at while others work here")
    else:
        yield repository.outdated(root)


def _torch() -> Any:
    try:
        import torch
    except (ImportError, OSError):  # OSError: one of its libraries cannot be loaded
        return None
    return torch


def _run(options: argparse.Namespace) -> None:
    found = []
    for check in examine(Path()):
        found.append(check)
        if not options.json:
            print(check.as_text(), flush=True)
    if options.json:
        print(json.dumps([asdict(check) for check in found], indent=2, ensure_ascii=False))
    else:
        states = [check.state for check in found]
        print(f"problems: {states.count(PROBLEM)}, warnings: {states.count(WARNING)}")
    if any(check.state == PROBLEM for check in found):
        raise SystemExit(1)

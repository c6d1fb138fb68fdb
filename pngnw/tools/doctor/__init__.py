"""`pngnw doctor`: is everything here that a run needs, and what to do if not.

Guarantees: changes nothing but empty cache folders, needs no network, and needs none of the
packages that it looks for: the standard library is enough to describe a broken environment.
"""

from __future__ import annotations  # so that older Pythons can be told that they are too old

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OK, WARNING, PROBLEM = "ok", "warning", "problem"


@dataclass(frozen=True)
class Check:
    """The result of one check.

    Attributes:
        name: what was looked at, in a word or two.
        state: "ok"; "warning": it works, but not as well as it could; "problem": it will fail.
        finding: what is there.
        remedy: what to do; empty if nothing.
    """

    name: str
    state: str
    finding: str
    remedy: str = ""

    def as_text(self) -> str:
        """One line: `problem  packages        numpy is missing; run ...`."""
        text = f"{self.finding}; {self.remedy}" if self.remedy else self.finding
        return f"{self.state:8} {self.name:14} {' '.join(text.split())}"


def listed(names: list[str], most: int = 4) -> str:
    """The first names of a list, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def describe(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options and the work of this command."""
    parser.description = (
        "Look at Python, packages, extras, machine, params.yaml and the DVC repository, and print "
        "a line for each: ok, warning or problem, and what to do. Exit status 1 if there is a "
        "problem."
    )
    parser.epilog = "example: python -m pngnw doctor"
    parser.add_argument(
        "--json", action="store_true", help="a JSON list of name, state, found and remedy"
    )
    parser.set_defaults(run=_run)


def examine(root: Path) -> Iterator[Check]:
    """Every check, as soon as it is done; outside a clone only those of an install."""
    from pngnw.tools.doctor import machine, software

    yield software.python()
    in_clone = (root / "stages/fetch.py").is_file()
    params = None
    if in_clone:
        yield software.packages(root / "requirements.lock")
        yield software.stages_python()
        params, check = software.parameters(root / "params.yaml")
        yield check
    yield machine.cores(params.run.workers if params is not None else None)
    yield machine.memory()
    yield machine.disk(root)
    yield machine.gpu(machine.torch_module(), params)
    yield from software.extras(params)
    if not in_clone:
        finding = f"{root.resolve()} is no clone of the repository"
        yield Check("repository", OK, finding, "only the pipeline, sweeps and reports need one")
        return
    cache = Path(os.environ.get("DVC_ROOT", root)) / ".cache"
    yield machine.hard_links(root, cache)
    yield software.repository(root)
    locks = software.locks(root, cache)
    yield locks
    if locks.state != OK:
        yield Check("stages", OK, "not looked at while others work here")
    elif not os.access(root / ".dvc", os.W_OK):
        yield Check("stages", OK, "not looked at: DVC has to write into .dvc")
    else:
        yield software.outdated(root)


def _run(options: argparse.Namespace) -> None:
    checks = []
    for check in examine(Path()):
        checks.append(check)
        if not options.json:
            print(check.as_text(), flush=True)
    states = [check.state for check in checks]
    if options.json:
        rows = [
            {"name": c.name, "state": c.state, "found": c.finding, "remedy": c.remedy}
            for c in checks
        ]
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        print(f"problems: {states.count(PROBLEM)}, warnings: {states.count(WARNING)}")
    if PROBLEM in states:
        raise SystemExit(1)

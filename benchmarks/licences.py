"""The licence of every package in requirements.lock: `python -m benchmarks.licences`.

Writes docs/licences.md from what the installed packages say of themselves: the licence expression
(PEP 639), else the classifiers, else the field `License`. A package of the lock that is not
installed here, or in another version, is an error, so the list never describes something else.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
LIST = ROOT / "docs" / "licences.md"
HEAD = """\
# Licences of the packages in requirements.lock

Written by `python -m benchmarks.licences`; do not edit. What each installed package says of itself.
They are installed by `make setup`, none is part of this repository. What the texts, dictionaries,
weights and voices inside some of them are under: [data.md](data.md).

| package | version | licence |
|---|---|---|
"""
_LONGEST = 60
_CLASSIFIER = "License :: "
# What says nothing: the name of a group of licences, or of a file.
_EMPTY = {"", "unknown", "osi approved", "dual license", "license.txt"}


def main() -> None:
    """Write the list."""
    argparse.ArgumentParser(
        prog="python -m benchmarks.licences",
        description=__doc__,
        epilog="example: python -m benchmarks.licences",
    ).parse_args()
    rows = [f"| {name} | {version} | {licence} |" for name, version, licence in licences(LOCK)]
    LIST.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


def licences(lock: Path) -> Iterator[tuple[str, str, str]]:
    """Name, version and licence of every package that a lock file pins."""
    for name, version in pinned(lock):
        try:
            found = metadata(name)
        except PackageNotFoundError:
            raise SystemExit(f"{name}: not installed for {sys.executable}; `make setup`") from None
        if found["Version"].partition("+")[0] != version:  # "+cpu" says who built it
            raise SystemExit(f"{name}: {found['Version']} is installed, {version} is pinned")
        classifiers = found.get_all("Classifier", [])
        expression, field = found.get("License-Expression"), found.get("License")
        yield name, version, licence_of(expression, classifiers, field)


def pinned(lock: Path) -> Iterator[tuple[str, str]]:
    """(name, version) of every line `name==version`."""
    for line in lock.read_text(encoding="utf-8").splitlines():
        match = re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)", line)
        if match:
            yield match[1], match[2]


def licence_of(expression: str | None, classifiers: list[str], field: str | None) -> str:
    """What a package's metadata say, in one line; "not stated" if they say nothing."""
    if expression:
        return expression
    named = [
        each.removeprefix(_CLASSIFIER).removeprefix("OSI Approved :: ")
        for each in classifiers
        if each.startswith(_CLASSIFIER)
    ]
    named = [each for each in named if each.lower() not in _EMPTY]
    if named:
        return "; ".join(named)
    # Some packages put the whole text there: its first line is its name.
    first = next(iter((field or "").strip().splitlines()), "").strip()
    if first.lower() in _EMPTY:
        return "not stated"
    return first if len(first) <= _LONGEST else f"{first[:_LONGEST]}..."


if __name__ == "__main__":
    main()

"""Is this the Python, and are these the packages, that the repository was tested with?"""

from __future__ import annotations

import re
import shutil
import sys
from importlib import metadata
from pathlib import Path

from pngnw.tools.doctor.check import OK, PROBLEM, WARNING, Check, listed

OLDEST = (3, 11)
SET_UP = "run `make setup`, then `source .venv/bin/activate`"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)


def python() -> Check:
    """The version of this interpreter."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        return Check("python", PROBLEM, version, f"install Python {wanted} or newer and {SET_UP}")
    return Check("python", OK, f"{version} ({sys.prefix})")


def packages(lock: Path) -> Check:
    """requirements.lock against what is installed for this interpreter.

    Another version is a warning: it may work, but its output may differ from what was measured.
    """
    if not lock.is_file():
        return Check("packages", PROBLEM, f"no {lock.name}", "run it in the root of the repository")
    pins = _PIN.findall(lock.read_text(encoding="utf-8"))
    missing, other = [], []
    for name, pinned in pins:
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
            continue
        if installed.partition("+")[0] != pinned:  # "2.13.0+cpu" says who built it
            other.append(f"{name} {installed} instead of {pinned}")
    if missing:
        found = f"{len(missing)} of {len(pins)} are missing ({listed(missing)})"
        return Check("packages", PROBLEM, found, SET_UP)
    if other:
        return Check("packages", WARNING, listed(other), f"for the tested versions {SET_UP}")
    return Check("packages", OK, f"all {len(pins)} of {lock.name}")


def stages_python() -> Check:
    """The `python` by which `dvc repro` runs stages: it is looked for on the path."""
    found = shutil.which("python")
    if found is not None and Path(found).parent == Path(sys.executable).parent:
        return Check("path", OK, f"stages run with {found}")
    told = f"`dvc repro` would run stages with {found}" if found else "there is no `python`"
    return Check("path", WARNING, told, "`source .venv/bin/activate`, or use `make repro`")

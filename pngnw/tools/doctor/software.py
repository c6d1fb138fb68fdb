"""The doctor's checks of software: Python, packages, extras, parameters and the DVC repository."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any

from pngnw.tools.doctor import OK, PROBLEM, WARNING, Check, listed

OLDEST = (3, 11)
SET_UP = "run `make setup`, then `source .venv/bin/activate`"
# Extras that a setting of params.yaml asks for: the key, and its value.
SETTINGS = {
    "ray": ("run.engine", "ray"),
    "speech": ("speech.source", "piper"),
    "torchmoji-onnx": ("teach.backend", "deepmoji-onnx"),
}
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_NO_SCM = re.compile(r"^\s*no_scm\s*=\s*true\s*$", re.MULTILINE | re.IGNORECASE)
_EXTRA = re.compile(r"""([A-Za-z0-9._-]+).*;.*extra\s*==\s*["']([^"']+)["']""")


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
        installed = _version(name)
        if installed is None:
            missing.append(name)
        elif installed.partition("+")[0] != pinned:  # "2.13.0+cpu" says who built it
            other.append(f"{name} {installed} instead of {pinned}")
    if missing:
        finding = f"{len(missing)} of {len(pins)} are missing ({listed(missing)})"
        return Check("packages", PROBLEM, finding, SET_UP)
    if other:
        return Check("packages", WARNING, listed(other), f"for the tested versions {SET_UP}")
    return Check("packages", OK, f"all {len(pins)} of {lock.name}")


def _version(package: str) -> str | None:
    """What is installed; None if nothing is."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def extras(params: Any) -> Iterator[Check]:
    """Which extras of pngnw are installed; a problem only where `params` (None: unknown) ask."""
    for extra, names in _extras().items():
        missing = [name for name in names if _version(name) is None]
        key, value = SETTINGS.get(extra, ("", ""))
        if not missing:
            yield Check(extra, OK, "extra, installed")
        elif key and params is not None and attrgetter(key)(params) == value:
            finding = f"{listed(missing)} is missing, and params.yaml has {key}: {value}"
            yield Check(extra, PROBLEM, finding, f"`pip install 'pngnw[{extra}]'`")
        else:
            use = f"; only {key}: {value} uses it" if key else ""
            finding = f"extra, not installed ({listed(missing)}){use}"
            yield Check(extra, OK, finding, f"`pip install 'pngnw[{extra}]'`")


def _extras() -> dict[str, list[str]]:
    """Extra to packages, by the pyproject.toml of a clone or by what pip installed."""
    pyproject = Path(__file__).parents[3] / "pyproject.toml"
    by_extra: dict[str, list[str]] = {}
    if pyproject.is_file():
        import tomllib

        project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
        by_extra = {
            extra: [_NAME.findall(requirement)[0] for requirement in requirements]
            for extra, requirements in project["optional-dependencies"].items()
        }
    else:
        for requirement in metadata.requires("pngnw") or []:
            if match := _EXTRA.match(requirement):
                by_extra.setdefault(match[2], []).append(match[1])
    # An extra that contains another one names pngnw itself.
    return {extra: [n for n in names if n != "pngnw"] for extra, names in by_extra.items()}


def stages_python() -> Check:
    """The `python` by which `dvc repro` runs stages: it is looked for on the path."""
    path = shutil.which("python")
    if path is not None and Path(path).parent == Path(sys.executable).parent:
        return Check("path", OK, f"stages run with {path}")
    finding = f"`dvc repro` would run stages with {path}" if path else "there is no `python`"
    return Check("path", WARNING, finding, "`source .venv/bin/activate`, or use `make repro`")


def parameters(path: Path) -> tuple[Any, Check]:
    """The checked `Params`, or None, and whether they are valid."""
    try:
        from pngnw import params
        from pngnw.core.errors import UserError
    except ImportError as error:
        return None, Check("params.yaml", PROBLEM, f"not checked: no {error.name}", SET_UP)
    try:
        return params.load(path), Check("params.yaml", OK, "valid")
    except UserError as error:
        remedy = "correct it, or `python -m pngnw preset default`"
        return None, Check("params.yaml", PROBLEM, str(error), remedy)


def repository(root: Path) -> Check:
    """Git, here or in a folder above, and DVC; experiments need both."""
    if not (root / ".dvc").is_dir():
        return Check("repository", PROBLEM, "no .dvc folder", "run it in the root of a clone")
    folder = root.resolve()
    git = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)
    without = any(
        _NO_SCM.search(_text(root / ".dvc" / name)) for name in ("config", "config.local")
    )
    if git is None and not without:
        remedy = "`make repro`, or `dvc config --local core.no_scm true` and `dvc repro`"
        return Check("repository", PROBLEM, "DVC does nothing without git unless told to", remedy)
    if git is None:
        remedy = "`dvc repro` works, `dvc exp` does not: `git clone` instead of an archive"
        return Check("repository", WARNING, "DVC without git", remedy)
    if without:
        remedy = "`dvc config --local --unset core.no_scm`, or `dvc exp` does not work"
        return Check("repository", WARNING, f"git in {git}, but core.no_scm is set", remedy)
    if shutil.which("git") is None:
        remedy = "`dvc repro` works, experiments and sweeps do not: install it"
        return Check("repository", WARNING, "there is no `git` command", remedy)
    return Check("repository", OK, "git and DVC" if git == folder else f"DVC, and git in {git}")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def locks(root: Path, cache: Path) -> Check:
    """Who works here now: by DVC's two locks, and by the locks of the stages."""
    try:
        running = _holders(root / ".dvc/tmp/rwlock")
    except ValueError:
        # DVC refuses to go on; it may be left so by a full disk.
        finding = ".dvc/tmp/rwlock is damaged"
        return Check("locks", PROBLEM, finding, "delete it if no dvc runs here")
    if _is_locked(root / ".dvc/tmp/lock"):
        running.append("a dvc command")
    for path in sorted((cache / "locks").glob("*")):
        if _is_locked(path):
            running.append(f"the stage {path.name}")
    if running:
        finding = f"held by {listed(running)}"
        return Check("locks", WARNING, finding, "wait for it, or another dvc will")
    return Check("locks", OK, "none held")


def _holders(rwlock: Path) -> list[str]:
    """Commands of DVC that are alive, of its file of paths that are being read and written;
    ValueError if it is not what DVC writes."""
    if not rwlock.is_file():
        return []
    try:
        locks = json.loads(rwlock.read_text(encoding="utf-8"))
        entries = [*locks.get("write", {}).values(), *chain(*locks.get("read", {}).values())]
        return sorted({f"`{e['cmd']}` ({e['pid']})" for e in entries if _is_alive(e["pid"])})
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(str(error)) from None


def _is_alive(process: int) -> bool:
    """Entries of dead processes are no obstacle: DVC removes them."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        pass
    return True


def _is_locked(path: Path) -> bool:
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return isinstance(error, BlockingIOError)
    return False


def outdated(root: Path) -> Check:
    """Stages that `dvc repro` would run; nothing is changed by asking."""
    command = [sys.executable, "-m", "dvc", "status", "--json"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        return Check("stages", PROBLEM, "`dvc status` failed", done.stderr.strip().split("\n")[0])
    try:
        stages = list(json.loads(done.stdout))
    except ValueError:
        return Check("stages", WARNING, "unknown", "ask `dvc status`")
    if stages:
        return Check("stages", WARNING, f"outdated: {listed(stages, 8)}", "`dvc repro`")
    return Check("stages", OK, "all up to date")

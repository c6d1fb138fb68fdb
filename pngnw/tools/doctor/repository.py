"""Is this a repository that `dvc repro` can work in, and what would it do?"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from pngnw.tools.doctor.check import OK, PROBLEM, WARNING, Check, listed
from pngnw.tools.doctor.packages import SET_UP

PATIENCE = 300  # seconds for `dvc status`, which reads every output of a large corpus once


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
        remedy = "mend it, or `python -m pngnw preset default`"
        return None, Check("params.yaml", PROBLEM, str(error), remedy)


def repository(root: Path) -> Check:
    """Git and DVC; experiments need both."""
    if not (root / ".dvc").is_dir():
        return Check("repository", PROBLEM, "no .dvc folder", "run it in the root of a clone")
    if not (root / ".git").exists():
        remedy = "`dvc repro` works, `dvc exp` does not: `git clone` instead of an archive"
        return Check("repository", WARNING, "DVC without git", remedy)
    if shutil.which("git") is None:
        return Check("repository", PROBLEM, "there is no `git`", "install it")
    return Check("repository", OK, "git and DVC")


def locks(root: Path, cache: Path) -> Check:
    """Who works here now: by DVC's two locks, and by the locks of the stages."""
    try:
        running = _holders(root / ".dvc/tmp/rwlock")
    except ValueError:
        # DVC refuses to go on; it may be left so by a full disk.
        found = ".dvc/tmp/rwlock is damaged"
        return Check("locks", PROBLEM, found, "delete it if no dvc runs here")
    if _is_locked(root / ".dvc/tmp/lock"):
        running.append("a dvc command")
    for path in sorted((cache / "locks").glob("*")):
        if _is_locked(path):
            running.append(f"the stage {path.name}")
    if running:
        found = f"held by {listed(running)}"
        return Check("locks", WARNING, found, "wait for it, or another dvc will")
    return Check("locks", OK, "none held")


def _holders(rwlock: Path) -> list[str]:
    """Commands of DVC that are alive, of its file of paths that are being read and written.

    Raises:
        ValueError: it is not what DVC writes.
    """
    if not rwlock.is_file():
        return []
    try:
        held = json.loads(rwlock.read_text(encoding="utf-8"))
        entries = [
            *held.get("write", {}).values(),
            *(each for many in held.get("read", {}).values() for each in many),
        ]
        alive = {f"`{each['cmd']}` ({each['pid']})" for each in entries if _is_alive(each["pid"])}
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(str(error)) from None
    return sorted(alive)


def _is_alive(process: int) -> bool:
    """Entries of dead processes are no obstacle: DVC removes them."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_locked(path: Path) -> bool:
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def outdated(root: Path) -> Check:
    """Stages that `dvc repro` would run; nothing is changed by asking."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "dvc", "status", "--json"],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        stages = list(json.loads(done.stdout)) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError):
        return Check("stages", WARNING, "not told", "ask `dvc status`")
    if stages is None:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        return Check("stages", PROBLEM, "`dvc status` failed", said[0] if said else "")
    if stages:
        return Check("stages", WARNING, f"outdated: {listed(stages, 8)}", "`dvc repro`")
    return Check("stages", OK, "all up to date")

"""Where a run comes from: revision, machine, parameters and the digests of what it wrote.

Guarantees: parameters are those that dvc.lock says the figures were made with; where params.yaml
says something else by now, both are given. Without git or a lock the rest is still told.
"""

import json
import os
import platform
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from pngnw.core.errors import UserError
from pngnw.params import read_yaml

PARAMS, LOCK = Path("params.yaml"), Path("dvc.lock")


@dataclass(frozen=True)
class Revision:
    """The commit that is checked out, and how many files differ from it."""

    commit: str
    date: str
    subject: str
    changed_files: int


@dataclass(frozen=True)
class Output:
    """A file or folder that a stage wrote, by its digest (MD5, as DVC takes it)."""

    stage: str
    path: str
    digest: str
    size: int
    files: int


@dataclass(frozen=True)
class Parameter:
    """A dial: what the figures were made with, and what params.yaml says now; None for absent."""

    key: str
    ran: str | None
    now: str | None


@dataclass(frozen=True)
class Lock:
    """What dvc.lock remembers of the last run of every stage."""

    parameters: Mapping[str, Any]
    outputs: tuple[Output, ...]


def revision(root: Path) -> Revision | None:
    """What git says of a folder; None without git or a commit."""
    said = _git(root, "log", "-1", "--format=%H%n%cs%n%s")
    if said is None:
        return None
    commit, date, subject = [*said.splitlines(), "", "", ""][:3]
    changed = _git(root, "status", "--porcelain") or ""
    return Revision(commit, date, subject, len(changed.splitlines()))


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, errors="replace"
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def machine() -> dict[str, str]:
    """This machine in words."""
    try:
        system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.platform())
    except OSError:
        system = platform.platform()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = {name: _version(name) for name in ("torch", "dvc", "pyarrow", "polars")}
    return {
        "processor": f"{_processor()}, {os.cpu_count()} logical cores",
        "memory": f"{memory:.0f} GiB",
        "system": f"{system}, {platform.machine()}",
        "Python": platform.python_version(),
        "packages": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or "unknown"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def lock(root: Path) -> Lock | None:
    """dvc.lock; None if no stage has run.

    Raises:
        UserError: the file is no lock of DVC.
    """
    path = root / LOCK
    if not path.exists():
        return None
    raw = read_yaml(path, "run `dvc repro`")
    try:
        stages = raw["stages"].items()
        parameters: dict[str, Any] = {}
        outputs = []
        for name, stage in stages:
            for values in stage.get("params", {}).values():
                parameters |= flat(values)
            for out in stage.get("outs", []):
                digest = str(out["md5"])
                outputs.append(
                    Output(name, str(out["path"]), digest, out["size"], out.get("nfiles", 1))
                )
    except (KeyError, TypeError, AttributeError):
        raise UserError(f"{path}: not written by DVC; delete it and run `dvc repro`") from None
    return Lock(parameters, tuple(outputs))


def parameters(root: Path, ran: Lock | None) -> list[Parameter]:
    """Every dial of params.yaml and of the lock, in the order of params.yaml.

    Raises:
        UserError: params.yaml is missing or no YAML.
    """
    now = flat(read_yaml(root / PARAMS, "run this from the root of the repository"))
    then = ran.parameters if ran else {}
    return [
        Parameter(key, shown(then[key]) if key in then else None,
                  shown(now[key]) if key in now else None)
        for key in dict.fromkeys([*now, *then])
    ]  # fmt: skip


def flat(values: Any) -> dict[str, Any]:
    """Nested mappings as one, keys joined by dots; lists are values."""
    return dict(_flat(values, ""))


def _flat(values: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    if isinstance(values, Mapping):
        for key, value in values.items():
            yield from _flat(value, f"{prefix}.{key}" if prefix else str(key))
    else:
        yield prefix, values


def shown(value: Any) -> str:
    """A parameter's value in a line: text as it is, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

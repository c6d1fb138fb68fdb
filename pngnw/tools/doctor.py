"""`pngnw doctor`: is everything here that a run needs, and what to do if not.

Guarantees: changes nothing, needs no network, and none of the packages that it looks for: the
standard library is enough to describe a broken environment.
"""

from __future__ import annotations  # so that older Pythons can be told that they are too old

import argparse
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

OK, WARNING, PROBLEM = "ok", "warning", "problem"
OLDEST = (3, 11)
SET_UP = "run `make setup`, then `source .venv/bin/activate`"
# Of the default run on two cores, in GiB (metrics/cost): pretraining held 2.2, two runs of evaluate
# at a time 1 each; data, models and caches took 0.6, with the wheels that were downloaded.
MEMORY, LEAST_MEMORY = 3.0, 1.0
DISK, LEAST_DISK = 3.0, 0.5
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)
_NO_SCM = re.compile(r"^\s*no_scm\s*=\s*true\s*$", re.MULTILINE | re.IGNORECASE)


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
        """One line: `problem  packages     numpy is missing; run ...`."""
        text = f"{self.finding}; {self.remedy}" if self.remedy else self.finding
        return f"{self.state:8} {self.name:12} {' '.join(text.split())}"


def describe(parser: argparse.ArgumentParser) -> None:
    """Give a parser the work of this command."""
    parser.description = (
        "Look at Python, packages, machine, params.yaml and the repository, and print a line for "
        "each: ok, warning or problem, and what to do. Exit status 1 if there is a problem."
    )
    parser.epilog = "example: python -m pngnw doctor"
    parser.set_defaults(run=_run)


def examine(root: Path) -> Iterator[Check]:
    """Every check, as soon as it is done; outside a clone only those of an install."""
    yield python()
    in_clone = (root / "stages/fetch.py").is_file()
    params = None
    if in_clone:
        yield packages(root / "requirements.lock")
        yield stages_python()
        params, check = parameters(root / "params.yaml")
        yield check
    yield memory()
    yield disk(root)
    yield gpu(_torch(), params)
    if in_clone:
        yield repository(root)


def _run(_: argparse.Namespace) -> None:
    states = []
    for check in examine(Path()):
        states.append(check.state)
        print(check.as_text(), flush=True)
    print(f"problems: {states.count(PROBLEM)}, warnings: {states.count(WARNING)}")
    if PROBLEM in states:
        raise SystemExit(1)


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
    pins = _PIN.findall(lock.read_text(encoding="utf-8"))
    missing, other = [], []
    for name, pinned in pins:
        installed = _version(name)
        if installed is None:
            missing.append(name)
        elif installed.partition("+")[0] != pinned:  # "2.13.0+cpu" says who built it
            other.append(f"{name} {installed} instead of {pinned}")
    if missing:
        finding = f"{len(missing)} of {len(pins)} are missing ({_listed(missing)})"
        return Check("packages", PROBLEM, finding, SET_UP)
    if other:
        return Check("packages", WARNING, _listed(other), f"for the tested versions {SET_UP}")
    return Check("packages", OK, f"all {len(pins)} of {lock.name}")


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _listed(names: list[str], most: int = 4) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


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


def memory() -> Check:
    """Memory that is free now, here and in the container's limit."""
    available = re.search(r"^MemAvailable:\s*(\d+) kB", _read("/proc/meminfo"), re.MULTILINE)
    if available is None:
        return Check("memory", OK, "unknown")
    free = int(available[1]) * 1024
    limit = _read("/sys/fs/cgroup/memory.max").strip()
    used = _read("/sys/fs/cgroup/memory.current").strip()
    if limit.isdigit() and used.isdigit():  # otherwise "max", or no container
        free = max(0, min(free, int(limit) - int(used)))
    remedy = "run.workers: 1 or smaller pretrain.batch_tokens need less"
    return _enough("memory", free, MEMORY, LEAST_MEMORY, remedy)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""


def disk(root: Path) -> Check:
    """Free space of the disk that holds the repository."""
    return _enough("disk", shutil.disk_usage(root).free, DISK, LEAST_DISK, "free some")


def _enough(name: str, free: float, need: float, least: float, remedy: str) -> Check:
    """Free bytes against what the default run takes, and what no run can do without, in GiB."""
    finding = f"{free / 2**30:.1f} GiB free"
    if free >= need * 2**30:
        return Check(name, OK, finding)
    state = PROBLEM if free < least * 2**30 else WARNING
    return Check(name, state, finding, f"the default run needs about {need:.0f} GiB: {remedy}")


def _torch() -> Any:
    """PyTorch, or None if it cannot be imported."""
    try:
        import torch
    except (ImportError, OSError):  # OSError: one of its libraries cannot be loaded
        return None
    return torch


def gpu(torch: Any, params: Any) -> Check:
    """Whether there is a GPU that PyTorch can use. None is needed unless `params` ask for one."""
    if torch is None:
        return Check("gpu", OK, "not looked at: PyTorch cannot be imported")
    if torch.cuda.is_available():
        count = torch.cuda.device_count()
        return Check("gpu", OK, ", ".join(map(torch.cuda.get_device_name, range(count))))
    if params is not None and params.model.attention == "flash":
        finding = "none, and model.attention is flash"
        return Check("gpu", PROBLEM, finding, "set model.attention: auto")
    if shutil.which("nvidia-smi") is not None:
        remedy = f"PyTorch {torch.__version__} does not see it: install its CUDA build"
        return Check("gpu", WARNING, "an NVIDIA driver is there", remedy)
    return Check("gpu", OK, "none, none needed")


def repository(root: Path) -> Check:
    """Git, here or in a folder above, and DVC; experiments need both."""
    folder = root.resolve()
    git = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)
    configs = [root / ".dvc" / name for name in ("config", "config.local")]
    without = any(_NO_SCM.search(path.read_text("utf-8")) for path in configs if path.is_file())
    if git is None and not without:
        remedy = "`make repro`, or `dvc config --local core.no_scm true` and `dvc repro`"
        return Check("repository", PROBLEM, "DVC does nothing without git unless told to", remedy)
    if git is None:
        remedy = "`dvc repro` works, `dvc exp` does not: `git clone` instead of an archive"
        return Check("repository", WARNING, "DVC without git", remedy)
    if without:
        remedy = "`dvc config --local --unset core.no_scm`, or `dvc exp` does not work"
        return Check("repository", WARNING, f"git in {git}, but core.no_scm is set", remedy)
    return Check("repository", OK, f"DVC, and git in {git}")

"""The files and folders that params.yaml names: does DVC watch them, do experiments get them?

DVC runs an experiment of a queue or a sweep in a folder of its own, which holds what git or DVC
tracks and nothing else.
"""

import os
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pngnw.core.errors import UserError
from pngnw.params.sections import PATH, Section

MADE = ("data", "models", "plots")  # by stages; DVC tracks them


def named(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Dotted keys whose values are paths, and the values; those that are null are left out."""
    if isinstance(value, Section):
        for name, field in type(value).model_fields.items():
            inner, dotted = getattr(value, name), f"{key}.{name}".lstrip(".")
            if PATH not in field.metadata:
                yield from named(inner, dotted)
            elif inner is not None:
                yield dotted, inner
    elif isinstance(value, dict | list):
        for part, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from named(inner, f"{key}.{part}")


def refuse_unwatched(key: str, path: str, watch_key: str, watch: str) -> None:
    """Raise `UserError` for a path outside the folder that dvc.yaml names for it."""
    if not Path(path).expanduser().resolve().is_relative_to(Path(watch).resolve()):
        raise UserError(
            f"{key}: {path!r} lies outside the watched folder {watch!r}, so changes in it would go "
            f"unnoticed; set {watch_key} to a folder that holds it, or move the files"
        )


def refuse_untracked(params: Section, root: Path) -> None:
    """Raise `UserError` for files below the paths in `params` that experiments do not get.

    Args:
        params: any section, or all of them.
        root: the repository; an absolute path, or one that leads out of it, is not looked at.
    """
    paths = {os.path.normpath(path) for _, path in named(params)}
    inside = [p for p in sorted(paths) if not p.startswith(("/", "..")) and ":/" not in p]
    inside.append("params.yaml")  # and nothing at all would be everything to git
    listed = subprocess.run(
        ["git", "--literal-pathspecs", "ls-files", "-z", "--others", "--", *inside],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        reason = (listed.stderr.strip().splitlines() or ["no message"])[0]
        raise UserError(f"git ls-files: {reason}; experiments need a git repository")
    files = [name for name in listed.stdout.split("\0") if name and not _is_tracked(root, name)]
    if files:
        folders = [p for p in inside if any(Path(file).is_relative_to(p) for file in files)]
        more = f" and {len(files) - 1} more files" if len(files) > 1 else ""
        raise UserError(
            f"{files[0]}{more}: tracked by neither git nor DVC, so an experiment in a folder of "
            "its own (--queue, --temp, a sweep) would run without; "
            f"`git add --force {shlex.join(folders)}`, then start it again"
        )


def _is_tracked(root: Path, name: str) -> bool:
    """Whether DVC tracks a file that git does not, or no stage reads it (`.DS_Store`)."""
    path = Path(name)
    if path.parts[0] in MADE or path.name.startswith(".") or "__pycache__" in path.parts:
        return True
    return any((root / f"{part}.dvc").is_file() for part in [path, *path.parents[:-1]])

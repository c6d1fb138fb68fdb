"""Atomic files: a file appears complete or not at all.

Guarantees: a file under its final name is complete and on disk (temporary file, fsync, rename); a
temporary file's name tells which process writes it, so that only those of dead processes are
removed; a folder that is being filled is marked until it is full.
"""

import errno
import os
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pngnw.core.errors import UserError

UNFINISHED = ".unfinished"
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Process numbers mean nothing on another machine of a cluster, or in another container.
_HOST = re.sub(r"\W", "_", socket.gethostname())
_OWNER = re.compile(r"(?:^|\.)(?P<host>\w+)-(?P<process>\d+)(?:\.tmp)?$")


def temporary_path(path: Path) -> Path:
    """Where this process writes what `commit` renames to `path`: in the same folder."""
    return path.with_name(f".{path.name}.{_owner()}.tmp")


def commit(temporary: Path, path: Path) -> None:
    """Make `temporary` appear as `path`, complete and on disk."""
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """A temporary file that becomes `path` if all goes well and is removed otherwise.

    Raises:
        UserError: the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_path(path)
    try:
        with disk_full_as_error(path):
            yield temporary
            commit(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    with atomic_write(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def copy(source: Path, target: Path) -> None:
    with atomic_write(target) as temporary:
        shutil.copyfile(source, temporary)


@contextmanager
def disk_full_as_error(path: Path) -> Iterator[None]:
    """Turn every way in which libraries say that the disk is full into one `UserError`."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if is_disk_full(error):
            raise UserError(disk_full_message(path)) from None
        raise


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an error, or one that caused it, says that the disk is full."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _DISK_FULL:
            return True
        if "No space left on device" in str(error):  # safetensors passes on the text alone
            return True
        error = error.__cause__ or error.__context__
    return False


def disk_full_message(path: Path | str) -> str:
    return (
        f"{path}: the disk is full (or a quota or a limit on file size is reached); make room and "
        "run it again: what is finished is kept"
    )


@contextmanager
def marked_unfinished(folder: Path) -> Iterator[None]:
    """Mark a folder as unfinished, for `refuse_unfinished`, unless all goes well."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / UNFINISHED).touch()
    yield
    (folder / UNFINISHED).unlink(missing_ok=True)


def refuse_unfinished(folder: Path) -> None:
    """Raise `UserError` for a folder that was not filled to the end: old and new files may mix."""
    if (folder / UNFINISHED).exists():
        raise UserError(f"{folder}: half-written, its stage was broken off; run `dvc repro`")


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A temporary folder `<folder>.<process>`; those of killed processes beside it are removed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.iterdir():
        if _owner_is_dead(other.name):
            shutil.rmtree(other, ignore_errors=True)
    path = folder.with_name(f"{folder.name}.{_owner()}")
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def clean_up(folder: Path) -> None:
    """Remove the temporary files of killed processes, at any depth."""
    for root, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".") and name.endswith(".tmp") and _owner_is_dead(name):
                (Path(root) / name).unlink(missing_ok=True)


def _owner() -> str:
    return f"{_HOST}-{os.getpid()}"


def _owner_is_dead(name: str) -> bool:
    """Whether the process that a name ends with was one of this machine and has ended."""
    owner = _OWNER.search(name)
    if owner is None or owner["host"] != _HOST:
        return False
    try:
        os.kill(int(owner["process"]), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False

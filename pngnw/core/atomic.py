"""Files that appear whole or not at all, and what a killed run leaves of those it was writing.

Guarantees: a file under its final name is complete and on disk (temporary file, fsync, rename); a
temporary file's name tells whose it is, so that only those of dead processes are removed; a folder
that is being filled is marked until it is full; a full disk is one sentence with the file's name.
No time stamp is read: clocks may go where they like. Nothing here changes what is written.
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
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Process numbers mean nothing on another machine of a cluster, or in another container.
_HOST = re.sub(r"\W", "_", socket.gethostname())
_OWNER = re.compile(r"(?:^|\.)(?P<host>\w+)-(?P<process>\d+)(?:\.tmp)?$")


def temporary_path(path: Path) -> Path:
    """Where this process writes what `commit` makes appear as `path`: in the same folder."""
    return path.with_name(f".{path.name}.{_me()}.tmp")


def commit(temporary: Path, path: Path, *, durable: bool = True) -> None:
    """Make `temporary` appear as `path`, complete and on disk, or not at all.

    Not durable: complete unless the machine itself fails. For what is checked when it is read,
    and for scratch files, which nobody reads after that.
    """
    if durable:
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
    temporary.replace(path)


@contextmanager
def atomic_write(path: Path, *, durable: bool = True) -> Iterator[Path]:
    """A temporary file that becomes `path` if all goes well, and goes away if not.

    Raises:
        UserError: the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_path(path)
    try:
        with disk_full_as_error(path):
            yield temporary
            commit(temporary, path, durable=durable)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def disk_full_as_error(path: Path) -> Iterator[None]:
    """Turn every way in which libraries say that the disk is full into one sentence."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if is_disk_full(error):
            raise UserError(disk_full_message(path)) from None
        raise


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an error, or the one it came of, is for want of room."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if "No space left on device" in str(error):  # safetensors hands on the text alone
            return True
        error = error.__cause__ or error.__context__
    return False


def disk_full_message(path: Path | str) -> str:
    """What a user is told."""
    return (
        f"{path}: the disk is full (or a quota or a limit on file size is reached); make room and "
        "run it again: what is finished is kept"
    )


def write_text(path: Path, text: str, *, durable: bool = True) -> None:
    """Write a small text file whole or not at all."""
    with atomic_write(path, durable=durable) as temporary:
        temporary.write_text(text, encoding="utf-8")


def copy(source: Path, target: Path) -> None:
    """Copy a file's content; the copy appears whole or not at all."""
    with atomic_write(target) as temporary:
        shutil.copyfile(source, temporary)


@contextmanager
def marked_unfinished(folder: Path) -> Iterator[None]:
    """Mark a folder as unfinished, for `refuse_unfinished`, unless all goes well."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / UNFINISHED).touch()
    yield
    (folder / UNFINISHED).unlink(missing_ok=True)


def refuse_unfinished(folder: Path) -> None:
    """Raises `UserError` for a folder whose filling was broken off: it may be old and new."""
    if (folder / UNFINISHED).exists():
        raise UserError(f"{folder}: half-written, its stage was broken off; run `dvc repro`")


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder `<folder>.<process>` for a time; those of killed processes beside it are removed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.iterdir():
        if _is_dead(other.name):
            shutil.rmtree(other, ignore_errors=True)
    own = folder.with_name(f"{folder.name}.{_me()}")
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir()
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def clean_up(folder: Path) -> None:
    """Remove the temporary files at any depth whose process was killed before it could."""
    for root, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".") and name.endswith(".tmp") and _is_dead(name):
                (Path(root) / name).unlink(missing_ok=True)


def _me() -> str:
    return f"{_HOST}-{os.getpid()}"


def _is_dead(name: str) -> bool:
    """Whether the process that a name ends with was one of this machine, and is no more."""
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

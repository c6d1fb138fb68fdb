"""The process of a stage: one per stage and folder at a time, and no process stays behind.

Guarantees: SIGTERM ends the stage and its workers with status 143, and so does the end of the
`dvc` that runs it, even by SIGKILL; a stage that is started twice in a folder waits for the first;
temporary files of killed runs are removed before anything is read.
"""

import fcntl
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

GRACE = 20.0  # seconds to end after SIGTERM
OUTPUTS = (Path("data"), Path("models"), Path("metrics"), Path("plots"))


def end_with_dvc() -> None:
    """From now on, end when the `dvc` that started this stage ends, if one did."""
    if "DVC_STAGE" in os.environ:
        threading.Thread(target=_wait_for_dvc, daemon=True).start()


def end_workers_on_sigterm() -> None:
    """From now on, SIGTERM ends the workers too."""
    signal.signal(signal.SIGTERM, _end)


def _end(number: int, frame: FrameType | None) -> None:
    """Handle SIGTERM: end all processes of this stage. What is finished is kept."""
    for child in multiprocessing.active_children():
        child.kill()
    timer = threading.Timer(GRACE, os._exit, (128 + number,))
    timer.daemon = True
    timer.start()
    raise SystemExit(128 + number)


def _wait_for_dvc() -> None:
    """Wait until the `dvc` that runs this stage is gone."""
    ancestors = _ancestors()
    while _ancestors() == ancestors and not _adopts_orphans(ancestors[-1]):
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def _ancestors() -> list[int]:
    """The parent, its parent, and so on to `dvc`: shells and launchers may stand between.

    `dvc` sets the variable DVC_STAGE for its children; it does not have it itself.
    """
    processes = [os.getppid()]
    with suppress(OSError):  # one that has just ended, or no /proc
        while b"\0DVC_STAGE=" in b"\0" + Path(f"/proc/{processes[-1]}/environ").read_bytes():
            stat = Path(f"/proc/{processes[-1]}/stat").read_text()
            processes.append(int(stat.rpartition(")")[2].split()[1]))
    return processes


def _adopts_orphans(process: int) -> bool:
    """Whether a process adopts orphans and is no `dvc`, which may have ended before we look.

    As a rule it is of another session. The first process of a container may share ours, and may be
    `dvc` itself, or a script that calls it.
    """
    try:
        if os.getsid(process) != os.getsid(0):
            return True
    except OSError:
        return True
    if process != 1:
        return False
    program = Path("/proc/1/cmdline").read_bytes().partition(b"\0")[0].rpartition(b"/")[2]
    return not program.startswith((b"dvc", b"python"))


@contextmanager
def alone(stage: str) -> Iterator[None]:
    """Wait until no other process runs this stage in this folder, then clean up and lock it.

    The lock is released with the process, however it ends. Processes that train together
    (`torchrun`) are one run: the first of them holds the lock.
    """
    if os.environ.get("RANK", "0") != "0":
        yield
        return
    from pngnw.core import atomic, shards  # not before `end_with_dvc`: they take a second to import

    # Not in the cache of the repository, which experiments in folders of their own share.
    path = Path(".cache/locks", stage)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            other = file.read().strip()
            print(f"{stage}: waits for process {other}, which runs this stage", file=sys.stderr)
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            pass  # a file system without locks: the user has to avoid two at once
        with atomic.disk_full_as_error(path):
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
        for folder in (shards.cache_root(), *OUTPUTS):
            atomic.clean_up(folder)
        yield

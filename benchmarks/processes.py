"""A command and all its descendants, seen from outside: seconds, processor time, memory.

Guarantees: processor time is the kernel's count for every process that ended before the command
did, so neighbours on the machine do not change it. Memory is a sum of samples, `EVERY` seconds
apart: of PSS (a page that n processes share counts 1/n in each) where /proc tells it, else of RSS,
which counts shared pages several times. What comes and goes between two samples is not seen.
"""

import os
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Self

EVERY = 0.2  # seconds
_PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024


class FailedError(Exception):
    """A measured command ended with an error; says its last words."""


@dataclass(frozen=True)
class Ran:
    """One run: wall seconds, user and system seconds, MiB of the whole tree at its peak."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ran:
    """Run a command in a folder to its end. Raises `FailedError` if it fails."""
    with tempfile.TemporaryFile("w+") as errors:
        started = perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=errors
        )
        with Watch(process.pid) as watch:
            _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            last = (errors.read().strip().splitlines() or ["no message"])[-1]
            raise FailedError(f"{' '.join(command)}: {last[:300]}")
    return Ran(seconds, usage.ru_utime + usage.ru_stime, watch.peak_mib)


class Watch:
    """Samples the memory of a process and its descendants until the block ends."""

    def __init__(self, process: int) -> None:
        self.peak_mib = 0.0
        self._process = process
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._ended.is_set():
            held = sum(map(memory_kib, tree(self._process)))
            self.peak_mib = max(self.peak_mib, held / 1024)
            self._ended.wait(EVERY)


def tree(root: int) -> list[int]:
    """A process and its descendants, as far as they live."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                # The name, in parentheses, may hold anything; the parent is the second after it.
                parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            except (OSError, IndexError):
                continue  # ended meanwhile
            children.setdefault(int(parent), []).append(int(folder.name))
    found = [root]
    for process in found:
        found += children.get(process, [])
    return found


def memory_kib(process: int) -> int:
    """PSS of a process, RSS where the kernel does not tell it, 0 for one that has ended."""
    folder = Path("/proc") / str(process)
    try:
        for line in (folder / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass  # no such file on an old kernel, or no such process
    try:
        return int((folder / "statm").read_text().split()[1]) * _PAGE_KIB
    except (OSError, IndexError):
        return 0

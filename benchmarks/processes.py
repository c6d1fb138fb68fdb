"""A command and all its descendants, seen from outside: seconds, processor time, memory.

Guarantees: processor time is the kernel's count for every process that ended before the command
did, so neighbors on the machine do not change it. Memory is a sum of samples, `EVERY` seconds
apart, of PSS (a page that n processes share counts 1/n in each). What comes and goes between two
samples is not seen.
"""

import os
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Self

import psutil

EVERY = 0.2  # seconds


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
            self.peak_mib = max(self.peak_mib, memory_mib(self._process))
            self._ended.wait(EVERY)


def memory_mib(root: int) -> float:
    """PSS of a process and its descendants, as far as they live."""
    total = 0
    with suppress(psutil.Error):
        for process in [parent := psutil.Process(root), *parent.children(recursive=True)]:
            with suppress(psutil.Error):
                total += process.memory_full_info().pss
    return total / 2**20

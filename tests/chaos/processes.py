"""The processes of one run, found in /proc by a mark in their environment, orphans included."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.engine.work import alive

MARK = "PNGNW_CHAOS"


@dataclass(frozen=True)
class Family:
    """A command in a session of its own, as in a terminal, and whatever it starts."""

    main: "subprocess.Popen[str]"
    mark: str

    def members(self) -> list[int]:
        """Every process that runs now, the main one included."""
        mark = f"{MARK}={self.mark}".encode()
        return [
            int(folder.name)
            for folder in Path("/proc").glob("[0-9]*")
            if mark in _read(folder / "environ").split(b"\0") and alive(int(folder.name))
        ]

    def workers(self) -> list[int]:
        """Worker processes: those that multiprocessing has spawned."""
        return [p for p in self.members() if "spawn_main" in _command(p)]

    def end(self) -> None:
        """Kill what is left."""
        for process in self.members():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.main.wait()

    def seconds_to_end(self, patience: float) -> float | None:
        """Seconds until no process is left; None if some are still there after `patience`."""
        began = time.monotonic()
        while self.members():
            if time.monotonic() - began > patience:
                return None
            time.sleep(0.02)
            self.main.poll()
        return time.monotonic() - began

    def command_lines(self) -> list[str]:
        """Command lines of the processes that run now."""
        return [f"{process}: {_command(process)[:120]}" for process in self.members()]


def start(folder: Path, command: Sequence[str], log: Path) -> Family:
    """Run a command as a user would, with the interpreter of the tests first on the path."""
    mark = uuid.uuid4().hex
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DVC_")}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment[MARK] = mark
    environment["GOMP_SPINCOUNT"] = "0"  # threads that wait leave the cores to other processes
    with log.open("a") as file:
        file.write(f"$ {' '.join(command)}\n")
        file.flush()
        main = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=file, stderr=file, text=True,
            start_new_session=True,
        )  # fmt: skip
    return Family(main, mark)


def _command(process: int) -> str:
    return _read(Path(f"/proc/{process}/cmdline")).replace(b"\0", b" ").decode()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended, or is another user's
        return b""

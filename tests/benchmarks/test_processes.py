"""A command seen from outside: its descendants count, and a failure says why."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import processes

HOLD = "import time; held = b'x' * ({mib} * 2**20); time.sleep({seconds})"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLD!r}])"


def _python(source: str, folder: Path) -> processes.Ran:
    return processes.run([sys.executable, "-c", source], folder, os.environ)


def test_memory_of_a_child_is_counted(tmp_path: Path) -> None:
    ran = _python(PARENT.format(mib=150, seconds=1), tmp_path)
    assert 150 < ran.peak_mib < 250
    assert ran.seconds > 1


def test_processor_time_is_not_wall_time(tmp_path: Path) -> None:
    ran = _python("import time; time.sleep(0.5)", tmp_path)
    assert ran.cpu_seconds < ran.seconds


def test_processor_time_of_a_child_is_counted(tmp_path: Path) -> None:
    busy = "import time\nwhile time.process_time() < 0.5: pass"
    ran = _python(
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])", tmp_path
    )
    assert ran.cpu_seconds >= 0.5


def test_a_failure_says_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(processes.FailedError, match=r"no room$"):
        _python("raise SystemExit('first line\\nno room')", tmp_path)


def test_the_tree_of_a_process_has_its_children() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in processes.tree(os.getpid())
        assert processes.memory_kib(child.pid) > 0
        child.communicate(b"\n")
    assert processes.memory_kib(child.pid) == 0

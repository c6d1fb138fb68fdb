"""The doctor's look at the machine, under conditions that are made up, one at a time."""

import errno
import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pngnw.tools.doctor import machine


def _params(attention: str = "auto", precision: str = "bf16") -> Any:
    return SimpleNamespace(
        model=SimpleNamespace(attention=attention), pretrain=SimpleNamespace(precision=precision)
    )


@pytest.mark.parametrize(
    ("share", "available", "workers", "state", "found"),
    [
        ("max 100000", 4, 2, "ok", "4"),
        ("250000 100000", 4, 2, "ok", "2"),
        ("50000 100000", 4, None, "warning", "1"),
        ("", 2, 8, "warning", "2, and run.workers is 8"),
    ],
)
def test_cores_of_a_container(
    share: str,
    available: int,
    workers: int | None,
    state: str,
    found: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(available)))
    monkeypatch.setattr(machine, "_read", lambda path: share)
    check = machine.cores(workers)
    assert (check.state, check.finding) == (state, found)


@pytest.mark.parametrize(
    ("limit", "used", "state", "found"),
    [
        ("max", 0, "ok", "8.0 GiB free"),
        (str(4 * 2**30), 2 * 2**30, "warning", "2.0 GiB free"),
        (str(4 * 2**30), 4 * 2**30, "problem", "0.0 GiB free"),
    ],
)
def test_memory_of_a_container(
    limit: str, used: int, state: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "/proc/meminfo": f"MemTotal: 1 kB\nMemAvailable: {8 * 2**20} kB\n",
        "/sys/fs/cgroup/memory.max": limit,
        "/sys/fs/cgroup/memory.current": str(used),
    }
    monkeypatch.setattr(machine, "_read", lambda path: files.get(path, ""))
    check = machine.memory()
    assert (check.state, check.finding) == (state, found)


@pytest.mark.parametrize(("free", "state"), [(0.1, "problem"), (2, "warning"), (90, "ok")])
def test_disk(free: float, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = SimpleNamespace(free=free * 2**30)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert machine.disk(Path()).state == state


def test_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / ".cache"
    assert machine.hard_links(tmp_path, cache).state == "ok"

    def refuse(source: str, target: str) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    check = machine.hard_links(tmp_path, cache)
    assert check.state == "warning"
    assert "Invalid cross-device link" in check.finding
    assert [path.name for path in tmp_path.iterdir()] == [".cache"]
    assert list(cache.iterdir()) == []
    (tmp_path / "file").touch()
    assert machine.hard_links(tmp_path, tmp_path / "file" / ".cache").state == "problem"


def _torch(names: list[str], bf16: bool = True) -> Any:
    cuda = SimpleNamespace(
        is_available=lambda: bool(names),
        device_count=lambda: len(names),
        get_device_name=lambda number: names[number],
        is_bf16_supported=lambda including_emulation: bf16,
    )
    return SimpleNamespace(cuda=cuda, __version__="2.13.0+cpu")


@pytest.mark.parametrize(
    ("torch", "params", "driver", "processor", "state", "text"),
    [
        (None, _params(), False, True, "ok", "PyTorch"),
        (_torch(["H100", "H100"]), _params(), True, True, "ok", "H100, H100, bfloat16"),
        (_torch(["T4"], bf16=False), _params(), True, True, "warning", "precision: auto"),
        (_torch(["T4"], bf16=False), _params(precision="fp32"), True, True, "ok", "T4"),
        (_torch([]), _params(attention="flash"), False, True, "problem", "attention: auto"),
        (_torch([]), _params(), True, True, "warning", "2.13.0+cpu does not see it"),
        (_torch([]), _params(), False, False, "warning", "precision: auto"),
        (_torch([]), None, False, False, "ok", "none needed"),
        (_torch([]), _params(), False, True, "ok", "none needed"),
    ],
)
def test_gpu(
    torch: Any,
    params: Any,
    driver: bool,
    processor: bool,
    state: str,
    text: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "_driver", lambda: driver)
    monkeypatch.setattr(machine, "_processor_has_bf16", lambda: processor)
    check = machine.gpu(torch, params)
    assert check.state == state
    assert text in check.as_text()

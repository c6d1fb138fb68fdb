"""Has the machine what a run needs: cores, memory, room, hard links?"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from pngnw.tools.doctor.check import OK, PROBLEM, WARNING, Check, gib

# The default run on two cores, metrics/cost: pretraining held 2.2 GiB, two alignment runs at a time
# 1 GiB each; data, models and caches took 0.6 GiB, downloaded wheels with them.
MEMORY, LEAST_MEMORY = 3.0, 1.0
ROOM, LEAST_ROOM = 3.0, 0.5
_UNLIMITED = 2**60  # cgroup v1 says "no limit" with a number near 2^63


def cores(workers: int | None) -> Check:
    """Cores that this process may use, against `run.workers`."""
    count = _cores()
    if workers is not None and workers > count:
        return Check(
            "cores", WARNING, f"{count}, and run.workers is {workers}", f"set it to {count}"
        )
    if count == 1:
        return Check("cores", WARNING, "1", "the default run takes twice as long as README says")
    return Check("cores", OK, str(count))


def _cores() -> int:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    quota = _read("/sys/fs/cgroup/cpu.max").split()
    if len(quota) == 2 and quota[0] != "max":  # a container's share: "150000 100000" is 1.5 cores
        return max(1, min(count or 1, int(quota[0]) // int(quota[1])))
    return count or 1


def memory() -> Check:
    """Memory that is free now, here and in the container's limit."""
    free = _free_memory()
    if free is None:
        return Check("memory", OK, "not told by this system")
    if free < LEAST_MEMORY * 2**30:
        remedy = f"free some: the default run needs about {MEMORY:.0f} GiB"
        return Check("memory", PROBLEM, f"{gib(free)} free", remedy)
    if free < MEMORY * 2**30:
        remedy = (
            f"the default run needs about {MEMORY:.0f} GiB: run.workers: 1 or smaller "
            "pretrain.batch_tokens need less"
        )
        return Check("memory", WARNING, f"{gib(free)} free", remedy)
    return Check("memory", OK, f"{gib(free)} free")


def _free_memory() -> int | None:
    for line in _read("/proc/meminfo").splitlines():
        if line.startswith("MemAvailable:"):
            free = int(line.split()[1]) * 1024
            break
    else:
        return None
    for limit, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        (
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/memory.usage_in_bytes",
        ),
    ):
        most, now = _read(limit).strip(), _read(used).strip()
        if most.isdigit() and now.isdigit() and int(most) < _UNLIMITED:
            free = min(free, int(most) - int(now))
    return max(0, free)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""


def room(root: Path) -> Check:
    """Room on the disk that holds the repository."""
    free = shutil.disk_usage(root).free
    if free >= ROOM * 2**30:
        return Check("disk", OK, f"{gib(free)} free")
    remedy = f"the default run needs about {ROOM:.0f} GiB with its caches: make room"
    state = PROBLEM if free < LEAST_ROOM * 2**30 else WARNING
    return Check("disk", state, f"{gib(free)} free", remedy)


def links(root: Path, cache: Path) -> Check:
    """Whether a shard in the cache and its copy in `data/` can be one file."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(dir=root, prefix=".doctor-") as other,
            tempfile.NamedTemporaryFile(dir=cache, prefix=".doctor-") as file,
        ):
            try:
                os.link(file.name, Path(other) / "link")
            except OSError as error:
                remedy = "every shard takes its room twice; keep both on one disk that has them"
                found = f"none from {cache} to {root / 'data'} ({error.strerror})"
                return Check("hard links", WARNING, found, remedy)
    except OSError as error:
        remedy = "give this user leave to write there"
        return Check("hard links", PROBLEM, f"{error.filename}: {error.strerror}", remedy)
    return Check("hard links", OK, f"{cache} and {root / 'data'} can share files")

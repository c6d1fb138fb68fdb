"""The doctor's checks of the machine: cores, memory, disk, hard links, GPU."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from pngnw.tools.doctor import OK, PROBLEM, WARNING, Check

# Of the default run on two cores, in GiB (metrics/cost): pretraining held 2.2, two runs of evaluate
# at a time 1 each; data, models and caches took 0.6, with the wheels that were downloaded.
MEMORY, LEAST_MEMORY = 3.0, 1.0
DISK, LEAST_DISK = 3.0, 0.5
SLOW_BF16 = "bfloat16 is emulated here, which is slow: set pretrain.precision: auto"


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
        return Check("memory", OK, "unknown")
    finding = f"{free / 2**30:.1f} GiB free"
    need = f"the default run needs about {MEMORY:.0f} GiB"
    if free < LEAST_MEMORY * 2**30:
        return Check("memory", PROBLEM, finding, f"free some: {need}")
    if free < MEMORY * 2**30:
        remedy = f"{need}: run.workers: 1 or smaller pretrain.batch_tokens need less"
        return Check("memory", WARNING, finding, remedy)
    return Check("memory", OK, finding)


def _free_memory() -> int | None:
    available = re.search(r"^MemAvailable:\s*(\d+) kB", _read("/proc/meminfo"), re.MULTILINE)
    if available is None:
        return None
    free = int(available[1]) * 1024
    limit = _read("/sys/fs/cgroup/memory.max").strip()
    used = _read("/sys/fs/cgroup/memory.current").strip()
    if limit.isdigit() and used.isdigit():  # otherwise "max", or no container
        free = min(free, int(limit) - int(used))
    return max(0, free)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""


def disk(root: Path) -> Check:
    """Free space of the disk that holds the repository."""
    free = shutil.disk_usage(root).free / 2**30
    if free >= DISK:
        return Check("disk", OK, f"{free:.1f} GiB free")
    remedy = f"the default run needs about {DISK:.0f} GiB with its caches: free some"
    return Check("disk", PROBLEM if free < LEAST_DISK else WARNING, f"{free:.1f} GiB free", remedy)


def hard_links(root: Path, cache: Path) -> Check:
    """Whether a shard in the cache and its copy in `data/` can be one file."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(dir=root, prefix=".doctor-") as folder,
            tempfile.NamedTemporaryFile(dir=cache, prefix=".doctor-") as file,
        ):
            try:
                os.link(file.name, Path(folder) / "link")
            except OSError as error:
                remedy = "every shard takes its space twice; keep both on one disk that has them"
                finding = f"none from {cache} to {root / 'data'} ({error.strerror})"
                return Check("hard links", WARNING, finding, remedy)
    except OSError as error:
        remedy = "allow this user to write there"
        return Check("hard links", PROBLEM, f"{error.filename}: {error.strerror}", remedy)
    return Check("hard links", OK, f"{cache} and {root / 'data'} can share files")


def torch_module() -> Any:
    """PyTorch, or None if it cannot be imported."""
    try:
        import torch
    except (ImportError, OSError):  # OSError: one of its libraries cannot be loaded
        return None
    return torch


def gpu(torch: Any, params: Any) -> Check:
    """Whether there is a GPU that PyTorch can use, and whether bfloat16 is fast. None is needed.

    Args:
        torch: the module, or None if it cannot be imported.
        params: `pngnw.params.Params`, or None if there are no valid ones.
    """
    if torch is None:
        return Check("gpu", OK, "not looked at: PyTorch cannot be imported")
    bf16 = params is not None and params.pretrain.precision == "bf16"
    if torch.cuda.is_available():
        names = ", ".join(map(torch.cuda.get_device_name, range(torch.cuda.device_count())))
        if torch.cuda.is_bf16_supported(including_emulation=False):
            return Check("gpu", OK, f"{names}, bfloat16")
        return Check("gpu", WARNING if bf16 else OK, names, SLOW_BF16 if bf16 else "")
    if params is not None and params.model.attention == "flash":
        remedy = "set model.attention: auto"
        return Check("gpu", PROBLEM, "none, and model.attention is flash", remedy)
    if _driver():
        remedy = (
            f"PyTorch {torch.__version__} does not see it: install a CUDA build of the same version"
        )
        return Check("gpu", WARNING, "an NVIDIA driver is there", remedy)
    if bf16 and not _processor_has_bf16():
        return Check("gpu", WARNING, "none, none needed", SLOW_BF16)
    return Check("gpu", OK, "none, none needed")


def _driver() -> bool:
    return shutil.which("nvidia-smi") is not None or Path("/dev/nvidia0").exists()


def _processor_has_bf16() -> bool:
    """By the kernel's flags (`avx512_bf16`, `amx_bf16`, `bf16` on ARM); True without them."""
    flags = re.search(r"^(?:flags|Features)\s*:.*$", _read("/proc/cpuinfo"), re.MULTILINE)
    return flags is None or "bf16" in flags[0]

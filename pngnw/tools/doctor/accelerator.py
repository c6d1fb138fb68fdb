"""Is there a GPU, can PyTorch use it, and is bfloat16 fast here? None is needed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from pngnw.tools.doctor.check import OK, PROBLEM, WARNING, Check

SLOW = "bfloat16 is emulated here, which is slow: set pretrain.precision: fp32"


def gpu(torch: Any, params: Any) -> Check:
    """What PyTorch finds.

    Args:
        torch: the module, or None if it cannot be imported.
        params: `pngnw.params.Params`, or None if they are not valid.
    """
    if torch is None:
        return Check("gpu", PROBLEM, "PyTorch cannot be imported", "see `packages`")
    bf16 = params is not None and params.pretrain.precision == "bf16"
    if torch.cuda.is_available():
        named = ", ".join(
            torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())
        )
        if torch.cuda.is_bf16_supported(including_emulation=False):
            return Check("gpu", OK, f"{named}, bfloat16")
        return Check("gpu", WARNING if bf16 else OK, named, SLOW if bf16 else "")
    if params is not None and params.model.attention == "flash":
        remedy = "set model.attention: auto"
        return Check("gpu", PROBLEM, "none, and model.attention is flash", remedy)
    if _driver():
        remedy = (
            f"PyTorch {torch.__version__} does not see it: install a CUDA build of the same version"
        )
        return Check("gpu", WARNING, "an NVIDIA driver is there", remedy)
    if bf16 and not _processor_has_bf16():
        return Check("gpu", WARNING, "none, none needed", SLOW)
    return Check("gpu", OK, "none, none needed")


def _driver() -> bool:
    return shutil.which("nvidia-smi") is not None or Path("/dev/nvidia0").exists()


def _processor_has_bf16() -> bool:
    """As the kernel tells it (`avx512_bf16`, `amx_bf16`, `bf16` on ARM); True where it does not."""
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return True
    flags = re.search(r"^(?:flags|Features)\s*:.*$", told, re.MULTILINE)
    return flags is None or "bf16" in flags[0]

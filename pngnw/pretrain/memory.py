"""Memory that a step frees and the next one asks for again stays with the process.

glibc gives large blocks back to the kernel as soon as they are freed, so that every step pays for
its pages anew: a tenth of a step's time on the CPU. The price is that other parts of the process
get nothing back either, which matters to nobody in a stage that does little else.
"""

import ctypes
import sys

# From glibc's malloc.h.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
_MIB = 2**20
# 32 MiB is the most that every glibc takes for the size of blocks; larger ones still come and go.
_OPTIONS = {_MMAP_THRESHOLD: 32 * _MIB, _TRIM_THRESHOLD: 2**31 - 1, _TOP_PAD: 64 * _MIB}


def keep_freed() -> bool:
    """Tell glibc to keep what is freed; whether it agreed. Elsewhere nothing happens."""
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # another C library, such as musl
        return False
    agreed = [mallopt(option, value) == 1 for option, value in _OPTIONS.items()]
    return all(agreed)

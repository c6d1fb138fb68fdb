"""Code that builds many objects and no cycles, without the garbage collector.

Guarantees: the collector is as it was when the code is left. What is built is kept, or freed by
reference counts; the collector would walk all of it, and all that is imported, again and again:
a tenth of the time of the phonemizer.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """A block, or as a decorator a function, during which no garbage is collected."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()

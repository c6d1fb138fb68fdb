"""What both workers of `benchmarks.cost` do: read one text after the other, or count operations.

Asked for answers they count operations (matrix products and attention) instead of seconds.
"""

import os
from collections.abc import Callable

from benchmarks.workers.serve import Speak


def priced(read: Callable[[list[str]], object]) -> Speak:
    """A worker's answer to a block from what reads some texts at once."""
    from torch.utils.flop_counter import FlopCounterMode

    def speak(texts: list[str]) -> float | None:
        if os.environ["WORKER_ANSWERS"] == "1":
            with FlopCounterMode(display=False) as counter:
                read(texts)
            return float(counter.get_total_flops())
        for text in texts:
            read([text])
        return None

    return speak

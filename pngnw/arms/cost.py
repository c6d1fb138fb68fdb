"""What a text encoder costs: operations and milliseconds for a sentence read alone.

PyTorch's counter knows matrix products (those of an LSTM on packed sequences too), convolutions and
attention; what it does not know, the arm says itself (`TextEncoder.uncounted_flop`).
"""

import time

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from pngnw.arms.encoders import TextEncoder
from pngnw.arms.text import TextBatch
from pngnw.model.sentences import Sentences


def mflop(text: TextEncoder, sentences: Sentences, count: int) -> float:
    """Million floating-point operations for a sentence, the mean over the first `count`."""
    singles = _singles(text, sentences, count)
    with torch.inference_mode():
        for single in singles:  # what is frozen is read once, and not by this counter
            text(single)
        with FlopCounterMode(display=False) as counter:
            for single in singles:
                text(single)
    uncounted = sum(text.uncounted_flop(single) for single in singles)
    return float(counter.get_total_flops() + uncounted) / len(singles) / 1e6


def milliseconds(text: TextEncoder, sentences: Sentences, count: int) -> float:
    """Median time of the processor for one of the first `count` sentences, none of which it has
    read before, on one thread: other work on the machine does not count."""
    singles = _singles(text, sentences, count + 1)
    threads, times = torch.get_num_threads(), []
    torch.set_num_threads(1)
    with torch.inference_mode():
        for single in singles:
            started = time.process_time()
            text(single)
            times.append(time.process_time() - started)
    torch.set_num_threads(threads)
    return 1000 * float(np.median(times[1:] or times))  # the first one loads what it needs


def _singles(text: TextEncoder, sentences: Sentences, count: int) -> list[TextBatch]:
    some = range(min(count, len(sentences)))
    return [TextBatch.of(sentences.select(np.array([i])), np.array([0]), text.kind) for i in some]

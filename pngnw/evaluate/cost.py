"""What reading one utterance costs a text encoder."""

import time

import numpy as np
import torch
from torch import nn

from pngnw.evaluate import sides
from pngnw.evaluate.dataset import SpeechSet
from pngnw.evaluate.text_encoders import ConvolutionalText, TransformerText


def milliseconds(text: ConvolutionalText | TransformerText, speech: SpeechSet, count: int) -> float:
    """Median time of a forward pass over one of the first `count` utterances, on as many threads
    as torch has."""
    times = []
    with torch.inference_mode():
        for index in range(min(count, len(speech))):
            started = time.perf_counter()
            text(speech, np.array([index]))
            times.append(time.perf_counter() - started)
    return 1000 * float(np.median(times))


def mflop(text: ConvolutionalText | TransformerText, speech: SpeechSet, count: int) -> float:
    """Million floating-point operations of a forward pass per utterance, over the first `count`.

    PyTorch's counter knows matrix products, convolutions and attention; an LSTM's are added.
    """
    from torch.utils.flop_counter import FlopCounterMode

    chosen = np.arange(min(count, len(speech)))
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        for index in chosen:
            text(speech, np.array([index]))
    total = float(counter.get_total_flops())
    tokens = int(sides.lengths(speech, chosen, text.side).sum())
    for module in text.modules():
        if isinstance(module, nn.LSTM):
            total += 2 * tokens * sum(p.numel() for p in module.parameters() if p.dim() == 2)
    return total / len(chosen) / 1e6

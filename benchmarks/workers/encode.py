"""Ours: texts to encoder states, by the encoder in `folder`; `precision` is fp32 or bf16.

A block is one call of the encoder, which sorts its texts by length and cuts them into batches.
"""

import torch

from benchmarks.workers import Speak
from pngnw import Encoder


def load(folder: str, precision: str) -> Speak:
    """The encoder, under autocast for bf16."""
    encoder = Encoder.from_pretrained(folder)

    def speak(texts: list[str]) -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
            encoder(texts)

    return speak

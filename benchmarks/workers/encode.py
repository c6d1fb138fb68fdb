"""Ours: texts to encoder states, by the encoder in ENCODE_FOLDER; ENCODE_PRECISION is fp32 or bf16.

A block is one call of the encoder, which sorts its texts by length and cuts them into batches.
"""

import os

from benchmarks.workers.serve import Speak, serve


def load() -> Speak:
    """The encoder, under autocast for bf16."""
    import torch

    from pngnw import Encoder

    encoder = Encoder.from_pretrained(os.environ["ENCODE_FOLDER"])
    rough = os.environ["ENCODE_PRECISION"] == "bf16"

    def speak(texts: list[str]) -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=rough):
            encoder(texts)

    return speak


if __name__ == "__main__":
    serve(load)

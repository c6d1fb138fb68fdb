"""What the encoder costs from text: spoken form, phonemes, spelling, states and emoji."""

import os

from benchmarks.workers.costs import priced
from benchmarks.workers.serve import Speak, serve


def load() -> Speak:
    """The encoder in ENCODE_FOLDER."""
    from pngnw import Encoder

    return priced(Encoder.from_pretrained(os.environ["ENCODE_FOLDER"]))


if __name__ == "__main__":
    serve(load)

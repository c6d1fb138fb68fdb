"""What the encoder costs from text: spoken form, phonemes, spelling, states and emoji.

Asked for answers it counts operations (matrix products and attention) instead of seconds.
"""

import os

from benchmarks.workers.serve import Speak, serve


def load() -> Speak:
    """The encoder in ENCODE_FOLDER, one text after the other."""
    from torch.utils.flop_counter import FlopCounterMode

    from pngnw import Encoder

    encoder = Encoder.from_pretrained(os.environ["ENCODE_FOLDER"])

    def speak(texts: list[str]) -> float | None:
        if os.environ["WORKER_ANSWERS"] == "1":
            with FlopCounterMode(display=False) as counter:
                encoder(texts)
            return float(counter.get_total_flops())
        for text in texts:
            encoder([text])
        return None

    return speak


if __name__ == "__main__":
    serve(load)

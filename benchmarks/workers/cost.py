"""What reading a sentence costs: our encoder, or parts that give the same.

COST_SYSTEM is "ours", or the composite: BERT-base (12 layers of width 768, random weights) reads
the wordpieces, our prototype teacher tells the emoji and our phonemizer the phonemes; both are
fast, so the sum is a lower bound. ENCODE_FOLDER is the encoder's folder. Asked for answers, the
worker counts operations (matrix products and attention).
"""

import os
from collections.abc import Callable
from pathlib import Path

from benchmarks.workers.serve import Speak, serve

CLS, SEP = 101, 102


def load() -> Speak:
    """One text after the other."""
    from torch.utils.flop_counter import FlopCounterMode

    read = _ours() if os.environ["COST_SYSTEM"] == "ours" else _composite()

    def speak(texts: list[str]) -> float | None:
        if os.environ["WORKER_ANSWERS"] == "1":
            with FlopCounterMode(display=False) as counter:
                read(texts)
            return float(counter.get_total_flops())
        for text in texts:
            read([text])
        return None

    return speak


def _ours() -> Callable[[list[str]], object]:
    from pngnw import Encoder

    return Encoder.from_pretrained(os.environ["ENCODE_FOLDER"])


def _composite() -> Callable[[list[str]], object]:
    import torch
    from transformers import BertConfig, BertModel

    from pngnw.align import WORDPIECES
    from pngnw.align.wordpieces import Wordpieces
    from pngnw.phonemize.phonemizer import Phonemizer
    from pngnw.teach.prototype import PrototypeTeacher

    torch.manual_seed(0)
    bert = BertModel(BertConfig()).eval()
    teacher = PrototypeTeacher.load()
    phonemizer = Phonemizer()
    pieces = Wordpieces.load(Path(os.environ["ENCODE_FOLDER"]) / WORDPIECES)

    def read(texts: list[str]) -> None:
        teacher(texts)
        for spoken in phonemizer.batch(texts):
            ids, _ = pieces.encode([word.text for word in spoken.words])
            with torch.inference_mode():
                bert(torch.tensor([[CLS, *ids.values.tolist(), SEP]]))

    return read


if __name__ == "__main__":
    serve(load)

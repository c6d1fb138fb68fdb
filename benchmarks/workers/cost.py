"""What reading a sentence costs: our encoder, or parts that give the same.

The composite: BERT-base (12 layers of width 768, random weights) reads the wordpieces, our
prototype teacher tells the emoji and our phonemizer the phonemes; both are fast, so the sum is a
lower bound.
"""

from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.workers import Speak
from pngnw import Encoder
from pngnw.align import WORDPIECES
from pngnw.align.wordpieces import Wordpieces
from pngnw.phonemize.phonemizer import Phonemizer

CLS, SEP = 101, 102


def load(folder: str, composite: bool, count: bool) -> Speak:
    """One text after the other; or, with `count`, all at once and the operations of it (matrix
    products and attention). `folder` is the encoder's."""
    read = _composite(folder) if composite else Encoder.from_pretrained(folder)

    def speak(texts: list[str]) -> float | None:
        if count:
            with FlopCounterMode(display=False) as counter:
                read(texts)
            return float(counter.get_total_flops())
        for text in texts:
            read([text])
        return None

    return speak


def _composite(folder: str) -> Speak:
    # Imported here: they would count in the memory of ours.
    from transformers import BertConfig, BertModel

    from pngnw.teach.prototype import PrototypeTeacher

    torch.manual_seed(0)
    bert = BertModel(BertConfig()).eval()
    teacher = PrototypeTeacher.load()
    phonemizer = Phonemizer()
    pieces = Wordpieces.load(Path(folder) / WORDPIECES)

    def read(texts: list[str]) -> None:
        teacher(texts)
        for spoken in phonemizer.batch(texts):
            ids, _ = pieces.encode([word.text for word in spoken.words])
            with torch.inference_mode():
                bert(torch.tensor([[CLS, *ids.values.tolist(), SEP]]))

    return read

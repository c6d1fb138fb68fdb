"""What a voice pays that gets the same from parts: BERT for words, a teacher for emoji, g2p.

BERT-base (12 layers of width 768, random weights) reads the wordpieces, our prototype teacher says
the emoji and our phonemizer the phonemes; both are the fastest of their kind that we know of, so
the sum is a lower bound of what such a voice costs.
"""

import os

from benchmarks.workers.costs import priced
from benchmarks.workers.serve import Speak, serve

CLS, SEP = 101, 102


def load() -> Speak:
    """The three parts, one text after the other; COST_PIECES is the folder of the wordpieces."""
    from pathlib import Path

    import torch
    from transformers import BertConfig, BertModel

    from pngnw.align.wordpieces import Wordpieces
    from pngnw.model.io import WORDPIECES
    from pngnw.params import Phonemize
    from pngnw.phonemize.phonemizer import Phonemizer
    from pngnw.teach.prototype import PrototypeTeacher

    torch.manual_seed(0)
    bert = BertModel(BertConfig()).eval()
    teacher = PrototypeTeacher.load()
    phonemizer = Phonemizer.load(Phonemize(lexicon=None))
    pieces = Wordpieces.load(Path(os.environ["COST_PIECES"]) / WORDPIECES)

    def read(texts: list[str]) -> None:
        words = phonemizer(texts)
        teacher(texts)
        for own in words:
            ids, _ = pieces.encode([word.text for word in own])
            with torch.inference_mode():
                bert(torch.tensor([[CLS, *ids.values.tolist(), SEP]]))

    return priced(read)


if __name__ == "__main__":
    serve(load)

"""A small untrained encoder in a real folder: everything is there but sense."""

import json
from pathlib import Path

import torch

from pngnw.align.aligner_training import fit
from pngnw.align.wordpieces import SPECIALS, Wordpieces
from pngnw.model import io
from pngnw.model.heads import Heads
from pngnw.model.network import PnGNWEncoder
from pngnw.params import ModelConfig
from tests.model.synthetic import MODEL


def networks(
    model: ModelConfig, vocab_size: int, features: bool = False
) -> tuple[PnGNWEncoder, Heads]:
    """With seed 0, in eval mode."""
    generator = torch.Generator().manual_seed(0)
    heads = Heads(model, vocab_size, generator, features)
    return PnGNWEncoder(model, vocab_size, generator).eval(), heads.eval()


def small_encoder(folder: Path, model: ModelConfig = MODEL, features: bool = False) -> Path:
    """Fill a folder as pretraining does, and return it."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    wordpieces = Wordpieces(
        [*SPECIALS, *letters, *(f"##{c}" for c in letters), ",", ".", "?", "!", "-"]
    )
    folder.mkdir(parents=True, exist_ok=True)
    wordpieces.save(folder / "wordpieces.txt")
    fit(["cat", "red"], [("K", "AE1", "T"), ("R", "EH1", "D")], 1).save(folder / "aligner.json")
    io.save(folder, *networks(model, wordpieces.size, features))
    needs = {"packages": {}, "lexicon": None, "piece_of_phoneme": "aligned"}
    (folder / "lexicon.json").write_text(json.dumps(needs))
    (folder / "README.md").write_text('Encoder.from_pretrained("models/encoder")\n')
    return folder

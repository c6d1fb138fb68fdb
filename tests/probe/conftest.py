"""A small untrained encoder in a real folder, as pretraining writes it."""

import json
from pathlib import Path

import pytest
import torch

from pngnw.align.aligner_training import fit
from pngnw.align.wordpieces import SPECIALS, Wordpieces
from pngnw.model import io
from pngnw.model.heads import Heads
from pngnw.model.network import PnGNWEncoder
from pngnw.text import TextReader
from tests.model.synthetic import MODEL


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The caches of a test are its own."""
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    return tmp_path / ".cache"


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("encoder")
    letters = "abcdefghijklmnopqrstuvwxyz"
    pieces = Wordpieces([*SPECIALS, *letters, *(f"##{c}" for c in letters), *",.?!-"])
    pieces.save(path / "wordpieces.txt")
    fit(["cat", "red"], [("K", "AE1", "T"), ("R", "EH1", "D")], 1).save(path / "aligner.json")
    generator = torch.Generator().manual_seed(0)
    heads = Heads(MODEL, pieces.size, generator)
    io.save(path, PnGNWEncoder(MODEL, pieces.size, generator), heads)
    needs = {"packages": {}, "lexicon": None, "piece_of_phoneme": "aligned"}
    (path / "lexicon.json").write_text(json.dumps(needs))
    return path


@pytest.fixture(scope="session")
def reader(encoder: Path) -> TextReader:
    return TextReader.load(encoder)

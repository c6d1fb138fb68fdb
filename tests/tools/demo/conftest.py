"""A small untrained encoder in a real folder, set so that some of its answers are known by hand."""

import math
import os
from pathlib import Path

import pytest
import torch

from pngnw.align.aligner_training import fit
from pngnw.model import io
from pngnw.model.heads import Heads
from pngnw.model.network import PnGNWEncoder
from pngnw.tools.demo.explorer import Explorer
from tests.tools.export.made import small_encoder


def by_hand(network: PnGNWEncoder, heads: Heads) -> None:
    """The first layer attends to everything alike; emoji 0 is thrice as likely as any other."""
    with torch.no_grad():
        first = network.layers[0]
        first.qkv.weight.zero_()
        first.qkv.bias.zero_()
        heads.emoji_out.weight.zero_()
        heads.emoji_out.bias.zero_()
        heads.emoji_out.bias[0] = math.log(3)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = small_encoder(tmp_path_factory.mktemp("encoder"))
    # An aligner that knows one phoneme for each of six letters.
    phonemes = [(phoneme,) for phoneme in ("K", "AE1", "T", "R", "EH1", "D")]
    fit([*"catred"], phonemes, 1).save(path / "aligner.json")
    network, heads, _ = io.load(path)
    by_hand(network, heads)
    io.save(path, network, heads)
    return path


@pytest.fixture(scope="session")
def explorer(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    """With the built-in sentences, and a cache of its own."""
    root = tmp_path_factory.mktemp("root")
    before = os.environ.get("DVC_ROOT")
    os.environ["DVC_ROOT"] = str(root)
    try:
        return Explorer.open(folder, root / "data/clean")
    finally:
        del os.environ["DVC_ROOT"]
        if before is not None:
            os.environ["DVC_ROOT"] = before

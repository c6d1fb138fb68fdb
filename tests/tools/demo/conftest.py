"""A small untrained encoder and voice in real folders: some of their answers are known by hand."""

import math
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from pngnw.align.aligner_training import fit
from pngnw.arms.encoders import build
from pngnw.model import io
from pngnw.tools.demo.explorer import Explorer
from pngnw.tools.demo.server import Server
from pngnw.tools.demo.voice import Reciter
from pngnw.voice import io as voice_io
from pngnw.voice.dataset import HEARD, LOG_F0, VOICING
from pngnw.voice.network import VoiceNetwork
from tests.tools.export.made import small_encoder
from tests.voice.conftest import voice_params


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = small_encoder(tmp_path_factory.mktemp("encoder"))
    # An aligner that knows one phoneme for each of six letters.
    phonemes = [(phoneme,) for phoneme in ("K", "AE1", "T", "R", "EH1", "D")]
    fit([*"catred"], phonemes, 1).save(path / "aligner.json")
    network, heads, _ = io.load(path)
    with torch.no_grad():  # emoji 0 is thrice as likely as any other
        heads.emoji_out.weight.zero_()
        heads.emoji_out.bias.zero_()
        heads.emoji_out.bias[0] = math.log(3)
    io.save(path, network, heads)
    return path


@pytest.fixture(scope="session")
def explorer(folder: Path) -> Explorer:
    return Explorer(folder)


FRAMES, HZ = 7, 120.0  # of every token that the voice says


@pytest.fixture(scope="session")
def voice(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained voice, for which all tokens are alike."""
    path, settings = tmp_path_factory.mktemp("voice"), voice_params()
    text = build("tacotron2", folder, None, settings.text_width, 0)
    network = VoiceNetwork(text, settings, 0)
    with torch.no_grad():
        network.predictor.out.weight.zero_()
        network.predictor.out.bias[0] = math.log(1 + FRAMES)
        network.predictor.out.bias[1 + HEARD.index(LOG_F0)] = math.log(HZ)
        network.predictor.out.bias[1 + HEARD.index(VOICING)] = 1.0
    voice_io.save(path / "tacotron2", network, "tacotron2", settings, folder)
    voice_io.copy_reading(folder, path)
    return path


@pytest.fixture(scope="session")
def reciter(voice: Path) -> Reciter:
    made = Reciter.open(voice)
    assert isinstance(made, Reciter)
    return made


@pytest.fixture(scope="module")
def server(explorer: Explorer, reciter: Reciter) -> Iterator[Server]:
    with Server(explorer, reciter, 0) as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()

"""The loss where utterances end within a decoder step, and what stands between text and decoder."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from pngnw.evaluate import dataset, sides, text_encoders
from pngnw.evaluate.decoder import Decoded
from pngnw.evaluate.tacotron import Network, loss
from pngnw.evaluate.train import EPSILON, optimizer_of
from tests.evaluate.conftest import evaluate_params


@pytest.mark.parametrize("reduction", [1, 2, 3, 5])
@pytest.mark.parametrize("frames", [1, 7, 11])
def test_loss_counts_real_frames_and_every_step_s_stop(reduction: int, frames: int) -> None:
    steps = math.ceil(11 / reduction)
    mel = torch.zeros(2, steps * reduction, 80)
    predicted = torch.ones_like(mel)
    predicted[0, :11] = 2.0  # an error of 4 on 11 frames, and of 1 on `frames`
    logits = torch.full((2, steps), 3.0)
    stop = 0.0
    for length in (11, frames):
        for step in range(steps):
            last = (step + 1) * reduction >= length  # the step that holds the last frame, and on
            stop += math.log1p(math.exp(-3.0)) if last else math.log1p(math.exp(3.0))
    expected = (11 * 4.0 + frames * 1.0) / (11 + frames) + stop / (2 * steps)
    decoded = Decoded(predicted, logits, torch.zeros(2, steps, 4))
    assert float(loss(decoded, mel, torch.tensor([11, frames]))) == pytest.approx(expected)


@pytest.mark.parametrize("arm", text_encoders.ARMS)
def test_the_convolution_is_the_transformers_and_sees_no_padding(
    spoken: Path, arm: text_encoders.Arm
) -> None:
    train = dataset.load(spoken / "data/speech", "train")
    text = text_encoders.build(arm, spoken / "models/encoder", None, 16, seed=1)
    network = Network(text, evaluate_params(convolution=True), "lsa", seed=1).eval()
    assert (network.convolution is None) == (arm in text_encoders.CONVOLUTIONAL)
    assert Network(text, evaluate_params(convolution=False), "lsa", seed=1).convolution is None
    lengths = sides.lengths(train, np.arange(len(train)), text.side)
    pair = np.array([int(lengths.argmax()), int(lengths.argmin())])
    with torch.no_grad():
        network.norm.bias.fill_(1.0)  # padding would not be zero behind it
        both, valid = network._read(train, pair)
        alone, _ = network._read(train, pair[1:])
    assert valid.sum(1).tolist() == lengths[pair].tolist()
    torch.testing.assert_close(both[1, : alone.shape[1]], alone[0], rtol=1e-4, atol=1e-5)


def test_only_the_text_encoder_has_a_rate_of_its_own(spoken: Path) -> None:
    text = text_encoders.build("pretrained", spoken / "models/encoder", None, 16, seed=1)
    settings = evaluate_params(learning_rate=1e-2)
    network = Network(text, settings, "lsa", seed=1)
    own, rest = optimizer_of(network, settings, 0.1).param_groups
    assert (own["lr"], rest["lr"]) == (pytest.approx(1e-3), 1e-2)
    assert own["eps"] == rest["eps"] == EPSILON
    assert {id(p) for p in own["params"]} == {id(p) for p in text.parameters()}
    everything = {id(p) for p in network.parameters()}
    assert {id(p) for p in (*own["params"], *rest["params"])} == everything
    assert len(own["params"]) + len(rest["params"]) == len(everything)

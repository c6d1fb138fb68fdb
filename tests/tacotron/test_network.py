"""The loss where utterances end within a decoder step."""

import math

import pytest
import torch

from pngnw.tacotron.decoder import Decoded
from pngnw.tacotron.network import loss


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

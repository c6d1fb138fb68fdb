"""The decoder sees the past alone; the loss; what stands between text and decoder."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from pngnw.arms import encoders
from pngnw.arms.text import TextBatch
from pngnw.evaluate.dataset import Batch, SpeechSet
from pngnw.evaluate.tacotron import Decoder, Tacotron2, TeacherForced, loss
from pngnw.evaluate.train import EPSILON, optimizer_of
from pngnw.params import Arm
from tests.evaluate.conftest import evaluate_params, text_encoder
from tests.evaluate.test_dataset import small_set as train_set

BOTH = pytest.mark.parametrize(("attention", "reduction"), [("lsa", 5), ("dca", 1), ("gmm", 2)])


@BOTH
def test_a_step_depends_on_earlier_frames_alone(attention: str, reduction: int) -> None:
    torch.manual_seed(0)
    decoder = Decoder(memory=6, width=8, reduction=reduction, name=attention).eval()
    memory, valid = torch.randn(2, 5, 6), torch.ones(2, 5, dtype=torch.bool)
    mel = torch.randn(2, 4 * reduction, 80)
    changed = mel.clone()
    changed[:, 2 * reduction :] += 1.0
    generator = torch.Generator()
    before = decoder(memory, valid, mel, generator)
    after = decoder(memory, valid, changed, generator)
    assert before.mel.shape == mel.shape
    assert before.stop.shape == (2, 4)
    assert before.attention.shape == (2, 4, 5)
    torch.testing.assert_close(before.mel[:, : 3 * reduction], after.mel[:, : 3 * reduction])
    assert not torch.allclose(before.mel[:, 3 * reduction :], after.mel[:, 3 * reduction :])
    if attention != "gmm":  # whose weights are densities
        torch.testing.assert_close(before.attention.sum(2), torch.ones(2, 4))


def talkative(attention: str, reduction: int) -> Decoder:
    """A decoder with random weights everywhere: what it says depends on text and history."""
    torch.manual_seed(3)
    decoder = Decoder(memory=6, width=8, reduction=reduction, name=attention).eval()
    with torch.no_grad():
        for weight in decoder.parameters():
            weight.add_(torch.randn_like(weight) * 0.3)
    return decoder


@BOTH
def test_free_running_is_teacher_forcing_on_its_own_frames(attention: str, reduction: int) -> None:
    decoder = talkative(attention, reduction)
    memory = torch.randn(3, 5, 6)
    valid = torch.arange(5) < torch.tensor([5, 3, 4])[:, None]
    with torch.no_grad():
        decoder.stop.bias.fill_(-100.0)
        spoken = decoder.free_running(memory, valid, limit=7)
        assert spoken.mel.shape == (3, 7 * reduction, 80)
        assert spoken.steps.tolist() == [7, 7, 7]
        assert not spoken.stopped.any()
        forced = decoder(memory, valid, spoken.mel, torch.Generator())
    torch.testing.assert_close(forced.mel, spoken.mel, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(forced.attention, spoken.attention, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("reduction", [1, 3])
def test_free_running_stops_where_the_stop_token_says(reduction: int) -> None:
    decoder = talkative("lsa", reduction)
    memory, valid = torch.randn(4, 5, 6), torch.ones(4, 5, dtype=torch.bool)
    with torch.no_grad():
        decoder.stop.bias.fill_(-100.0)
        mel = decoder.free_running(memory, valid, limit=9).mel
        logits = decoder(memory, valid, mel, torch.Generator()).stop + 100.0
        # A bias with which two of the four never stop.
        bias = -float(logits.max(dim=1).values.sort().values[1:3].mean())
        decoder.stop.bias.fill_(bias)
        spoken = decoder.free_running(memory, valid, limit=9)
    assert int(spoken.stopped.sum()) == 2
    for row in range(4):
        over = torch.nonzero(logits[row] + bias > 0).flatten().tolist()
        assert spoken.steps[row] == (over[0] + 1 if over else 9)
        assert bool(spoken.stopped[row]) == bool(over)
    with torch.no_grad():
        decoder.stop.bias.fill_(100.0)
        assert decoder.free_running(memory, valid, limit=9).mel.shape[1] == reduction


def test_prenet_dropout_comes_from_the_generator_and_only_in_training() -> None:
    torch.manual_seed(0)
    decoder = Decoder(memory=6, width=8, reduction=1, name="lsa")
    memory, valid = torch.randn(1, 3, 6), torch.ones(1, 3, dtype=torch.bool)
    mel = torch.ones(1, 5, 80)

    def out(seed: int) -> Any:
        return decoder(memory, valid, mel, torch.Generator().manual_seed(seed)).mel

    assert torch.equal(out(1), out(1))
    assert not torch.equal(out(1), out(2))
    decoder.eval()
    assert torch.equal(out(1), out(2))


def test_the_stop_token_teaches_the_stop_token_alone() -> None:
    torch.manual_seed(0)
    decoder = Decoder(memory=6, width=8, reduction=1, name="lsa")
    memory = torch.randn(1, 3, 6, requires_grad=True)
    valid, mel = torch.ones(1, 3, dtype=torch.bool), torch.randn(1, 5, 80)
    decoder(memory, valid, mel, torch.Generator()).stop.sum().backward()
    assert memory.grad is None
    assert decoder.stop.weight.grad is not None


@pytest.mark.parametrize(("reduction", "frames"), [(1, 7), (2, 11), (5, 1)])
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
    forced = TeacherForced(predicted, logits, torch.zeros(2, steps, 4))
    text = TextBatch.of(train_set().sentences, np.arange(2), "phonemes")
    batch = Batch(text, mel, torch.tensor([11, frames]), torch.zeros(2))
    assert float(loss(forced, batch)) == pytest.approx(expected)


@pytest.mark.parametrize("arm", encoders.ARMS)
def test_the_convolution_is_the_transformers_and_sees_no_padding(
    spoken: Path, train: SpeechSet, arm: Arm
) -> None:
    text = text_encoder(spoken, arm)
    network = Tacotron2(text, evaluate_params(convolution=True), "lsa", seed=1).eval()
    assert (network.convolution is None) == (arm in encoders.CONVOLUTIONAL)
    assert Tacotron2(text, evaluate_params(convolution=False), "lsa", seed=1).convolution is None
    lengths = train.text(np.arange(len(train)), text.kind).lengths
    pair = np.array([int(lengths.argmax()), int(lengths.argmin())])
    with torch.no_grad():
        network.norm.bias.fill_(1.0)  # padding would not be zero behind it
        both = network.memory(train.text(pair, text.kind))
        alone = network.memory(train.text(pair[1:], text.kind))
    torch.testing.assert_close(both[1, : alone.shape[1]], alone[0], rtol=1e-4, atol=1e-5)


def test_only_the_text_encoder_has_a_rate_of_its_own(spoken: Path) -> None:
    text = text_encoder(spoken, "pretrained")
    settings = evaluate_params(learning_rate=1e-2)
    network = Tacotron2(text, settings, "lsa", seed=1)
    own, rest = optimizer_of(network, settings, 0.1).param_groups
    assert (own["lr"], rest["lr"]) == (pytest.approx(1e-3), 1e-2)
    assert own["eps"] == rest["eps"] == EPSILON
    assert {id(p) for p in own["params"]} == {id(p) for p in text.parameters()}
    everything = {id(p) for p in network.parameters()}
    assert {id(p) for p in (*own["params"], *rest["params"])} == everything
    assert len(own["params"]) + len(rest["params"]) == len(everything)

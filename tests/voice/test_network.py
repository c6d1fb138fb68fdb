"""The length regulator by hand; padding changes nothing; rate and pitch do what they say."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from pngnw.arms import encoders
from pngnw.params import Arm
from pngnw.voice.dataset import HEARD, LOG_F0, VOICING, Batch, Utterances
from pngnw.voice.network import Prosody, VoiceNetwork, losses, regulate, wanted
from tests.voice.conftest import voice_params


def network(home: Path, learned: Utterances, arm: Arm = "tacotron2") -> VoiceNetwork:
    text = encoders.build(arm, home / "models/encoder", None, 16, seed=1)
    made = VoiceNetwork(text, voice_params(), seed=1).eval()
    made.measure(learned)
    return made


def test_frames_belong_to_their_tokens() -> None:
    """Two utterances, of 5 and of 2 frames; tokens without a frame are passed over."""
    index, place, mask = regulate(torch.tensor([[0, 2, 0, 3], [1, 0, 1, 0]]))
    assert index[0].tolist() == [1, 1, 3, 3, 3]
    assert index[1, :2].tolist() == [0, 2]
    assert mask.tolist() == [[True] * 5, [True, True, False, False, False]]
    through = [0.25, 0.75, 0.5 / 3, 1.5 / 3, 2.5 / 3]
    assert place[0, :, 0].tolist() == pytest.approx(through)
    assert place[0, :, 1].tolist() == pytest.approx([math.sin(math.pi * x) for x in through])
    assert place[0, :, 2].tolist() == pytest.approx([math.log(2)] * 2 + [math.log(3)] * 3)
    assert not place[1, 2:].any()


@pytest.mark.parametrize("arm", ["tacotron2", "pretrained"])
def test_an_utterance_does_not_depend_on_those_beside_it(
    spoken: Path, learned: Utterances, arm: Arm
) -> None:
    voice = network(spoken, learned, arm)
    order = np.argsort(learned.frames)
    short, long = int(order[0]), int(order[-1])
    both, alone = learned.batch(np.array([short, long])), learned.batch(np.array([short]))
    frames = int(learned.frames[short])
    assert both.mel.shape[1] > frames
    with torch.inference_mode():
        together, tokens = voice(both.text, Prosody(both.duration, both.heard))
        single, own = voice(alone.text, Prosody(alone.duration, alone.heard))
        told = [
            voice.tell(voice.states(batch.text), batch.text, 1.0, 1.0) for batch in (both, alone)
        ]
    count = int(alone.text.lengths[0])
    assert torch.allclose(together[0, :frames], single[0], atol=1e-4)
    assert not together[0, frames:].any()
    assert torch.allclose(tokens[0, :count], own[0], atol=1e-4)
    assert torch.equal(told[0].duration[0, :count], told[1].duration[0])
    assert not told[0].duration[0, count:].any()


def test_losses_see_no_padding(spoken: Path, learned: Utterances) -> None:
    voice = network(spoken, learned)
    order = np.argsort(learned.frames)
    batch = learned.batch(np.array([int(order[0]), int(order[-1])]))
    junk = batch.mel.clone()
    junk[0, int(learned.frames[order[0]]) :] = 99.0
    heard = batch.heard.clone()
    heard[~batch.text.mask] = 99.0
    spoiled = Batch(batch.text, batch.duration, heard, junk)
    with torch.inference_mode():
        answers = [voice(b.text, Prosody(b.duration, b.heard)) for b in (batch, spoiled)]
        clean, other = (
            losses(*answer, voice, b) for answer, b in zip(answers, (batch, spoiled), strict=True)
        )
    assert {k: float(v) for k, v in clean.items()} == pytest.approx(
        {k: float(v) for k, v in other.items()}, abs=1e-5
    )


def test_a_perfect_answer_costs_nothing(spoken: Path, learned: Utterances) -> None:
    voice = network(spoken, learned)
    batch = learned.batch(np.arange(3))
    with torch.inference_mode():
        target = (batch.mel - voice.mel_mean) / voice.mel_deviation
        told = wanted(batch.duration, batch.heard)
        told = (told - voice.told_mean) / voice.told_deviation
        assert all(float(v) == 0 for v in losses(target, told, voice, batch).values())
        worse = losses(target + 0.5, told, voice, batch)
        assert float(worse["mel"]) == pytest.approx(0.5, abs=1e-4)


def test_rate_and_pitch(spoken: Path, learned: Utterances) -> None:
    voice = network(spoken, learned)
    with torch.no_grad():
        voice.told_mean[0] = math.log(1 + 7.0)  # each token lasts about seven frames
    text = learned.batch(np.arange(4)).text
    with torch.inference_mode():
        states = voice.states(text)
        plain = voice.tell(states, text, 1.0, 1.0)
        fast = voice.tell(states, text, 2.0, 1.0)
        high = voice.tell(states, text, 1.0, 1.5)
    # Rounding does not add up: the whole is half as long to a frame.
    assert (plain.duration.sum(1) / 2 - fast.duration.sum(1)).abs().max() <= 1
    assert torch.equal(plain.duration, high.duration)
    raised = (high.heard - plain.heard)[text.mask]
    assert torch.allclose(raised[:, HEARD.index(LOG_F0)], torch.tensor(math.log(1.5)), atol=1e-5)
    assert not raised[:, HEARD.index(VOICING)].any()


def test_what_is_predicted_is_as_long_as_what_was_learned(
    spoken: Path, learned: Utterances
) -> None:
    voice = network(spoken, learned)
    with torch.no_grad():
        voice.told_mean[0] -= 0.3  # a bit short
    voice.lengthen(learned)
    text = learned.batch(np.arange(len(learned))).text
    with torch.inference_mode():
        told = voice.tell(voice.states(text), text, 1.0, 1.0).duration
    assert voice.longer != 1
    assert int(told.sum()) == pytest.approx(int(learned.frames.sum()), abs=len(learned) / 2)


def test_what_is_predicted_is_standardized(spoken: Path, learned: Utterances) -> None:
    """Durations of tokens that last, pitch of voiced ones, energy; and the tempo of utterances."""
    voice = network(spoken, learned)
    duration = torch.from_numpy(np.concatenate(learned.duration))
    heard = torch.from_numpy(np.concatenate(learned.heard))
    told = (wanted(duration, heard) - voice.told_mean) / voice.told_deviation
    lasts, voiced = duration > 0, heard[:, HEARD.index(VOICING)] > 0
    for column, rows in ((0, lasts), (1, lasts & voiced), (3, lasts)):
        assert float(told[rows, column].mean()) == pytest.approx(0, abs=1e-3)
        assert float(told[rows, column].std()) == pytest.approx(1, abs=1e-3)
    tempo = voice.tempo(learned.batch(np.arange(len(learned))).duration)
    assert float(tempo.mean()) == pytest.approx(0, abs=1e-3)
    slow = torch.tensor([[8, 0, 4], [4, 2, 0]])
    first, second = voice.tempo(slow).tolist()
    assert (first - second) * float(voice.tempo_deviation) == pytest.approx(math.log(2), abs=1e-4)

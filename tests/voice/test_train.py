"""A killed run ends as one that was not; equal runs give equal weights; it learns."""

from pathlib import Path

import numpy as np
import pytest
import torch

from pngnw.core.errors import UserError
from pngnw.params import Voice
from pngnw.voice import train as module
from pngnw.voice.dataset import Utterances
from pngnw.voice.network import VoiceNetwork
from pngnw.voice.train import Point, train
from tests.voice.conftest import voice_params


def trained(
    home: Path, learned: Utterances, checkpoint: Path, settings: Voice
) -> tuple[VoiceNetwork, list[Point]]:
    torch.set_num_threads(1)
    return train("tacotron2", settings, learned, home / "models/encoder", checkpoint)


class Killed(Exception):
    pass


def test_a_killed_run_ends_as_one_that_was_not(
    spoken: Path, learned: Utterances, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = voice_params()
    whole, curve = trained(spoken, learned, tmp_path / "a.pt", settings)
    losses, calls = module.losses, iter(range(1000))

    def until_killed(*args: object) -> object:
        if next(calls) == 27:
            raise Killed
        return losses(*args)  # type: ignore[arg-type]  # passed on as they come

    monkeypatch.setattr(module, "losses", until_killed)
    with pytest.raises(Killed):
        trained(spoken, learned, tmp_path / "b.pt", settings)
    monkeypatch.setattr(module, "losses", losses)
    assert (tmp_path / "b.pt").exists()
    torch.rand(7)  # whatever was drawn in between
    resumed, again = trained(spoken, learned, tmp_path / "b.pt", settings)
    assert curve == again
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name


def test_the_mel_is_learned_and_that_the_slower_is_longer(
    spoken: Path, learned: Utterances, tmp_path: Path
) -> None:
    settings = voice_params(learning_rate=5e-3)
    voice, curve = trained(spoken, learned, tmp_path / "a.pt", settings)
    assert [point["step"] for point in curve] == [20, 40]
    assert curve[-1]["mel"] < 0.9 * curve[0]["mel"]
    text = learned.batch(np.arange(8)).text
    with torch.inference_mode():
        states = voice.states(text)
        fast, slow = (
            voice.predictor(states, text.mask, torch.full((8,), tempo))[..., 0][text.mask].mean()
            for tempo in (-1.0, 1.0)
        )
    assert slow > fast


def test_a_damaged_checkpoint_is_named(spoken: Path, learned: Utterances, tmp_path: Path) -> None:
    (tmp_path / "a.pt").write_bytes(b"PK\x03\x04 half")
    with pytest.raises(UserError, match=r"a\.pt: damaged"):
        trained(spoken, learned, tmp_path / "a.pt", voice_params())


def test_a_loss_that_is_not_finite_ends_the_run(
    spoken: Path, learned: Utterances, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=r"lower voice\.learning_rate"):
        trained(spoken, learned, tmp_path / "a.pt", voice_params(learning_rate=1e30, clip=1e30))

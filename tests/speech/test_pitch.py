"""The contour of sounds whose pitch is known."""

import numpy as np
import pytest

from pngnw.speech.mel import FRAME_SECONDS, SAMPLE_RATE
from pngnw.speech.pitch import contour

pytest.importorskip("swift_f0")


def buzz(
    hertz: "np.ndarray[tuple[int], np.dtype[np.float64]]",
) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
    """Twenty harmonics of a pitch [n], each weaker than the one below it."""
    phase = 2 * np.pi * np.cumsum(hertz) / SAMPLE_RATE
    wave = sum(np.sin(k * phase) / k for k in range(1, 21))
    return np.asarray(6000 * wave, dtype=np.int16)


@pytest.mark.parametrize(("low", "high"), [(90, 140), (160, 320)])
def test_a_glide_between_silences(low: float, high: float) -> None:
    glide = np.geomspace(low, high, SAMPLE_RATE)
    silent = np.zeros(SAMPLE_RATE // 4, np.int16)
    got = contour(np.concatenate((silent, buzz(glide), silent)))
    assert len(got) == 1 + (SAMPLE_RATE * 3 // 2) // 256
    times = np.arange(len(got)) * FRAME_SECONDS
    inside, outside = (times > 0.3) & (times < 1.2), (times < 0.2) | (times > 1.3)
    assert (got[outside] == 0).all()
    wanted = np.log(low) + (times - 0.25) * np.log(high / low)
    assert np.abs(got - wanted)[inside].max() < 0.02


@pytest.mark.parametrize("sound", [np.zeros, lambda n: np.random.default_rng(0).normal(0, 500, n)])
def test_silence_and_noise_have_no_voice(sound: object) -> None:
    assert callable(sound)
    assert not contour(np.asarray(sound(SAMPLE_RATE), dtype=np.int16)).any()

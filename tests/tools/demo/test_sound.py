"""The pitch of made sound is the one that was asked for."""

import numpy as np
import pytest

from pngnw.speech.mel import SAMPLE_RATE, Floats
from pngnw.tools.demo.sound import sound

FRAMES = 80


def made(hz: float, voicing: float, loud: float = -3.0) -> Floats:
    mel = np.full((FRAMES, 80), loud, dtype=np.float32)
    return sound(mel, np.full(FRAMES, np.log(hz)), np.full(FRAMES, voicing))


def periodicity(samples: Floats) -> tuple[float, float]:
    """Hz of the best period between 70 and 320 Hz, and how much of the sound comes again."""
    middle = samples[4000:-4000].astype(np.float64)
    lags = np.arange(SAMPLE_RATE // 320, SAMPLE_RATE // 70)
    again = [float(np.corrcoef(middle[:-lag], middle[lag:])[0, 1]) for lag in lags]
    best = int(np.argmax(again))
    return SAMPLE_RATE / int(lags[best]), again[best]


@pytest.mark.parametrize("hz", [90.0, 130.0, 220.0])
def test_a_pitch_is_heard(hz: float) -> None:
    samples = made(hz, 1.0)
    assert samples.shape == ((FRAMES - 1) * 256,)
    heard, share = periodicity(samples)
    assert heard == pytest.approx(hz, rel=0.02)
    assert share > 2 * periodicity(made(hz, 0.0))[1]


def test_silence_stays_silent_and_nothing_is_drawn_anew() -> None:
    assert np.abs(made(120.0, 1.0, -11.0)).max() < 1e-3 < np.abs(made(120.0, 1.0)).max()
    assert np.array_equal(made(120.0, 0.5), made(120.0, 0.5))

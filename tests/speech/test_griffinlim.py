"""A tone comes back as a tone, true spectra as their signal, silence as silence."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.speech.griffinlim import PEAK, istft, vocode
from pngnw.speech.mel import HOP, SAMPLE_RATE, log_mel, stft


@settings(max_examples=20, deadline=None)
@given(st.integers(3, 12), st.integers(0, 2**32 - 1))
def test_istft_inverts_stft(hops: int, seed: int) -> None:
    samples = np.random.default_rng(seed).standard_normal(hops * HOP)
    assert np.allclose(istft(stft(samples)), samples)


def test_a_tone_comes_back_as_loud_and_as_high() -> None:
    seconds = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    tone = (0.5 * np.sin(2 * np.pi * 440 * seconds)).astype(np.float32)
    heard = vocode(log_mel(tone))
    assert heard.dtype == np.float32
    assert abs(len(heard) - len(tone)) < HOP
    loudest = np.abs(np.fft.rfft(heard[2000:-2000])).argmax()
    assert loudest * SAMPLE_RATE / (len(heard) - 4000) == pytest.approx(440, abs=40)
    # The mel of what is heard is that of the tone where there is sound.
    loud = log_mel(tone) > -3
    away = np.abs(log_mel(heard)[: len(loud)] - log_mel(tone)[: len(log_mel(heard))])
    assert np.median(away[loud[: len(away)]]) < 0.3


def test_nothing_is_louder_than_the_peak() -> None:
    loud = vocode(np.full((20, 80), 3.0, dtype=np.float32))
    assert np.abs(loud).max() == pytest.approx(PEAK, abs=1e-6)


def test_too_few_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="2 frames are too few"):
        vocode(np.zeros((2, 80), dtype=np.float32))

"""Log-mels: equal to librosa's on a chirp, facts of the filterbank, and the edges."""

import numpy as np
import pytest

from pngnw.speech.mel import log_mel

# librosa 0.11: log(max(melspectrogram(power=1, n_mels=80, fmax=8000, pad_mode="reflect"), 1e-5)).
LIBROSA = {
    (0, 0): -0.1709,
    (10, 12): -1.3674,
    (40, 30): -4.3638,
    (40, 60): -11.5129,
    (86, 79): -4.8002,
}


def chirp(samples: int) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    t = np.arange(samples) / 22050
    sweep = 0.5 * np.sin(2 * np.pi * (200 * t + 900 * t * t))
    return (sweep + 0.1 * np.sin(2 * np.pi * 5000 * t)).astype(np.float32)


def test_equals_librosa() -> None:
    mel = log_mel(chirp(22050))
    assert mel.shape == (87, 80)
    assert mel.dtype == np.float32
    for place, expected in LIBROSA.items():
        assert mel[place] == pytest.approx(expected, abs=1e-4)


def test_silence_is_the_floor_everywhere() -> None:
    assert np.allclose(log_mel(np.zeros(5000, dtype=np.float32)), np.log(1e-5))


def test_too_short_is_refused_and_one_more_sample_is_not() -> None:
    with pytest.raises(ValueError, match="512 samples"):
        log_mel(np.zeros(512, dtype=np.float32))
    assert log_mel(np.zeros(513, dtype=np.float32)).shape == (3, 80)

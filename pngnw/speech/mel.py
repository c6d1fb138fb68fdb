"""Log-mel spectrograms as Tacotron 2 takes them.

The same numbers as `librosa.feature.melspectrogram(power=1, norm="slaney", htk=False,
center=True, pad_mode="reflect")` followed by a floor and a natural logarithm, to 1e-4; frame t is
centered on sample 256 t. Source: Shen et al. 2018 (1712.05884), section 2.1, at 22.05 kHz.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 22050
HOP = 256
WINDOW = 1024
BANDS = 80
HIGHEST = 8000.0
FLOOR = 1e-5
FRAME_SECONDS = HOP / SAMPLE_RATE
HANN = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)  # periodic, [1024]

Floats = npt.NDArray[np.float32]

# Slaney's scale: linear up to 1 kHz, 15 mels there, then logarithmic with 27 mels per factor 6.4.
_KNEE_HERTZ, _KNEE_MEL, _LOG_STEP = 1000.0, 15.0, np.log(6.4) / 27.0


def log_mel(samples: Floats) -> Floats:
    """Log-magnitude mel bands [1 + n // 256, 80] float32 of mono audio [n] in [-1, 1] at
    22.05 kHz.

    Raises:
        ValueError: fewer than 513 samples; see `stft`.
    """
    floored = np.maximum(np.abs(stft(samples)) @ filterbank().T, FLOOR)
    return np.log(floored).astype(np.float32)


def stft(samples: npt.NDArray[np.floating]) -> npt.NDArray[np.complex128]:
    """[n] to [1 + n // 256, 513], frame t centered on sample 256 t, edges reflected.

    Raises:
        ValueError: fewer than 513 samples: too short to reflect at the edges.
    """
    if len(samples) <= WINDOW // 2:
        raise ValueError(f"{len(samples)} samples are too few for one mel frame")
    padded = np.pad(samples, WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    return np.asarray(np.fft.rfft(frames * HANN))


@lru_cache
def filterbank() -> npt.NDArray[np.float64]:
    """[80, 513]: triangles between equidistant mel points, each of unit area (Slaney 1998)."""
    bins = np.linspace(0.0, SAMPLE_RATE / 2, WINDOW // 2 + 1)
    edges = _hertz(np.linspace(0.0, _mel(HIGHEST), BANDS + 2))
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    area = 2.0 / (edges[2:] - edges[:-2])
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)) * area[:, None])


def _mel(hertz: float) -> float:
    if hertz < _KNEE_HERTZ:
        return hertz * _KNEE_MEL / _KNEE_HERTZ
    return float(_KNEE_MEL + np.log(hertz / _KNEE_HERTZ) / _LOG_STEP)


def _hertz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    above = _KNEE_HERTZ * np.exp(_LOG_STEP * (mel - _KNEE_MEL))
    return np.where(mel < _KNEE_MEL, mel * _KNEE_HERTZ / _KNEE_MEL, above)

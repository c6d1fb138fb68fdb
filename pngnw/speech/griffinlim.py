"""Audio from log-mel frames, so that a person can hear what a decoder has learned.

No random phases; silence stays silent. It sounds metallic even for true mels.
Source: Griffin and Lim 1984, with the momentum of Perraudin et al. 2013 ("A fast Griffin-Lim
algorithm", α 0.99).

Letters: T frames, F = 513 frequency bins, n samples.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pngnw.speech.mel import HANN, HOP, WINDOW, Floats, filterbank, stft

ITERATIONS = 32
MOMENTUM = 0.99
PEAK = 0.9
TINY = 1e-9

Doubles = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]


def vocode(log_mel: Floats) -> Floats:
    """Mono audio [(T - 1) · 256] in [-1, 1] at 22.05 kHz, of `mel.log_mel` [T, 80].

    Raises:
        ValueError: fewer than three frames.
    """
    if len(log_mel) < 3:
        raise ValueError(f"{len(log_mel)} frames are too few for audio")
    magnitude = magnitudes(log_mel)
    spectrum = magnitude.astype(np.complex128)
    return reconstruct(magnitude, spectrum, np.zeros_like(spectrum), ITERATIONS)


def magnitudes(log_mel: Floats) -> Doubles:
    """The smallest magnitudes [T, F] that have these bands [T, 80]."""
    return np.asarray(np.maximum(np.exp(log_mel.astype(np.float64)) @ _inverse(), 0.0))


def reconstruct(magnitude: Doubles, spectrum: Complex, last: Complex, iterations: int) -> Floats:
    """Audio [(T - 1) · 256] in [-1, 1] of magnitudes [T, F], whose phases begin as those of
    `spectrum`; `last` is what the first step's momentum is taken from."""
    for _ in range(iterations):
        now = stft(istft(spectrum))
        ahead = now + MOMENTUM * (now - last)
        spectrum = magnitude * ahead / np.maximum(np.abs(ahead), TINY)
        last = now
    samples = istft(spectrum)
    loudest = float(np.abs(samples).max(initial=0.0))
    return (samples * (min(1.0, PEAK / loudest) if loudest else 1.0)).astype(np.float32)


def istft(spectrum: Complex) -> Doubles:
    """The signal whose `stft` is nearest to `spectrum` [T, F]: [(T - 1) · 256]."""
    frames = np.fft.irfft(spectrum, WINDOW) * HANN
    length = WINDOW + HOP * (len(frames) - 1)
    out, weight = np.zeros(length), np.zeros(length)
    for number, frame in enumerate(frames):
        span = slice(number * HOP, number * HOP + WINDOW)
        out[span] += frame
        weight[span] += HANN**2
    inner = slice(WINDOW // 2, length - WINDOW // 2)
    return np.asarray(out[inner] / np.maximum(weight[inner], TINY))


@lru_cache
def _inverse() -> Doubles:
    """[80, 513]: bands to magnitudes."""
    return np.asarray(np.linalg.pinv(filterbank()).T)

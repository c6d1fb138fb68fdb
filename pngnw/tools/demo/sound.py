"""Audio of a mel and the pitch that it is to have: pulses and noise, shaped by the mel's bands.

The mels of a small decoder hold hardly any harmonics, so of `vocode` no change of pitch is heard. A
source-filter vocoder (Dudley 1939) takes the pitch from the contour instead. A few iterations of
Griffin-Lim, begun with the phases of the pulses, make frames that overlap agree.

Guarantees: a pure function, the noise is always the same.

Letters: T frames, F = 513 frequency bins, n samples.
"""

from functools import lru_cache
from typing import Final

import numpy as np

from pngnw.speech.griffinlim import TINY, Doubles, magnitudes, reconstruct
from pngnw.speech.mel import HOP, SAMPLE_RATE, WINDOW, Floats, stft

FEWEST: Final = 4  # frames
ITERATIONS: Final = 8
LOWEST: Final = 40.0  # Hz, of a pitch: slower pulses are heard one by one
HIGHEST: Final = 4000.0  # Hz, of a harmonic; above it voice is noise
BREATH: Final = 0.01  # share of the power that is noise where all is voiced
SMOOTHED: Final = 8  # bins, 170 Hz: wider than harmonics lie apart
STEEPEST: Final = 3.0  # times that a harmonic may stand out of its surroundings


def sound(log_mel: Floats, log_f0: Doubles, voicing: Doubles) -> Floats:
    """Mono audio in [-1, 1] at 22.05 kHz.

    Args:
        log_mel: [T, 80], as `pngnw.speech.mel.log_mel` gives it, T of `FEWEST` at least.
        log_f0: [T] natural log of Hz; `LOWEST` where it is lower.
        voicing: [T] share of voice, 0 to 1.

    Returns:
        [(T - 1) · 256] float32.
    """
    frames = np.arange(len(log_mel))
    at = np.arange((len(log_mel) - 1) * HOP) / HOP
    hz = np.exp(np.interp(at, frames, log_f0)).clip(LOWEST, HIGHEST / 2)
    source = stft(_pulses(hz, np.interp(at, frames, voicing)))
    low = np.linspace(0, SAMPLE_RATE / 2, source.shape[1]) < HIGHEST
    breath = np.where(low, np.sqrt(np.clip(1 - voicing, BREATH, 1))[:, None], 1.0)
    source = source + breath * stft(np.random.default_rng(0).standard_normal(len(at)))
    power = np.abs(source) ** 2
    shape = np.minimum(np.sqrt(power / (power @ _smooth() + TINY)), STEEPEST)
    magnitude = shape * magnitudes(log_mel)
    spectrum = magnitude * source / np.maximum(np.abs(source), TINY)
    return reconstruct(magnitude, spectrum, spectrum, ITERATIONS)


def _pulses(hz: Doubles, share: Doubles) -> Doubles:
    """[n]: all harmonics below `HIGHEST`, of power `share`."""
    phase = 2 * np.pi * np.cumsum(hz) / SAMPLE_RATE
    out = np.zeros(len(hz))
    for number in range(1, int(HIGHEST / hz.min()) + 1):
        out += np.where(hz * number < HIGHEST, np.cos(number * phase), 0.0)
    return np.asarray(out * np.sqrt(share / np.maximum(HIGHEST / hz / 2, 1.0)))


@lru_cache
def _smooth() -> Doubles:
    """[F, F]: a bin to the mean of those around it."""
    bins = np.arange(1 + WINDOW // 2)
    near = np.exp(-(((bins[:, None] - bins) / SMOOTHED) ** 2) / 2)
    return np.asarray(near / near.sum(axis=0))

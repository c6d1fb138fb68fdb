"""The fundamental frequency of a voice, frame by frame of the mel.

The tracker is SwiftF0 (a network of 14,386 weights inside the wheel `swift-f0`, MIT), chosen by
measurement: docs/speech.md. Source: Nieradzik 2025 (2508.18440).

Letters: T frames of the mel, n samples.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pngnw.speech.mel import FRAME_SECONDS, HOP, SAMPLE_RATE
from pngnw.speech.utterance import Floats, resample

if TYPE_CHECKING:
    from swift_f0 import SwiftF0

LOWEST, HIGHEST = 60.0, 500.0  # Hz, of a speaking voice
VOICED = 0.5  # the tracker's confidence from which on a frame is voiced
TRACKED = 16000  # Hz


def contour(samples: npt.NDArray[np.int16]) -> Floats:
    """The natural log of F0 in Hz at the middle of every mel frame, 0 where there is no voice, of
    samples [n] at 22.05 kHz: [T] with T = 1 + n // 256.

    The tracker's frames (16 ms) are interpolated: log F0 over the voiced ones, and its confidence.
    """
    audio = resample(samples.astype(np.float32) / np.float32(32768), SAMPLE_RATE, TRACKED)
    tracked = _tracker().detect(audio, TRACKED, LOWEST, HIGHEST)
    times = np.arange(1 + len(samples) // HOP) * FRAME_SECONDS
    known = tracked.confidence >= VOICED
    if not known.any():
        return np.zeros(len(times))
    log_f0 = np.interp(times, tracked.timestamps[known], np.log(tracked.pitch_hz[known]))
    voiced = np.interp(times, tracked.timestamps, tracked.confidence) >= VOICED
    return np.asarray(np.where(voiced, log_f0, 0.0), dtype=np.float64)


@lru_cache
def _tracker() -> "SwiftF0":
    from swift_f0 import SwiftF0

    return SwiftF0(threads=1)

"""What a voice is measured by: distances between mels, and word errors.

Mel cepstral distortion: with the cepstrum c of a log-mel x of B bands, x = c0 + 2 Σ c_m cos(…), it
is the mean over frames of 10/ln 10 · √(2 Σ (c_m - c'_m)²), m from 1 to 13 (Kubichek 1993, with the
mel bands in the place of a warped all-pass filter): √ of the mean square, over the bands, of the
difference of two smooth envelopes without their loudness, times 10/ln 10.

Letters: P tokens, T and S frames of two mels, B bands.
"""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.fft import dct

from pngnw.model.sentences import Int
from pngnw.normalize import normalize

Floats = npt.NDArray[np.float64]
COEFFICIENTS: Final = 13
_WORD: Final = re.compile(r"[^\W\d_]+")


def mel_error(mel: Floats, truth: Floats) -> float:
    """Mean absolute difference of two mels [T, B] in their natural logarithms."""
    return float(np.abs(mel - truth).mean())


def cepstrum(mel: Floats) -> Floats:
    """Coefficients 1 to 13 of a log-mel [T, B]: [T, 13]."""
    return np.asarray(dct(mel, axis=1)[:, 1 : COEFFICIENTS + 1] / (2 * mel.shape[1]))


def cepstral_distortion(mel: Floats, truth: Floats) -> float:
    """Mel cepstral distortion of two mels [T, B] in dB."""
    squares = ((cepstrum(mel) - cepstrum(truth)) ** 2).sum(axis=1)
    return float(10 / np.log(10) * np.sqrt(2 * squares).mean())


def same_places(duration: Int, other: Int) -> tuple[Int, Int]:
    """Frames of two readings of the same tokens that stand for the same place of the same token.

    Of each token as many pairs as the longer of the two has frames, spread evenly over both; none
    of a token that one of them lacks.

    Args:
        duration, other: frames of each token, [P].

    Returns:
        Frames of the one and of the other, equally many.
    """
    pairs: list[tuple[Int, Int]] = []
    starts, begins = np.cumsum(duration) - duration, np.cumsum(other) - other
    for first, length, begin, count in zip(starts, duration, begins, other, strict=True):
        if length and count:
            spread = (np.arange(max(length, count)) + 0.5) / max(length, count)
            places = first + spread * length, begin + spread * count
            pairs.append((places[0].astype(np.int64), places[1].astype(np.int64)))
    left, right = zip(*pairs, strict=True)
    return np.concatenate(left), np.concatenate(right)


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: as spoken, lower case, without apostrophes."""
    spoken = normalize(text).text.lower().replace("'", "").replace("’", "")
    return _WORD.findall(spoken)


def word_errors(spoken: Sequence[str], heard: Sequence[str]) -> int:
    """Fewest substitutions, insertions and deletions of words that make one of the other."""
    row = np.arange(len(heard) + 1)
    for number, word in enumerate(spoken, start=1):
        before, row = row, np.full_like(row, number)
        for column, other in enumerate(heard, start=1):
            row[column] = min(
                before[column] + 1, row[column - 1] + 1, before[column - 1] + (word != other)
            )
    return int(row[-1])

"""One utterance: its audio, and when each of its tokens is spoken.

Also what every source shares: rates, silence around the speech, room tone, and the parts of the
speech set.

Letters: P phoneme-side tokens, S steps of a decoder, n samples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from pngnw.phonemize.arpabet import SYMBOLS
from pngnw.speech.mel import FRAME_SECONDS, SAMPLE_RATE

Times = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Real = TypeVar("Real", np.float32, np.float64)

PARTS = TRAIN, TUNING, HELDOUT = "train", "tuning", "heldout"
NEAR = 0.05  # seconds from a phoneme within which attention still hits it
RATES = (110, 230)  # words per minute
# Seconds. Silence at both ends is short, as in recordings that were trimmed for training. A long
# one is the first thing that a decoder learns, and any token serves to tell it from speech: with
# 0.4 to 0.7 s at the end attention ran backwards in about half of all runs (docs/decisions.md).
LEAD = (0.0, 0.02)
FINAL = (0.05, 0.15)
TAIL = (0.0, 0.06)
LONG_MARKS = frozenset(".?!;:…")
SHORT_MARKS = frozenset(",-–—")
# Deviation of the white noise under everything, in 16-bit steps (-55 dB): between phrases a
# synthesizer is all but silent, which no recording is, and the log of nothing would rule the
# mel's scale.
ROOM_TONE = 60.0


@dataclass(frozen=True)
class Utterance:
    """Audio and gold times.

    Attributes:
        samples: [n] int16 at 22.05 kHz.
        start, end: [P] float32 seconds of each phoneme-side token; None where unknown.
        rate: words per minute.
        shared: number of phonemes that divide an interval because the source gave them none.
        tries: how often an aligner had to be asked for the times.
    """

    samples: npt.NDArray[np.int16]
    start: Times | None
    end: Times | None
    rate: int
    shared: int
    tries: int = 1


@dataclass(frozen=True)
class Line:
    """A request to a source.

    Attributes:
        words: the tokens of each word: ARPAbet phonemes, or one punctuation mark.
        recording: the name of its recording, where there is one.
    """

    words: Sequence[Sequence[str]]
    recording: str | None = None


@dataclass(frozen=True)
class Gold:
    """Gold times of one utterance: start, end [P] seconds; spoken [P], false for marks."""

    start: Floats
    end: Floats
    spoken: Bools


def step_times(steps: int, reduction: int) -> Floats:
    """The middle of each decoder step in seconds, [S]; frame t is centered on t · hop."""
    middles = np.arange(steps, dtype=np.float64) * reduction + (reduction - 1) / 2
    return middles * FRAME_SECONDS


def distances(times: Floats, gold: Gold) -> Floats:
    """Seconds from each time to each token's interval, [S, P]; 0 inside."""
    before = gold.start[None, :] - times[:, None]
    after = times[:, None] - gold.end[None, :]
    return np.asarray(np.maximum(np.maximum(before, after), 0.0), dtype=np.float64)


def speech_steps(times: Floats, gold: Gold) -> Bools:
    """Which times lie inside a spoken phoneme, [S]."""
    t = times[:, None]
    inside = (gold.start <= t) & (t < gold.end) & gold.spoken
    return np.asarray(inside.any(axis=1))


def boundary_errors(path: Ints, gold: Gold, reduction: int) -> Floats:
    """Seconds between each spoken token's start on a path [S] of tokens and its gold start.

    The utterance's first token has no boundary. A token that the path jumps over starts where
    the next one does; one that it never reaches starts at the end.
    """
    first = np.searchsorted(path, np.arange(len(gold.start)))
    edge = np.maximum((first * reduction - 0.5) * FRAME_SECONDS, 0.0)
    counted = gold.spoken.copy()
    counted[:1] = False
    return np.asarray(np.abs(edge - gold.start)[counted], dtype=np.float64)


def straight_line(steps: int, tokens: int) -> Ints:
    """The token of each step where speech goes through the text at one pace, [S]."""
    return ((np.arange(steps) + 0.5) * tokens / steps).astype(np.int64)


def is_mark(word: Sequence[str]) -> bool:
    """Whether a word is a punctuation mark: a single token that is no ARPAbet symbol.

    Of words of token ids `pngnw.model.marks.find` says the same.
    """
    return len(word) == 1 and word[0] not in SYMBOLS


def generator(seed: int, key: int) -> np.random.Generator:
    """The utterance's own generator, the same in whichever shard or order it is made."""
    return np.random.default_rng([seed, key])


def draw_rate(rng: np.random.Generator) -> int:
    """Words per minute."""
    return int(rng.integers(RATES[0], RATES[1] + 1))


def silence(seconds: float) -> npt.NDArray[np.int16]:
    """Zeros, [n]."""
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.int16)


def add_room_tone(clean: npt.NDArray[np.number], rng: np.random.Generator) -> npt.NDArray[np.int16]:
    """Samples on the 16-bit scale, with noise under them."""
    noisy = clean + rng.normal(0.0, ROOM_TONE, len(clean))
    return np.asarray(np.clip(np.rint(noisy), -32768, 32767), dtype=np.int16)


def resample(samples: npt.NDArray[Real], rate: int, wanted: int) -> npt.NDArray[Real]:
    """Samples [n] at `rate` Hz at another rate, at which they last as long."""
    from scipy.signal import resample_poly  # slow to load

    common = gcd(rate, wanted)
    return np.asarray(resample_poly(samples, wanted // common, rate // common))


def to_seconds(samples: npt.NDArray[np.int64]) -> Times:
    """Positions in the audio to times."""
    return (samples / SAMPLE_RATE).astype(np.float32)

"""One utterance, and what all synthesised ones share: rate, silence around them, room tone.

Guarantees: everything drawn is a function of the seed and the utterance's id alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pngnw.phonemize.arpabet import SYMBOLS
from pngnw.speech.mel import SAMPLE_RATE

Times = npt.NDArray[np.float32]

RATES = (110, 230)
# Seconds. Silence at both ends is short, as in recordings that were trimmed for training. A long
# one is the first thing that a decoder learns, and any token serves to tell it from speech: with
# 0.4 to 0.7 s at the end attention ran backwards in about half of all runs (docs/decisions.md).
LEAD = (0.0, 0.02)
FINAL = (0.05, 0.15)
TAIL = (0.0, 0.06)
LONG_MARKS = frozenset(".?!;:…")
SHORT_MARKS = frozenset(",-–—")
# Deviation of the white noise under everything, in 16-bit steps (-55 dB): between phrases a
# synthesiser is all but silent, which no recording is, and the log of nothing would rule the
# mel's scale.
ROOM_TONE = 60.0


@dataclass(frozen=True)
class Utterance:
    """Audio and gold times.

    Attributes:
        samples: [n] int16 at 22.05 kHz.
        start, end: [P] float32 seconds of each phoneme-side token; None where nobody knows.
        rate: words per minute.
        shared: how many phonemes divide an interval because the source gave them none.
    """

    samples: npt.NDArray[np.int16]
    start: Times | None
    end: Times | None
    rate: int
    shared: int


@dataclass(frozen=True)
class Line:
    """What a source is asked for.

    Attributes:
        words: the tokens of each word: ARPAbet phonemes, or one punctuation mark.
        recording: the name of its recording, where there is one.
    """

    words: Sequence[Sequence[str]]
    recording: str | None = None


def is_mark(word: Sequence[str]) -> bool:
    """Whether a word is a punctuation mark: a single token that is no ARPAbet symbol."""
    return len(word) == 1 and word[0] not in SYMBOLS


def generator(seed: int, key: int) -> np.random.Generator:
    """The utterance's own generator, the same in whichever shard or order it is made."""
    return np.random.default_rng([seed, key])


def draw_rate(rng: np.random.Generator) -> int:
    """Words per minute."""
    return int(rng.integers(RATES[0], RATES[1] + 1))


def silence(seconds: float) -> npt.NDArray[np.int16]:
    """So many zeros."""
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.int16)


def in_a_room(clean: npt.NDArray[np.number], rng: np.random.Generator) -> npt.NDArray[np.int16]:
    """Samples on the 16-bit scale, with room tone under them."""
    noisy = clean + rng.normal(0.0, ROOM_TONE, len(clean))
    return np.asarray(np.clip(np.rint(noisy), -32768, 32767), dtype=np.int16)


def seconds(samples: npt.NDArray[np.int64]) -> Times:
    """Places in the audio as times."""
    return (samples / SAMPLE_RATE).astype(np.float32)

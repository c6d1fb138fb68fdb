"""One utterance: breaths spoken by a source, with silences of known length between them.

Guarantees: rate, lead-in, pauses and tail are a function of the seed and the utterance's id alone;
every phoneme-side token has gold times. A punctuation mark is silence of a drawn length (quotes
and brackets: no time at all); some word boundaries get an unwritten pause that belongs to no
token, so that a straight line from corner to corner is not already the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pngnw.phonemes.arpabet import SYMBOLS
from pngnw.tacotron.espeak import Speaker
from pngnw.tacotron.mel import SAMPLE_RATE

RATES = (110, 230)
# Seconds. Speech begins almost at once, as in trimmed recordings, and the last mark owns a long
# silence: with up to 0.2 s of lead-in one of two seeds took that for the last mark's silence and
# aligned from the end of the text to its beginning.
LEAD = (0.0, 0.02)
FINAL = (0.4, 0.7)
TAIL = (0.0, 0.06)
PAUSE = (0.03, 0.2)
PAUSE_CHANCE = 0.05
LONG_MARKS, LONG_PAUSE = frozenset(".?!;:…"), (0.1, 0.4)
SHORT_MARKS, SHORT_PAUSE = frozenset(",-–—"), (0.06, 0.25)
# Deviation of the white noise under everything, in 16-bit steps (-55 dB): between phrases espeak
# is digitally silent, which no recording is, and the log of nothing would rule the mel's scale.
ROOM_TONE = 60.0


@dataclass(frozen=True)
class Utterance:
    """Audio and gold times: samples [n] int16 at 22.05 kHz; start, end [P] float32 seconds."""

    samples: npt.NDArray[np.int16]
    start: npt.NDArray[np.float32]
    end: npt.NDArray[np.float32]
    rate: int
    shared: int


def speak(
    words: Sequence[Sequence[str]], speaker: Speaker, rng: np.random.Generator
) -> Utterance | None:
    """Speak a sentence.

    Args:
        words: the tokens of each word: ARPAbet phonemes, or one punctuation mark.
        speaker: a fresh speaker: what it said before would colour the samples.
        rng: draws rate and silences; pass one made from `generator`.

    Returns:
        The utterance, or None when the source did not speak exactly these phonemes.
    """
    rate = int(rng.integers(RATES[0], RATES[1] + 1))
    pieces = [_silence(rng.uniform(*LEAD))]
    starts: list[npt.NDArray[np.int64]] = []
    ends: list[npt.NDArray[np.int64]] = []
    now = len(pieces[0])
    shared = 0
    parts = breaths(words, rng)
    spoken_until = max((i for i, part in enumerate(parts) if isinstance(part, list)), default=-1)
    for index, part in enumerate(parts):
        if isinstance(part, float):
            pieces.append(_silence(part))
        elif isinstance(part, str):
            pieces.append(_silence(_pause_of(part, index > spoken_until, rng)))
            starts.append(np.array([now]))
            ends.append(np.array([now + len(pieces[-1])]))
        else:
            phrase = speaker.say(part, rate)
            if phrase is None:
                return None
            pieces.append(phrase.samples)
            starts.append(phrase.starts + now)
            ends.append(phrase.ends + now)
            shared += phrase.shared
        now += len(pieces[-1])
    pieces.append(_silence(rng.uniform(*TAIL)))
    clean = np.concatenate(pieces)
    return Utterance(
        samples=np.clip(
            np.rint(clean + rng.normal(0.0, ROOM_TONE, len(clean))), -32768, 32767
        ).astype(np.int16),
        start=(np.concatenate(starts) / SAMPLE_RATE).astype(np.float32),
        end=(np.concatenate(ends) / SAMPLE_RATE).astype(np.float32),
        rate=rate,
        shared=shared,
    )


def breaths(
    words: Sequence[Sequence[str]], rng: np.random.Generator
) -> list[list[Sequence[str]] | str | float]:
    """Cut a sentence into what is said in one breath (words), marks, and pauses in seconds."""
    parts: list[list[Sequence[str]] | str | float] = []
    for word in words:
        if not word:
            continue
        if is_mark(word):
            parts.append(word[0])
        elif parts and isinstance(parts[-1], list):
            if rng.random() < PAUSE_CHANCE:
                parts.extend((float(rng.uniform(*PAUSE)), [word]))
            else:
                parts[-1].append(word)
        else:
            parts.append([word])
    return parts


def is_mark(word: Sequence[str]) -> bool:
    """Whether a word is a punctuation mark: a single token that is no ARPAbet symbol."""
    return len(word) == 1 and word[0] not in SYMBOLS


def generator(seed: int, key: int) -> np.random.Generator:
    """The utterance's own generator, the same in whichever shard or order it is made."""
    return np.random.default_rng([seed, key])


def _pause_of(mark: str, final: bool, rng: np.random.Generator) -> float:
    if mark in LONG_MARKS:
        return float(rng.uniform(*(FINAL if final else LONG_PAUSE)))
    return float(rng.uniform(*SHORT_PAUSE)) if mark in SHORT_MARKS else 0.0


def _silence(seconds: float) -> npt.NDArray[np.int16]:
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.int16)

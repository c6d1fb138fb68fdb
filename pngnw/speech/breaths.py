"""The `espeak` source: breaths spoken by espeak, with silences of known length between them.

Every phoneme-side token has gold times. A punctuation mark is silence of a drawn length (quotes and
brackets: no time at all); some word boundaries get an unwritten pause that belongs to no token, so
that a straight line from corner to corner is not already the answer.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pngnw.speech import espeak
from pngnw.speech.utterance import (
    FINAL,
    LEAD,
    LONG_MARKS,
    SHORT_MARKS,
    TAIL,
    Line,
    Utterance,
    add_room_tone,
    draw_rate,
    is_mark,
    silence,
    to_seconds,
)

MISMATCH = "phonemes_mismatch"
PAUSE = (0.03, 0.2)
PAUSE_CHANCE = 0.05
LONG_PAUSE = (0.1, 0.4)
SHORT_PAUSE = (0.06, 0.25)


def say(voice: str, line: Line, rng: np.random.Generator) -> Utterance | str:
    """Speak a sentence with a fresh espeak of this voice; see `pngnw.speech.sources.Source`."""
    rate = draw_rate(rng)
    pieces = [silence(rng.uniform(*LEAD))]
    starts: list[npt.NDArray[np.int64]] = []
    ends: list[npt.NDArray[np.int64]] = []
    now = len(pieces[0])
    shared = 0
    parts = breaths(line.words, rng)
    spoken_until = max((i for i, part in enumerate(parts) if isinstance(part, list)), default=-1)
    with espeak.speaker(voice) as speaker:
        for index, part in enumerate(parts):
            if isinstance(part, float):
                pieces.append(silence(part))
            elif isinstance(part, str):
                pieces.append(silence(_pause_of(part, index > spoken_until, rng)))
                starts.append(np.array([now]))
                ends.append(np.array([now + len(pieces[-1])]))
            else:
                phrase = speaker.say(part, rate)
                if phrase is None:
                    return MISMATCH
                pieces.append(phrase.samples)
                starts.append(phrase.starts + now)
                ends.append(phrase.ends + now)
                shared += phrase.shared
            now += len(pieces[-1])
    pieces.append(silence(rng.uniform(*TAIL)))
    return Utterance(
        samples=add_room_tone(np.concatenate(pieces), rng),
        start=to_seconds(np.concatenate(starts)),
        end=to_seconds(np.concatenate(ends)),
        rate=rate,
        shared=shared,
    )


def breaths(
    words: Sequence[Sequence[str]], rng: np.random.Generator
) -> list[list[Sequence[str]] | str | float]:
    """Cut a sentence into breaths (words), marks, and pauses in seconds."""
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


def _pause_of(mark: str, final: bool, rng: np.random.Generator) -> float:
    if mark in LONG_MARKS:
        return float(rng.uniform(*(FINAL if final else LONG_PAUSE)))
    return float(rng.uniform(*SHORT_PAUSE)) if mark in SHORT_MARKS else 0.0

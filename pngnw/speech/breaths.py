"""The `espeak` source: breaths spoken by espeak, with silences of known length between them.

Guarantees: rate, lead-in, pauses and tail are a function of the seed and the utterance's id alone;
every phoneme-side token has gold times. A punctuation mark is silence of a drawn length (quotes
and brackets: no time at all); some word boundaries get an unwritten pause that belongs to no
token, so that a straight line from corner to corner is not already the answer.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pngnw.speech import espeak
from pngnw.speech.espeak import Speaker
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
    """Speak a sentence with a fresh espeak; see `pngnw.speech.sources.Source`.

    Raises:
        UserError: the wheel is missing or is not what we expect, or has no such voice.
    """
    with espeak.speaker(voice) as speaker:
        return speak(line.words, speaker, rng) or MISMATCH


def speak(
    words: Sequence[Sequence[str]], speaker: Speaker, rng: np.random.Generator
) -> Utterance | None:
    """Speak a sentence.

    Args:
        words: the tokens of each word: ARPAbet phonemes, or one punctuation mark.
        speaker: a fresh speaker: its utterances before would color the samples.
        rng: draws rate and silences; pass one made from `generator`.

    Returns:
        The utterance, or None when the source did not speak exactly these phonemes.
    """
    rate = draw_rate(rng)
    pieces = [silence(rng.uniform(*LEAD))]
    starts: list[npt.NDArray[np.int64]] = []
    ends: list[npt.NDArray[np.int64]] = []
    now = len(pieces[0])
    shared = 0
    parts = breaths(words, rng)
    spoken_until = max((i for i, part in enumerate(parts) if isinstance(part, list)), default=-1)
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
                return None
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

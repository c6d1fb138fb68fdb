"""What is heard of every token: duration, pitch, voicing and energy, and the silence behind words.

Durations are whole frames and sum to the mel's: what lies between two tokens (the unwritten pause
behind a word) is counted into the one before it, what lies before the first or behind the last
token that is heard into that one. Means are of the token's own interval, without such a pause.

Letters: P phoneme-side tokens, W words, T frames of the mel, B bands.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np

from pngnw.speech.mel import FRAME_SECONDS
from pngnw.speech.mel import Floats as Mel
from pngnw.speech.utterance import Floats, Gold, Ints

SLACK = 1e-3  # frames: an edge that 32 bits have moved behind the middle of a frame is on it


def durations(gold: Gold, frames: int) -> Ints:
    """Frames of each token, [P]; they sum to `frames`. A token of no time has none."""
    edges = np.minimum(_first_frames(gold.start), frames)
    heard = np.flatnonzero(gold.end > gold.start)
    edges[: heard[0] + 1] = 0
    edges[heard[-1] + 1 :] = frames
    return np.asarray(np.diff(np.append(edges, frames)))


def means(gold: Gold, contour: Floats, energy: Floats) -> tuple[Floats, Floats, Floats]:
    """Means over the frames whose middles lie in each token's interval.

    A token with time but without a middle of a frame has the frame it lies in; one without time
    has no voice, and the energy of its place. `contour` [T] is log F0, 0 where there is no voice.

    Returns:
        log F0 over the voiced frames, 0 where there are none [P]; the share of voiced frames [P];
        energy [P].
    """
    last = len(contour) - 1
    first = np.minimum(_first_frames(gold.start), last)
    stop = np.minimum(_first_frames(gold.end), last + 1)
    nearest = np.minimum(np.rint((gold.start + gold.end) / 2 / FRAME_SECONDS), last).astype(
        np.int64
    )
    short = stop <= first
    first, stop = np.where(short, nearest, first), np.where(short, nearest + 1, stop)

    def total(values: Floats) -> Floats:
        summed = np.append(0.0, np.cumsum(values))
        return np.asarray(summed[stop] - summed[first])

    voiced = total((contour > 0).astype(np.float64)) * (gold.end > gold.start)
    log_f0 = np.divide(total(contour), voiced, out=np.zeros(len(first)), where=voiced > 0)
    count = stop - first
    return log_f0, voiced / count, total(energy) / count


def energy(log_mel: Mel) -> Floats:
    """The log of each frame's loudness, [T]: of the root of its bands' summed squares [T, B]."""
    bands = log_mel.astype(np.float64)
    return np.asarray(np.logaddexp.reduce(2 * bands, axis=1) / 2)


def pauses(gold: Gold, tokens_per_word: Sequence[int], seconds: float) -> Floats:
    """Seconds of silence behind each word, [W]: from its last phoneme to the next word's first.

    The silence of a mark is behind the word before it; marks and words without a phoneme have
    none. Behind the last word lies what is left of the audio's `seconds`, however it was trimmed.
    """
    out = np.zeros(len(tokens_per_word))
    spans = [*pairwise([0, *accumulate(tokens_per_word)])]
    said = [(n, a, b) for n, (a, b) in enumerate(spans) if b > a and gold.spoken[a]]
    begins = [*(float(gold.start[a]) for _, a, _ in said[1:]), seconds]
    for (number, _, stop), begin in zip(said, begins, strict=True):
        out[number] = max(0.0, begin - float(gold.end[stop - 1]))
    return out


def _first_frames(seconds: Floats) -> Ints:
    """The first frame whose middle does not lie before each time."""
    return np.maximum(np.ceil(seconds / FRAME_SECONDS - SLACK), 0).astype(np.int64)

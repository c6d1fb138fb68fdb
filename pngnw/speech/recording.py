"""Recorded audio of any rate, depth and number of channels as mono audio at 22.05 kHz.

Guarantees: what is refused is refused with one of `REASONS` before anything is made of it; the
samples are those of `soundfile` and `scipy.signal.resample_poly`, channels averaged. Trades away:
everything that 16 bits cannot hold.

Letters: n samples, C channels.
"""

import hashlib
import io
from dataclasses import dataclass
from math import gcd
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pngnw.core.errors import UserError
from pngnw.speech.mel import SAMPLE_RATE, WINDOW
from pngnw.speech.utterance import Line, Utterance, is_mark

Floats = npt.NDArray[np.float64]

MISSING, EMPTY, UNREADABLE = "audio_missing", "audio_empty", "audio_unreadable"
TOO_SHORT, TOO_LONG = "audio_too_short", "audio_too_long"
REASONS = (MISSING, EMPTY, UNREADABLE, TOO_SHORT, TOO_LONG)
LONGEST = 30.0  # seconds: longer ones are chapters, not utterances
SHORTEST = WINDOW / SAMPLE_RATE  # one frame of the mel


@dataclass(frozen=True)
class Recordings:
    """The source `ljspeech`: a folder with `wavs/<name>.wav`; see `pngnw.speech.sources`."""

    folder: Path

    def __call__(self, line: Line, rng: np.random.Generator) -> Utterance:
        """The recording of a line, without gold times; its rate is counted, nothing is drawn.

        Raises:
            UserError: the recording can no longer be read.
        """
        assert line.recording is not None
        path = path_of(self.folder, line.recording)
        try:
            mono = resample(*decode(path.read_bytes()))
        except (OSError, ValueError) as error:
            raise UserError(f"{path}: changed while it was read ({error}); run it again") from None
        words = sum(bool(word) and not is_mark(word) for word in line.words)
        return Utterance(
            samples=np.clip(np.rint(mono * 32768), -32768, 32767).astype(np.int16),
            start=None,
            end=None,
            rate=round(60 * words * SAMPLE_RATE / len(mono)),
            shared=0,
        )


def path_of(folder: Path, name: str) -> Path:
    """Where the recording of a name lies."""
    return folder / "wavs" / f"{name}.wav"


def inspect(path: Path) -> tuple[str, str]:
    """Why a recording cannot be used, or an empty string; and a digest of what was read."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return MISSING, ""
    except (OSError, ValueError):  # a folder, no permission, a name that no file can have
        return UNREADABLE, ""
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    if not data:
        return EMPTY, digest
    try:
        mono, rate = decode(data)
    except ValueError:
        return UNREADABLE, digest
    if not len(mono):
        return EMPTY, digest
    seconds = len(mono) / rate
    if seconds < SHORTEST:
        return TOO_SHORT, digest
    return TOO_LONG if seconds > LONGEST else "", digest


def decode(data: bytes) -> tuple[Floats, int]:
    """An audio file to samples [n] in [-1, 1] and their rate.

    Raises:
        ValueError: it is no audio file, or holds something that is no number.
    """
    import soundfile

    try:
        samples, rate = soundfile.read(io.BytesIO(data), always_2d=True)  # [n, C]
    except soundfile.LibsndfileError as error:
        raise ValueError(str(error)) from None
    mono: Floats = samples.mean(axis=1)
    if not np.isfinite(mono).all():
        raise ValueError("samples that are no numbers")
    return mono, int(rate)


def resample(mono: Floats, rate: int) -> Floats:
    """Samples [n] at `rate` Hz to samples at 22.05 kHz, which last as long."""
    if rate == SAMPLE_RATE:
        return mono
    from scipy.signal import resample_poly

    common = gcd(rate, SAMPLE_RATE)
    out: Floats = resample_poly(mono, SAMPLE_RATE // common, rate // common)
    return out

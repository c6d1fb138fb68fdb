"""Times of recordings: *silver*, from pocketsphinx's forced alignment of the phonemes we know.

The same samples and phonemes give the same times, whatever was aligned before. Exactly the phonemes
of the text are aligned, without their stress (the acoustic model has none); between words there may
be silence.
Source: Huggins-Daines et al. 2006 (PocketSphinx); the wheel pocketsphinx 5.1.1 carries the acoustic
model en-us (BSD).

Letters: P phoneme-side tokens, n samples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pngnw.core.errors import UserError
from pngnw.speech.mel import SAMPLE_RATE
from pngnw.speech.utterance import is_mark, resample

Phone = tuple[str, float, float]  # stressless, start and end in seconds

RATE = 16000
STEP = 0.01  # seconds from one frame of the aligner to the next
# Seconds of silence put around a recording, try by try: where one fails another often succeeds.
PADDINGS = (0.2, 0.0, 0.35, 0.1, 0.5)
NO_PATH, OTHER_PHONES = "times_no_path", "times_other_phones"


@dataclass(frozen=True)
class Silver:
    """What was found: the phones in order, without silences, and how many tries it took."""

    phones: list[Phone]
    tries: int


class Aligner:
    """A loaded acoustic model; `UserError` without its package."""

    def __init__(self) -> None:
        try:
            import pocketsphinx
        except ImportError:
            raise UserError(
                "speech.times = pocketsphinx needs the package: pip install 'pngnw[align]'"
            ) from None
        self._decoder: Any = pocketsphinx.Decoder(
            hmm=pocketsphinx.get_model_path("en-us/en-us"), dict=None, lm=None, cmn="batch",
            samprate=float(RATE), bestpath=False, loglevel="FATAL",
        )  # fmt: skip

    def __call__(
        self, samples: npt.NDArray[np.int16], words: Sequence[Sequence[str]]
    ) -> Silver | str:
        """The times of all phonemes of a recording, [n] at 22.05 kHz, whose words are those of a
        `Line`; or the reason why there are none."""
        said = [[stressless(p) for p in word] for word in words if word and not is_mark(word)]
        mono = resample(samples.astype(np.float64), SAMPLE_RATE, RATE)
        reason = NO_PATH
        for number, padding in enumerate(PADDINGS, 1):
            padded = np.pad(mono, round(padding * RATE))
            audio = np.clip(np.rint(padded), -32768, 32767).astype("<i2").tobytes()
            phones = self._align(audio, said)
            if phones is None:
                continue
            if [name for name, _, _ in phones] == [phone for word in said for phone in word]:
                shifted = [(name, a - padding, b - padding) for name, a, b in phones]
                return Silver(shifted, number)
            reason = OTHER_PHONES
        return reason

    def _align(self, audio: bytes, said: Sequence[Sequence[str]]) -> list[Phone] | None:
        """The phones of 16-bit audio, silences left out; None where no path was found."""
        keys = ["_".join(word) for word in said]
        for key, word in zip(keys, said, strict=True):
            if self._decoder.lookup_word(key) is None:
                self._decoder.add_word(key, " ".join(word), True)
        try:
            self._decoder.set_align_text(" ".join(keys))  # words and the silences between them
            self._pass(audio)
            if self._decoder.hyp() is None:
                return None
            self._decoder.set_alignment()  # then the phones of these words
            self._pass(audio)
            found = self._decoder.get_alignment()
        except RuntimeError:  # all that the library says where its search ends nowhere
            return None
        return [
            (phone.name, phone.start * STEP, (phone.start + phone.duration) * STEP)
            for word in found or ()
            if not word.name.startswith("<")
            for phone in word
        ]

    def _pass(self, audio: bytes) -> None:
        self._decoder.start_utt()
        try:
            self._decoder.process_raw(audio, no_search=False, full_utt=True)
        finally:
            self._decoder.end_utt()


def stressless(phoneme: str) -> str:
    """ARPAbet without stress."""
    return phoneme.rstrip("012")

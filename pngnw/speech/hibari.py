"""The `hibari` source: the voice of the wheel `hibari-tts` (Apache-2.0), given our own phonemes.

Guarantees: on one machine the same line and generator give the same samples (one thread; the noise
in the voice is drawn from the generator); every phoneme-side token has the interval that the
voice's own duration predictor gave it, in steps of 25 ms, less what it comes too late by. A US
woman, distilled from Kokoro-82M's voice af_heart (Apache-2.0).
Source: github.com/MMWilliams/hibari, "ONNX interface"; its `dsp.py` makes the samples.

Letters: P phoneme-side tokens, S symbols of the voice, F frames of 12.5 ms; durations count two.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pngnw.phonemize.arpabet import IPA_CONSONANTS
from pngnw.speech import neural
from pngnw.speech.mel import SAMPLE_RATE
from pngnw.speech.utterance import Floats, Ints, Line, Utterance, draw_rate, resample

SOURCE, PACKAGE, WHEEL = "hibari", "hibari", "hibari-tts"
MODEL, SYMBOLS = "assets/hibari.onnx", "assets/vocab.json"
DURATIONS = "/Cast_32_output_0"  # of each symbol in frames of 25 ms, inside the voice's graph
SPECTRA = ("lh", "theta", "ln", "lr", "phi", "f0")
RATE, FRAME = 24000, 600  # Hz; samples of the voice's duration of 1
# Seconds by which its durations lag behind its sound: pocketsphinx finds phones that much sooner
# than they say, and in the other two voices at their gold times (docs/speech.md).
LAG = 0.042
# Words per minute at the voice's own pace, silence included: taken to be that of piper.
NATURAL = 174.0
VOWELS = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "W", "AY": "I", "EH": "ɛ", "ER": "ɜɹ",
    "EY": "A", "IH": "ɪ", "IY": "i", "OW": "O", "OY": "Y", "UH": "ʊ", "UW": "u",
}  # fmt: skip
REDUCED = {"AH": "ə", "ER": "əɹ"}
CONSONANTS = IPA_CONSONANTS | {"CH": "ʧ", "JH": "ʤ"}
PAD = "$"  # around an utterance; number 0, which is no symbol of its own
ALPHABET = neural.Alphabet(VOWELS, REDUCED, CONSONANTS, begin=PAD, end=PAD)


@dataclass(frozen=True)
class Voice:
    """A loaded voice: the session of its network, and the numbers of its symbols."""

    session: Any
    numbers: dict[str, int]

    @classmethod
    def load(cls) -> "Voice":
        """Load the network, with its durations as another output; `UserError` without its wheel."""
        path = model_path()
        session = neural.open_session(SOURCE, neural.with_output(path.read_bytes(), DURATIONS))
        listed = (path.parent.parent / SYMBOLS).read_text(encoding="utf-8")
        return cls(session, {PAD: 0, **json.loads(listed)})

    def say(
        self, symbols: Sequence[str], speed: float, rng: np.random.Generator
    ) -> tuple[npt.NDArray[np.float32], Ints, Floats]:
        """Speak symbols [S], pads included, at a multiple of the voice's own pace.

        Returns:
            Samples at 24 kHz in [-1, 1], [300 F]; durations [S], which sum to F / 2; F0 in Hz
            of every frame [F], 0 where there is no voice.
        """
        from hibari import dsp

        inputs = {
            "ids": np.array([[self.numbers[symbol] for symbol in symbols]], dtype=np.int64),
            "speed": np.array([speed], dtype=np.float32),
        }
        *spectra, frames = self.session.run([*SPECTRA, DURATIONS], inputs)
        samples = dsp.synth(*(each[0] for each in spectra), rng)
        return samples, frames.ravel().astype(np.int64), spectra[-1][0].astype(np.float64)

    def __call__(self, line: Line, rng: np.random.Generator) -> Utterance:
        """Speak a sentence; see `pngnw.speech.sources.Source`."""
        rate = draw_rate(rng)
        tokens = [token for word in line.words for token in word]
        spelling = ALPHABET.spell(line.words)
        samples, frames, _ = self.say(spelling.symbols, rate / NATURAL, rng)
        clean = np.clip(resample(samples, RATE, SAMPLE_RATE), -1.0, 1.0)
        start, end = (
            np.rint((FRAME * edge / RATE - LAG) * SAMPLE_RATE).astype(np.int64)
            for edge in neural.intervals(spelling.owners, frames, len(tokens))
        )
        return neural.trimmed(clean, start, end, tokens, rate, rng)


def model_path() -> Path:
    """The voice's network; see `neural.wheel_file`."""
    return neural.wheel_file(SOURCE, PACKAGE, WHEEL, MODEL)

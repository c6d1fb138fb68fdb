"""Text to speech with a trained voice: what `pngnw say` calls.

Guarantees: sentences come one after the other, each as soon as it is spoken; the same text gives
the same samples. A sentence that holds nothing to say is left out, and told on stderr.

Letters: n samples.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch

from pngnw.arms.text import TextBatch
from pngnw.clean.sentences import split
from pngnw.params import ModelConfig
from pngnw.speech.griffinlim import vocode
from pngnw.speech.mel import SAMPLE_RATE, Floats
from pngnw.text import TextReader
from pngnw.voice import io
from pngnw.voice.network import VoiceNetwork

FOLDER: Final = Path("models/voice")
GAP: Final = 0.15  # seconds of silence behind a sentence
FEWEST: Final = 4  # frames that Griffin-Lim can make sound of
# Where a sentence that is too long for the voice may be cut.
_CUT: Final = re.compile(r"(?<=[,;:—])\s+")


@dataclass(frozen=True)
class Speaker:
    """A loaded voice."""

    network: VoiceNetwork
    reader: TextReader
    model: ModelConfig

    @classmethod
    def load(cls, folder: Path = FOLDER, arm: str | None = None) -> "Speaker":
        """Read the voice of a run; see `pngnw.voice.io.load`."""
        network, config = io.load(folder, arm)
        return cls(network, TextReader.load(folder), config.model)

    def speak(self, text: str, rate: float = 1.0, pitch: float = 1.0) -> Iterator[Floats]:
        """Say a text, a sentence at a time.

        Args:
            text: sentences.
            rate: how many times as fast as the voice by itself.
            pitch: how many times as high.

        Yields:
            [n] float32 in [-1, 1] at 22.05 kHz, silence at its end.
        """
        for sentence in split(" ".join(text.split()), Counter()):
            for part in self._parts(sentence):
                samples = self.say(part, rate, pitch)
                yield np.concatenate((samples, np.zeros(round(GAP * SAMPLE_RATE), np.float32)))

    def say(self, sentence: str, rate: float = 1.0, pitch: float = 1.0) -> Floats:
        """One sentence, [n]."""
        mel = self.mel(sentence, rate, pitch)
        return vocode(mel) if len(mel) >= FEWEST else np.zeros(0, np.float32)

    def mel(self, sentence: str, rate: float = 1.0, pitch: float = 1.0) -> Floats:
        """The log-mel [T, 80] of one sentence."""
        sentences = self.reader.read([sentence], self.model).sentences
        text = TextBatch.of(sentences, np.array([0]), "phonemes")
        with torch.inference_mode():
            states = self.network.states(text)
            prosody = self.network.tell(states, text, rate, pitch)
            mel = self.network.natural(self.network.decode(states, text, prosody))
        return np.asarray(mel[0].numpy(), dtype=np.float32)

    def _parts(self, sentence: str) -> list[str]:
        """A sentence, cut at its marks where it is too long to be read at once; what cannot be
        spoken is told on stderr and left out."""
        refused = self.reader.refused([sentence], self.model)
        if not refused:
            return [sentence]
        parts = _CUT.split(sentence)
        if len(parts) > 1:
            return [part for cut in parts for part in self._parts(cut)]
        print(f"pngnw say: left out: {refused[0]}", file=sys.stderr)
        return []

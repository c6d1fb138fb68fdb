"""A sentence said with the voice of a run, whole and every word as high and as long as asked for.

Guarantees: an answer depends on the question alone; nothing of it is kept. One question at a time
is worked on, so that questions may come from several threads. How long it will last is known, and
refused beyond `LONGEST`, before the decoder begins.

Letters: P tokens of the sentence, T frames.
"""

import io
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from pngnw.arms.text import TextBatch
from pngnw.core.errors import UserError
from pngnw.phonemize.pronouncer import PUNCTUATION
from pngnw.speech.griffinlim import Doubles
from pngnw.speech.mel import FRAME_SECONDS
from pngnw.text import PronouncedText
from pngnw.tools.demo.changes import change
from pngnw.tools.demo.explorer import Changes
from pngnw.tools.demo.sound import FEWEST, sound
from pngnw.tools.say import write_wav
from pngnw.voice.dataset import HEARD, LOG_F0, VOICING
from pngnw.voice.network import Prosody, whole
from pngnw.voice.speaker import FOLDER, Speaker

LONGEST: Final = 60.0  # seconds of sound: a few of work


@dataclass(frozen=True)
class Manner:
    """How a sentence is to be said: how many times as fast and as high as the voice by itself; and
    by the number of a word how many times as high and as long as the rest."""

    rate: float = 1.0
    pitch: float = 1.0
    words: Mapping[int, tuple[float, float]] = field(default_factory=dict)


class Reciter:
    """A voice that can be asked for a contour and for sound; make one with `open`."""

    def __init__(self, speaker: Speaker, name: str) -> None:
        self.name = name
        self._speaker = speaker
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path | None) -> "Reciter | str":
        """The voice of `folder`; by default that of the last run, or where there is none one line
        that says so.

        Raises:
            UserError: the folder that is named has no voice, or a damaged one.
        """
        try:
            return cls(Speaker.load(folder or FOLDER), (folder or FOLDER).as_posix())
        except UserError as error:
            if folder:
                raise
            return str(error)

    def contour(self, text: str, changes: Changes, manner: Manner) -> dict[str, Any]:
        """What is predicted of each token of each word: its `symbol`, its `seconds`, and its pitch
        in `hz`, None where it has no voice.

        Raises:
            UserError: nothing to say, too much to say, or no such word.
        """
        with self._lock, torch.inference_mode():
            pronounced, _, _, prosody = self._told(text, changes, manner)
        seconds = (prosody.duration[0] * FRAME_SECONDS).tolist()
        hz = prosody.heard[0, :, HEARD.index(LOG_F0)].exp().tolist()
        voiced = (prosody.heard[0, :, HEARD.index(VOICING)] > 0).tolist()
        tokens = iter(zip(seconds, hz, voiced, strict=True))
        words = [
            {
                "text": word.text,
                "mark": word.origin == PUNCTUATION,
                "tokens": [
                    {"symbol": symbol, "seconds": length, "hz": high if heard else None}
                    for symbol, (length, high, heard) in zip(
                        "".join(word.phonemes) if word.origin == PUNCTUATION else word.phonemes,
                        tokens,
                        strict=False,  # the tokens are those of all words
                    )
                ],
            }
            for word in pronounced.words
        ]
        return {"words": words, "seconds": sum(seconds)}

    def wav(self, text: str, changes: Changes, manner: Manner) -> bytes:
        """The sentence as a WAV file of 16 bit, mono, 22.05 kHz.

        Raises:
            UserError: as `contour`, or it is too short to be heard.
        """
        with self._lock, torch.inference_mode():
            _, batch, states, prosody = self._told(text, changes, manner)
            frames = int(prosody.duration.sum())
            if frames < FEWEST:
                raise UserError(f"{frames * FRAME_SECONDS:.2f} s cannot be heard; say it slower")
            network = self._speaker.network
            mel = network.natural(network.decode(states, batch, prosody))[0].numpy()
            samples = sound(mel, *framed(prosody))
        file = io.BytesIO()
        write_wav(file, [samples])
        return file.getvalue()

    def _told(
        self, text: str, changes: Changes, manner: Manner
    ) -> tuple[PronouncedText, TextBatch, Tensor, Prosody]:
        """A sentence before it is said: its words; its tokens, their states [1, P, D] and how they
        are to be said."""
        speaker = self._speaker
        (plain,) = speaker.reader.pronounce([text])
        words = change(plain, changes)
        sentences = speaker.reader.align([words], speaker.model)
        batch = TextBatch.of(sentences, np.array([0]), "phonemes")
        states = speaker.network.states(batch)
        prosody = speaker.network.tell(states, batch, manner.rate, manner.pitch)
        prosody = shaped(prosody, sentences.phonemes_per_word.tolist(), manner.words)
        seconds = float(prosody.duration.sum()) * FRAME_SECONDS
        if seconds > LONGEST:
            raise UserError(
                f"it would last {seconds:.0f} s, at most {LONGEST:.0f} are said; shorten it"
            )
        return words, batch, states, prosody


def shaped(
    prosody: Prosody, counts: list[int], words: Mapping[int, tuple[float, float]]
) -> Prosody:
    """The prosody [1, P] with some words higher and longer.

    Args:
        prosody: of one sentence.
        counts: of each word, how many tokens it has; P in all.
        words: by number of the word, how many times as high and as long.

    Raises:
        UserError: there is no such word.
    """
    times = torch.ones(len(counts), 2)
    for number, each in words.items():
        if number >= len(counts):
            raise UserError(f"no word {number}: the sentence has {len(counts)}; read it again")
        times[number] = torch.tensor(each)
    high, long = times.repeat_interleave(torch.tensor(counts), dim=0).unbind(1)
    heard = prosody.heard.clone()
    heard[..., HEARD.index(LOG_F0)] += high.log()
    return Prosody(whole(prosody.duration * long), heard)


def framed(prosody: Prosody) -> tuple[Doubles, Doubles]:
    """Log F0 and voicing of every frame, [T] each, of a prosody [1, P]: F0 goes from the middle of
    one token that has voice straight to that of the next."""
    duration = prosody.duration[0].numpy()
    heard = prosody.heard[0].double().numpy()
    middle = duration.cumsum() - duration / 2
    voicing = heard[:, HEARD.index(VOICING)]
    voiced = (voicing > 0) & (duration > 0)
    frames = np.arange(duration.sum())
    log_f0 = np.zeros(len(frames))
    if voiced.any():
        log_f0 = np.interp(frames + 0.5, middle[voiced], heard[voiced, HEARD.index(LOG_F0)])
    return log_f0, np.repeat(voicing, duration).clip(0, 1)

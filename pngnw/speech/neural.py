"""What the neural voices share: spelling, whose time is whose, and the trimming of what they say.

Letters: P phoneme-side tokens, S symbols of a voice, n samples.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pngnw.core.errors import UserError
from pngnw.phonemize.arpabet import IPA_STRESS
from pngnw.speech.utterance import (
    FINAL,
    LEAD,
    LONG_MARKS,
    TAIL,
    Ints,
    Utterance,
    add_room_tone,
    is_mark,
    silence,
    to_seconds,
)

AMPLITUDE = 32767.0
NOBODY = -1
# Marks that are heard, as the voices know them; quotes and brackets are not.
HEARD = {**{mark: mark for mark in ".?!;:,"}, "…": ".", "-": ",", "–": ",", "—": ","}
GAP = " "


@dataclass(frozen=True)
class Spelling:
    """What a voice is given for a sentence: symbols [S], and which token owns each one's time."""

    symbols: list[str]
    owners: list[int]


@dataclass(frozen=True)
class Alphabet:
    """The symbols of a voice.

    Attributes:
        vowels, consonants: of ARPAbet without stress, one or more symbols each.
        reduced: unstressed vowels that are spelled differently from the stressed ones.
        begin, end: symbols around an utterance.
        blank: a symbol that stands between all others, where there is one.
    """

    vowels: Mapping[str, str]
    reduced: Mapping[str, str]
    consonants: Mapping[str, str]
    begin: str
    end: str
    blank: str | None = None

    def symbols_of(self, phoneme: str) -> str:
        """ARPAbet with stress ("AH0", "K") to one or more symbols; KeyError for anything else."""
        if phoneme[-1] not in IPA_STRESS:
            return self.consonants[phoneme]
        vowel, digit = phoneme[:-1], phoneme[-1]
        if digit == "0":
            return self.reduced.get(vowel, self.vowels[vowel])
        return IPA_STRESS[digit] + self.vowels[vowel]

    def spell(self, words: Sequence[Sequence[str]]) -> Spelling:
        """Spell the words of a `Line`.

        A blank or a gap between words sounds like what comes next (docs/speech.md): it belongs to
        the phoneme after it. Those around a mark are its silence. Of neighboring marks the first is
        heard; what stands before the first phoneme or after the last token is nobody's.
        """
        items = [(self.begin, NOBODY)]
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
                    items += [(symbol, token + number) for symbol in self.symbols_of(phoneme)]
                mark = None
            token += len(word)
        items.append((self.end, NOBODY if mark is None else mark))
        if self.blank is not None:
            spaced = items[:1]
            for (_, before), (symbol, owner) in pairwise(items):
                spaced += [(self.blank, before if before in silent else owner), (symbol, owner)]
            items = spaced
        return Spelling([symbol for symbol, _ in items], [owner for _, owner in items])


def intervals(owners: Sequence[int], frames: Ints, tokens: int) -> tuple[Ints, Ints]:
    """When each token is heard: start [P] and end [P], each token's start being the last one's end.

    `owners` [S] are those of a `Spelling`, `frames` [S] how long each symbol lasts.
    """
    owner = np.array(owners)
    owned = owner != NOBODY
    lead = int(frames[: int(np.argmax(owned))].sum())
    lengths = np.bincount(owner[owned], weights=frames[owned], minlength=tokens).astype(np.int64)
    ends = lead + np.cumsum(lengths)
    return ends - lengths, ends


def trimmed(
    clean: npt.NDArray[np.floating], start: Ints, end: Ints, tokens: Sequence[str],
    rate: int, rng: np.random.Generator,
) -> Utterance:  # fmt: skip
    """What a voice said, [n] in [-1, 1] at 22.05 kHz, its ends cut as recordings are for training;
    `start` and `end` [P] are the samples of each token."""
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


def wheel_file(source: str, package: str, wheel: str, name: str) -> Path:
    """The file `name` of the module `package`, which is not imported.

    Raises:
        UserError: the wheel that `speech.source: <source>` needs is not installed, or lacks it.
    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise UserError(needs(source, wheel))
    path = Path(spec.submodule_search_locations[0]) / name
    if not path.exists():
        raise UserError(f"{path}: no voice here; reinstall {wheel}")
    return path


def open_session(source: str, model: bytes) -> Any:
    """An `onnxruntime.InferenceSession` of one thread; `UserError` where onnxruntime is missing."""
    try:
        import onnxruntime
    except ImportError:
        raise UserError(needs(source, "onnxruntime")) from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def needs(source: str, package: str) -> str:
    """What to do where a voice's package is missing."""
    return f"speech.source = {source} needs the package {package}: pip install 'pngnw[speech]'"


def with_output(model: bytes, tensor: str) -> bytes:
    """An ONNX file whose graph has one more output.

    Protobuf merges messages that are put after one another (protobuf.dev, "Last One Wins"), so a
    model that holds nothing but the output is appended: ModelProto.graph (7), GraphProto.output
    (12), ValueInfoProto.name (1), whose value is `tensor`, up to 120 bytes.
    """
    message = tensor.encode()
    for field in (1, 12, 7):  # each length-delimited
        message = bytes([field << 3 | 2, len(message)]) + message
    return model + message

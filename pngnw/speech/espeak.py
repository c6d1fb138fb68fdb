"""espeak-ng 1.52 from the wheel `espeakng-loader`, driven with our own phonemes.

Guarantees: the same input gives the same samples, whatever was spoken before: espeak keeps
oscillator and flutter state for the life of the library, so every call loads the library afresh
and unloads it (about 5 ms). Every phoneme gets the interval that espeak's own phoneme events
report.
Source of the spelling: espeak-ng, docs/phonemes.md, voice en-us; the other English voices read the
same names in their own accents.
"""

import ctypes
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pngnw.core.errors import UserError
from pngnw.speech.mel import SAMPLE_RATE

# Names and values from espeak-ng/speak_lib.h.
_SYNCHRONOUS, _PHONEME_EVENTS, _DO_NOT_EXIT = 2, 0x0001, 0x8000
_RATE, _UTF8, _PHONEME_INPUT, _OK = 1, 0x0001, 0x0100, 0
_LIST_TERMINATED, _PHONEME = 0, 7

VOWELS = {
    "AA": "A:", "AE": "a", "AH": "V", "AO": "O:", "AW": "aU", "AY": "aI", "EH": "E", "ER": "3:",
    "EY": "eI", "IH": "I", "IY": "i:", "OW": "oU", "OY": "OI", "UH": "U", "UW": "u:",
}  # fmt: skip
# Unstressed vowels that espeak spells differently from the stressed ones.
REDUCED = {"AH": "@", "ER": "3", "IY": "i"}
CONSONANTS = {
    "B": "b", "CH": "tS", "D": "d", "DH": "D", "F": "f", "G": "g", "HH": "h", "JH": "dZ",
    "K": "k", "L": "l", "M": "m", "N": "n", "NG": "N", "P": "p", "R": "r", "S": "s", "SH": "S",
    "T": "t", "TH": "T", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "Z",
}  # fmt: skip
STRESS = {"0": "%", "1": "'", "2": ","}
# Sounds that espeak makes of a phoneme in context (a flapped t, n before k and g, a reduced vowel
# before another vowel) or in an accent (the Caribbean th, a Scottish "I").
VARIANTS = {
    "t": {"t#"}, "n": {"N"}, "@": {"3", "V", "a#"}, "3": {"@", "a#"}, "V": {"@"}, "I": {"i"},
    "i": {"I"}, "T": {"t["}, "D": {"d"}, "aI": {"aI2"}, "N": {"n"}, "u:": {"U"},
}  # fmt: skip
# Glides that espeak inserts between two vowels; we never send the first two.
LINKS = {";", "r-", "r"}


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True)
class Phrase:
    """A spoken phrase: samples at 22.05 kHz and, per phoneme, [start, end) in samples.

    `shared` counts the phonemes to which espeak gave no time of their own (a final l or r inside
    the glide of its vowel): such a group divides its common interval evenly.
    """

    samples: npt.NDArray[np.int16]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    shared: int


class Speaker:
    """One loaded library; made by `speaker`, good for one utterance."""

    def __init__(self, library: ctypes.CDLL, data: str, voice: str) -> None:
        self._library = library
        self._chunks: list[npt.NDArray[np.int16]] = []
        self._events: list[tuple[str, int]] = []
        self._callback = _CALLBACK(self._take)  # espeak keeps the pointer: it must outlive calls
        options = _PHONEME_EVENTS | _DO_NOT_EXIT
        rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), options)
        library.espeak_SetSynthCallback(self._callback)
        if rate != SAMPLE_RATE:
            raise UserError(f"{data}: no espeak-ng as we know it; reinstall espeakng-loader")
        if library.espeak_SetVoiceByName(voice.encode()) != _OK:
            raise UserError(
                f"speech.voice = {voice}: espeak-ng has no such voice; it has en-us, "
                "en-gb-scotland, en-029 and en-gb-x-rp, among others"
            )

    def _take(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, events: object) -> int:
        if count > 0:
            self._chunks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        index = 0
        while events[index].type != _LIST_TERMINATED:  # type: ignore[index]  # a ctypes pointer
            event = events[index]  # type: ignore[index]  # a ctypes pointer
            if event.type == _PHONEME:
                self._events.append((event.id.string.decode("utf-8", "replace"), event.sample))
            index += 1
        return 0

    def say(self, words: Sequence[Sequence[str]], rate: int) -> Phrase | None:
        """Speak ARPAbet words in one breath, at `rate` words per minute, 80 to 450; None where
        espeak's events do not match the phonemes one-to-one."""
        self._chunks.clear()
        self._events.clear()
        text = spell(words).encode()
        self._library.espeak_SetParameter(_RATE, rate, 0)
        size = ctypes.c_size_t(len(text) + 1)
        flags = _UTF8 | _PHONEME_INPUT
        if self._library.espeak_Synth(text, size, 0, 0, 0, flags, None, None) != _OK:
            return None
        spoken = [(name, sample) for name, sample in self._events if not name.startswith("_")]
        phonemes = [phoneme for word in words for phoneme in word]
        indices = assign(phonemes, [name for name, _ in spoken])
        if indices is None:
            return None
        samples = np.concatenate(self._chunks)
        after = [sample for name, sample in self._events if name.startswith("_")]
        onsets = np.array([spoken[index][1] for index in indices], dtype=np.int64)
        starts, ends, shared = divide(onsets, after[0] if after else len(samples))
        return Phrase(samples, starts, ends, shared)


def divide(
    onsets: npt.NDArray[np.int64], end: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
    """Starts and ends [P] from onsets [P] (samples, not falling) and the end of the last phoneme;
    and how many phonemes have no time of their own.

    These begin where the next one begins, since espeak merged them: they lie in the tail of the one
    before (the one after, at the start of a phrase) and share its time evenly.
    """
    edges = np.append(onsets, end).astype(np.float64)
    empty = edges[1:] <= edges[:-1]
    anchors = [index for index in range(len(onsets)) if not empty[index]]
    groups = [0, *anchors[1:], len(onsets)] if anchors else [0, len(onsets)]
    for first, last in itertools.pairwise(groups):
        edges[first : last + 1] = np.linspace(edges[first], edges[last], last - first + 1)
    rounded = np.round(edges).astype(np.int64)
    return rounded[:-1], rounded[1:], int(empty.sum())


@contextmanager
def speaker(voice: str = "en-us") -> Iterator[Speaker]:
    """A freshly loaded espeak, unloaded at the end so that no state reaches the next one;
    `UserError` where its wheel is missing or broken, or has no such voice."""
    from _ctypes import dlclose

    try:
        import espeakng_loader

        library = ctypes.CDLL(str(espeakng_loader.get_library_path()))
    except (ImportError, OSError):
        raise UserError(
            "speech.source = espeak needs the package espeakng-loader: pip install 'pngnw[speech]'"
        ) from None
    library.espeak_Initialize.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int)
    try:
        yield Speaker(library, str(espeakng_loader.get_data_path()), voice)
    finally:
        library.espeak_Terminate()
        dlclose(library._handle)


def mnemonic(phoneme: str) -> tuple[str, str]:
    """ARPAbet with stress ("AH0", "K") to espeak's stress (empty for consonants) and sound."""
    if phoneme[-1] not in STRESS:
        return "", CONSONANTS[phoneme]
    vowel, digit = phoneme[:-1], phoneme[-1]
    return STRESS[digit], REDUCED.get(vowel, VOWELS[vowel]) if digit == "0" else VOWELS[vowel]


def spell(words: Sequence[Sequence[str]]) -> str:
    """espeak input for words of ARPAbet phonemes; the bars keep neighbors from merging."""
    return "[[" + " ".join("|".join("".join(mnemonic(p)) for p in word) for word in words) + "]]"


def assign(phonemes: Sequence[str], events: Sequence[str]) -> list[int] | None:
    """The index of the event that begins each ARPAbet phoneme; None where they do not match
    one-to-one.

    Events are the names of what espeak spoke, stress marks included, pauses left out. One that it
    adds to link two vowels counts into the sound before it.
    """
    indices: list[int] = []
    for index, event in enumerate(events):
        sound = event.lstrip("'%,")
        wanted = mnemonic(phonemes[len(indices)])[1] if len(indices) < len(phonemes) else None
        if wanted is not None and (sound == wanted or sound in VARIANTS.get(wanted, ())):
            indices.append(index)
        elif not indices or sound not in LINKS:
            return None
    return indices if len(indices) == len(phonemes) else None

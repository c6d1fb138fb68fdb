"""Words that no lexicon lists: taken apart into parts that one does, or into letters.

Guarantees: `plan` is a pure function of the spelling and the lexicon; every part has phonemes, or
is a stem of letters a-z (32 at most) for the network to answer. Endings are voiced by the last
sound of their stem: S behind a voiceless one, IH0 Z behind a sibilant, else Z.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from pngnw.phonemes.arpabet import SIBILANTS, VOICELESS
from pngnw.phonemes.fold import fold, greek_name
from pngnw.phonemes.lexicon import Pronounced
from pngnw.phonemes.words import APOSTROPHES, HYPHENS

LookUp = Callable[[str], Pronounced | None]

_NAMES: Final[dict[str, Pronounced]] = {
    name: tuple(phonemes.split())
    for name, phonemes in {
        "a": "EY1", "b": "B IY1", "c": "S IY1", "d": "D IY1", "e": "IY1", "f": "EH1 F",
        "g": "JH IY1", "h": "EY1 CH", "i": "AY1", "j": "JH EY1", "k": "K EY1", "l": "EH1 L",
        "m": "EH1 M", "n": "EH1 N", "o": "OW1", "p": "P IY1", "q": "K Y UW1", "r": "AA1 R",
        "s": "EH1 S", "t": "T IY1", "u": "Y UW1", "v": "V IY1", "w": "D AH1 B AH0 L Y UW0",
        "x": "EH1 K S", "y": "W AY1", "z": "Z IY1",
        "0": "Z IH1 R OW0", "1": "W AH1 N", "2": "T UW1", "3": "TH R IY1", "4": "F AO1 R",
        "5": "F AY1 V", "6": "S IH1 K S", "7": "S EH1 V AH0 N", "8": "EY1 T", "9": "N AY1 N",
    }.items()
}  # fmt: skip
_LONGEST: Final = 32
_CLITICS: Final[dict[str, Pronounced]] = {
    "'ll": ("AH0", "L"),
    "'re": ("ER0",),
    "'ve": ("AH0", "V"),
    "n't": ("AH0", "N", "T"),
    "'m": ("M",),
}
_ENDING: Final = re.compile(r"^(.*[a-z0-9.])('s|'d|'ll|'re|'ve|n't|'m)$")
_DOTTED: Final = re.compile(r"^[a-z](?:\.[a-z])+\.?$")
_CAPITALS: Final = re.compile(r"^([A-Z]{2,})(s?)$")
_VOWELS: Final = frozenset("aeiouy")
_INSIDE: Final = re.compile(r"\d|\D+")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a word: its phonemes, or a stem to be asked for; and an ending: "", "s" or "d"."""

    phonemes: Pronounced = ()
    stem: str = ""
    ending: str = ""
    tail: Pronounced = ()

    def spoken(self, stems: Callable[[str], Pronounced]) -> Pronounced:
        """The phonemes of the part, its stem answered by `stems`."""
        base = self.phonemes or stems(self.stem)
        return base + voiced(base, self.ending) + self.tail


def plan(word: str, look_up: LookUp) -> tuple[Part, ...]:
    """The parts of a word; empty when nobody could pronounce it (a script without a counterpart).

    Args:
        word: a token as it stands in the text; its capitals tell initialisms.
        look_up: a look-up key (see `fold`) to phonemes.
    """
    parts: list[Part] = []
    for piece in re.split(f"[{HYPHENS}]", word):
        if not any(char.isalnum() for char in piece):
            continue
        name = greek_name(piece)
        found = look_up(name) if name else None
        key = fold(piece)
        if key is None and found is None:
            return ()
        parts.extend([Part(found)] if found else _piece(piece, key or "", look_up))
    return tuple(parts)


def _piece(piece: str, key: str, look_up: LookUp) -> Iterator[Part]:
    """The parts of a word without hyphens."""
    bare = key.strip("'-")
    found = look_up(key) or look_up(bare)
    if found:
        yield Part(found)
        return
    ending = _ENDING.match(bare)
    initials = _CAPITALS.match(piece.strip(APOSTROPHES))
    if ending:
        parts = list(_piece(piece[: -len(ending[2])], ending[1], look_up))
        yield from parts[:-1]
        yield from (_ended(last, ending[2]) for last in parts[-1:])
    elif _DOTTED.match(bare):
        yield from (Part(_NAMES[char]) for char in bare if char in _NAMES)
    elif initials and _is_spelled(initials[1].lower()):
        *first, last = (_NAMES[char] for char in initials[1].lower())
        yield from map(Part, first)
        yield Part(last, ending=initials[2])
    elif not bare.isalpha():
        yield from _mixed(bare, look_up)
    else:
        yield from _letters(bare, key, look_up)


def _is_spelled(initials: str) -> bool:
    """Whether capitals are said letter by letter: few of them, or none to make a syllable of."""
    return len(initials) <= 3 or not _VOWELS & set(initials)


def _letters(bare: str, key: str, look_up: LookUp) -> Iterator[Part]:
    """The parts of a run of letters a-z that is in no lexicon."""
    if key.endswith("in'"):
        sung = look_up(f"{bare}g")
        if sung and sung[-1] == "NG":
            yield Part((*sung[:-1], "N"))
            return
    for stem in _singulars(bare):
        found = look_up(stem)
        if found:
            yield Part(found, ending="s")
            return
    for start in range(0, len(bare), _LONGEST):
        yield Part(stem=bare[start : start + _LONGEST])


def _mixed(bare: str, look_up: LookUp) -> Iterator[Part]:
    """Digits one by one, the letters between them as words of their own (b2b, d'artagnan)."""
    runs = _INSIDE.findall("".join(char for char in bare if char.isalnum()))
    for run in runs:
        if run.isdigit() or len(run) == 1:
            yield Part(_NAMES[run])
        else:
            found = look_up(run)
            yield from [Part(found)] if found else _letters(run, run, look_up)


def _singulars(bare: str) -> Iterator[str]:
    """What the word may be the plural (or third person) of."""
    if len(bare) < 4 or not bare.endswith("s") or bare[-2] in "aius":
        return
    if bare.endswith("ies"):
        yield f"{bare[:-3]}y"
    if bare.endswith(("ses", "xes", "zes", "ches", "shes", "oes")):
        yield bare[:-2]
    yield bare[:-1]


def _ended(part: Part, clitic: str) -> Part:
    if clitic in ("'s", "'d"):
        return Part(part.phonemes, part.stem, clitic[1], part.tail)
    return Part(part.phonemes, part.stem, part.ending, part.tail + _CLITICS[clitic])


def voiced(base: Pronounced, ending: str) -> Pronounced:
    """The sound of "s" (plural, possessive, third person) or "d" (had, would) behind `base`."""
    last = base[-1] if base else ""
    if ending == "s":
        if last in SIBILANTS:
            return ("IH0", "Z")
        return ("S",) if last in VOICELESS else ("Z",)
    if ending == "d":
        return ("IH0", "D") if last in ("T", "D") else ("D",)
    return ()


def spelled(stem: str) -> Pronounced:
    """A stem letter by letter, for the rare one that the network has no answer for."""
    return tuple(phoneme for char in stem for phoneme in _NAMES[char])

"""Words that no lexicon lists: taken apart into parts that one does, or into letters.

Guarantees: `plan` is a pure function of the spelling and the lexicon; every part has phonemes, or
is a stem of letters a-z (32 at most) for the network to answer. Endings are voiced by the last
sound of their stem, see `pngnw.phonemize.voicing`. A word of lower-case letters that is no
plural of a listed one is the network's as a whole, as in g2p_en.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from pngnw.phonemize.elided import ELIDED
from pngnw.phonemize.letters import NAMES, is_spelled
from pngnw.phonemize.lexicon import Pronounced
from pngnw.phonemize.lookup_key import fold, greek_name
from pngnw.phonemize.voicing import CLITICS, clitic, voiced
from pngnw.phonemize.words import APOSTROPHES, HYPHENS

LookUp = Callable[[str], Pronounced | None]

_LONGEST: Final = 32
_HYPHEN: Final = re.compile(f"[{HYPHENS}]")
_ENDING: Final = re.compile(rf"^(.*[a-z0-9.])({'|'.join(CLITICS)})$")
_DOTTED: Final = re.compile(r"^[a-z](?:\.[a-z])+\.?$")
_CAPITALS: Final = re.compile(r"^([A-Z]{2,}|[A-Z](?=s))(s?)$")
# O'Ryan, d'Anconia, l'Oiseau: said apart where the rest is a word.
_ELISION: Final = re.compile(r"^(o|d|l)'([a-z]{3,})$")
_ELIDED_SOUND: Final[dict[str, Pronounced]] = {"o": ("OW0",), "d": ("D",), "l": ("L",)}
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_INSIDE: Final = re.compile(r"\d|\D+")
# What CMUdict lists, and what it is in front of a hyphen: bow-window, read-out, re-enter.
_IN_FRONT: Final[dict[str, tuple[Pronounced, Pronounced]]] = {
    word: (tuple(alone.split()), tuple(in_front.split()))
    for word, (alone, in_front) in {
        "bio": ("B AY2 OW1", "B AY1 OW0"),
        "bow": ("B AW1", "B OW1"),
        "inter": ("IH2 N T ER1", "IH2 N T ER0"),
        "iso": ("", "AY1 S OW0"),
        "meta": ("M IY1 T AH0", "M EH1 T AH0"),
        "mono": ("M OW1 N OW0", "M AA1 N OW0"),
        "o'": ("OW1", "AH0"),
        "proto": ("P R OW1 T AH0", "P R OW1 T OW0"),
        "re": ("R EY1", "R IY0"),
        "read": ("R EH1 D", "R IY1 D"),
        "record": ("R AH0 K AO1 R D", "R EH1 K ER0 D"),
        "tear": ("T EH1 R", "T IH1 R"),
        "wind": ("W AY1 N D", "W IH1 N D"),
    }.items()
}
# In front of a hyphen these may only part a word that is listed without it: co-operate, to-day.
_PARTED: Final = frozenset({
    "a", "anti", "co", "counter", "inter", "micro", "mid", "mini", "mis", "multi", "non", "over",
    "post", "pre", "semi", "sub", "super", "to", "trans", "ultra", "un", "under",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a word: its phonemes, or a stem to be asked for.

    `ending` is "" or "s" (plural); `clitics` follow it, each of `pngnw.phonemize.voicing.CLITICS`.
    """

    phonemes: Pronounced = ()
    stem: str = ""
    ending: str = ""
    clitics: tuple[str, ...] = ()

    def spoken(self, stems: Callable[[str], Pronounced]) -> Pronounced:
        """The phonemes of the part, its stem answered by `stems`."""
        base = self.phonemes or stems(self.stem)
        if self.ending:
            base += voiced(base, self.ending)
        for each in self.clitics:
            base += clitic(base, each)
        return base


def _is_plain(word: str) -> bool:
    """Whether a word holds neither marks nor initials: by far the most do not."""
    return len(word) > 2 and word.isascii() and word.isalpha() and word[1:].islower()


def is_whole(word: str) -> bool:
    """Whether a word that is not listed is sure to be one stem, itself in lower case."""
    return _is_plain(word) and word[-1] != "s" and len(word) <= _LONGEST


def plan(word: str, look_up: LookUp) -> tuple[Part, ...]:
    """The parts of a word; empty when nobody could pronounce it (a script without a counterpart).

    Args:
        word: a token as it stands in the text; its capitals tell initialisms.
        look_up: a look-up key (see `fold`) to phonemes.
    """
    if _is_plain(word):
        return tuple(_letters(word.lower(), look_up))
    pieces = [each for each in _HYPHEN.split(word) if any(char.isalnum() for char in each)]
    if len(pieces) > 1 and pieces[0].lower() in _PARTED and pieces[0] != "A":
        whole = "".join(pieces)
        ending = _ENDING.match(fold(whole) or "")
        if look_up(fold(whole) or "") or (ending and look_up(ending[1])):
            pieces = [whole]
    parts: list[Part] = []
    for at, piece in enumerate(pieces):
        name = greek_name(piece)
        found = look_up(name) if name else None
        key = fold(piece)
        if key is None and found is None:
            return ()
        if at < len(pieces) - 1:
            found = found or _in_front(piece, look_up)
        parts.extend([Part(found)] if found else _piece(piece, key or "", look_up))
    return tuple(parts)


def _in_front(piece: str, look_up: LookUp) -> Pronounced | None:
    """What a piece is in front of a hyphen, where CMUdict has it as it is alone (or not at all).

    A reading of the user's own, which `look_up` gives instead of CMUdict's, stays.
    """
    key = fold(piece) or ""
    alone, in_front = (("AH0",), NAMES["a"]) if piece == "A" else _IN_FRONT.get(key, ((), ()))
    return in_front if in_front and (look_up(key) or ()) == alone else None


def _piece(piece: str, key: str, look_up: LookUp) -> Iterator[Part]:
    """The parts of a word without hyphens."""
    bare = key.strip("'-")
    found = look_up(key) or ELIDED.get(key) or look_up(bare)
    if found:
        yield Part(found)
        return
    ending = _ENDING.match(bare)
    initials = _CAPITALS.match(piece.strip(APOSTROPHES))
    if ending:
        parts = list(_piece(piece[: -len(ending[2])], ending[1], look_up))
        yield from parts[:-1]
        yield from (replace(last, clitics=(*last.clitics, ending[2])) for last in parts[-1:])
    elif _DOTTED.match(bare):
        yield from (Part(NAMES[char]) for char in bare if char in NAMES)
    elif initials:
        yield from _capitals(initials[1].lower(), initials[2], bare, look_up)
    elif not bare.isalpha():
        yield from _mixed(bare, look_up)
    elif key.endswith("in'"):
        yield from _sung(bare, look_up)
    else:
        yield from _camel(piece, look_up) or _letters(bare, look_up)


def _capitals(initials: str, ending: str, bare: str, look_up: LookUp) -> Iterator[Part]:
    """CEOs and EEC; capitals that are no initials (in a heading) are letters as any others."""
    found = look_up(initials) if len(initials) > 1 else None
    if found and ending:
        yield Part(found, ending="s")
    elif is_spelled(initials):
        *first, last = (NAMES[char] for char in initials)
        yield from map(Part, first)
        yield Part(last, ending=ending)
    else:
        yield from _letters(bare, look_up)


def _camel(piece: str, look_up: LookUp) -> tuple[Part, ...]:
    """SpaceShipOne by its words, if all of them are listed; else nothing.

    Names in Mc and Mac are the network's, which has learnt many of them.
    """
    words = _CAMEL.split(piece)
    found = [look_up(word.lower()) for word in words if len(word) > 2 and word != "Mac"]
    spoken = [each for each in found if each]
    return tuple(map(Part, spoken)) if len(spoken) == len(words) > 1 else ()


def _sung(bare: str, look_up: LookUp) -> Iterator[Part]:
    """goin' as going with N for NG, if that is listed."""
    whole = look_up(f"{bare}g")
    if whole and whole[-1] == "NG":
        yield Part((*whole[:-1], "N"))
    else:
        yield from _letters(bare, look_up)


def _letters(bare: str, look_up: LookUp) -> Iterator[Part]:
    """The parts of a run of letters a-z: the word, the singular of it, or stems to be asked for."""
    found = look_up(bare)
    if found:
        yield Part(found)
        return
    for stem in _singulars(bare):
        found = look_up(stem)
        if found:
            yield Part(found, ending="s")
            return
    for start in range(0, len(bare), _LONGEST):
        yield Part(stem=bare[start : start + _LONGEST])


def _mixed(bare: str, look_up: LookUp) -> Iterator[Part]:
    """Digits one by one, the letters between them as words of their own (b2b, o'ryan)."""
    elision = _ELISION.match(bare)
    rest = look_up(elision[2]) if elision else None
    if elision and rest and (elision[1] == "o" or rest[0][-1].isdigit()):
        yield Part(_ELIDED_SOUND[elision[1]] + rest)
        return
    joined = "".join(char for char in bare if char.isalnum())
    for run in _INSIDE.findall(joined):
        if run.isdigit() or len(run) == 1:
            yield Part(NAMES[run])
        else:
            yield from _letters(run, look_up)


def _singulars(bare: str) -> Iterator[str]:
    """What the word may be the plural (or third person) of."""
    if len(bare) < 4 or not bare.endswith("s") or bare[-2] in "aius":
        return
    if bare.endswith("ies"):
        yield f"{bare[:-3]}y"
    if bare.endswith(("ses", "xes", "zes", "ches", "shes", "oes")):
        yield bare[:-2]
    yield bare[:-1]


def spelled(stem: str) -> Pronounced:
    """A stem letter by letter, for the rare one that the network has no answer for."""
    return tuple(phoneme for char in stem for phoneme in NAMES[char])

"""Words that no lexicon lists: taken apart into parts that one does, or into letters.

Guarantees: `word_parts` is a pure function of the spelling and the lexicon; every part has
phonemes, or is a stem of letters a-z (32 at most) for the network. A word of lower-case letters
that is no plural of a listed one is one stem, as in g2p_en.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from pngnw.phonemize.arpabet import CLITICS, Phonemes, clitic_sound, ending_sound
from pngnw.phonemize.letters import NAMES, is_spelled, spell_out
from pngnw.phonemize.lexicon import greek_name, lookup_key
from pngnw.phonemize.tokenizer import APOSTROPHES, HYPHENS

LookUp = Callable[[str], Phonemes]  # of a look-up key; nothing if it is not listed

_LONGEST: Final = 32
_HYPHEN: Final = re.compile(f"[{HYPHENS}]")
_ENDING: Final = re.compile(rf"^(.*[a-z0-9.])({'|'.join(CLITICS)})$")
_DOTTED: Final = re.compile(r"^[a-z](?:\.[a-z])+\.?$")
_CAPITALS: Final = re.compile(r"^([A-Z]{2,}|[A-Z](?=s))(s?)$")
# O'Ryan, d'Anconia, l'Oiseau: said apart where the rest is a word.
_ELISION: Final = re.compile(r"^(o|d|l)'([a-z]{3,})$")
_ELIDED_SOUND: Final[dict[str, Phonemes]] = {"o": ("OW0",), "d": ("D",), "l": ("L",)}
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_INSIDE: Final = re.compile(r"\d|\D+")
# What CMUdict lists, and what it is in front of a hyphen (re-enter), but for homographs.
_IN_FRONT: Final[dict[str, tuple[Phonemes, Phonemes]]] = {
    word: (tuple(alone.split()), tuple(in_front.split()))
    for word, (alone, in_front) in {
        "bio": ("B AY2 OW1", "B AY1 OW0"),
        "inter": ("IH2 N T ER1", "IH2 N T ER0"), "iso": ("", "AY1 S OW0"),
        "meta": ("M IY1 T AH0", "M EH1 T AH0"), "mono": ("M OW1 N OW0", "M AA1 N OW0"),
        "o'": ("OW1", "AH0"), "proto": ("P R OW1 T AH0", "P R OW1 T OW0"), "re": ("R EY1", "R IY0"),
    }.items()
}  # fmt: skip
# Words with an apostrophe that English prose writes and CMUdict lacks, by look-up key. By ear, from
# CMUdict's readings of the full forms.
ELIDED: Final[dict[str, Phonemes]] = {
    word: tuple(phonemes.split())
    for word, phonemes in {
        "'ave": "AE1 V", "'cos": "K AH0 Z", "'cuz": "K AH0 Z", "'ere": "IH1 R", "'ow": "AW1",
        "'gainst": "G EH1 N S T", "'neath": "N IY1 TH", "'tisn't": "T IH1 Z AH0 N T",
        "'twasn't": "T W AH1 Z AH0 N T", "'twere": "T W ER1", "'twill": "T W IH1 L",
        "'n'": "AH0 N", "'twixt": "T W IH1 K S T", "'twould": "T W UH1 D",
        "'twouldn't": "T W UH1 D AH0 N T",
        "a'n't": "EY1 N T", "an'": "AH0 N", "an't": "EY1 N T", "bo's'n": "B OW1 S AH0 N",
        "bo'sun": "B OW1 S AH0 N", "cap'n": "K AE1 P AH0 N", "d'ye": "D Y AH0",
        "daren't": "D EH1 R AH0 N T", "e'en": "IY1 N", "e'er": "EH1 R",
        "fo'c'sle": "F OW1 K S AH0 L", "fo'c's'le": "F OW1 K S AH0 L",
        "hav'n't": "HH AE1 V AH0 N T", "i'": "IH0", "i'faith": "IH0 F EY1 TH", "is't": "IH1 Z T",
        "ma'm": "M AE1 M", "o'er": "AO1 R", "s'pose": "S P OW1 Z", "se'nnight": "S EH1 N AY0 T",
        "sha'n't": "SH AE1 N T", "shan't": "SH AE1 N T", "t'gallant": "T AH0 G AE1 L AH0 N T",
        "t'other": "T AH1 DH ER0", "th'": "DH AH0", "thou'lt": "DH AW1 L T",
        "thou'rt": "DH AW1 R T", "thank'e": "TH AE1 NG K IY0", "wi'": "W IH0",
    }.items()
}  # fmt: skip
# In front of a hyphen these may only part a word that is listed without it: co-operate, to-day.
_PARTED: Final = frozenset({
    "a", "anti", "co", "counter", "inter", "micro", "mid", "mini", "mis", "multi", "non", "over",
    "post", "pre", "semi", "sub", "super", "to", "trans", "ultra", "un", "under",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a word: its phonemes, or a stem for the network.

    `ending` is "" or "s" (plural); `clitics` follow it, each of `CLITICS`.
    """

    phonemes: Phonemes = ()
    stem: str = ""
    ending: str = ""
    clitics: tuple[str, ...] = ()

    def pronounced(self, stems: Callable[[str], Phonemes]) -> Phonemes:
        """The phonemes of the part; `stems` gives those of its stem."""
        base = self.phonemes or stems(self.stem)
        if self.ending:
            base += ending_sound(base, self.ending)
        for each in self.clitics:
            base += clitic_sound(base, each)
        return base


def _is_plain(word: str) -> bool:
    """Whether a word holds neither marks nor initials: by far the most do not."""
    return len(word) > 2 and word.isascii() and word.isalpha() and word[1:].islower()


def is_single_stem(word: str) -> bool:
    """Whether a word that is not listed is sure to be one stem, itself in lower case."""
    return _is_plain(word) and word[-1] != "s" and len(word) <= _LONGEST


def word_parts(word: str, look_up: LookUp) -> tuple[Part, ...]:
    """The parts of a word; empty when nobody could pronounce it (a script without a counterpart).

    Args:
        word: a token as it stands in the text; its capitals tell initialisms.
        look_up: a look-up key (see `lookup_key`) to phonemes.
    """
    if _is_plain(word):
        return tuple(_letters(word.lower(), look_up))
    pieces = [each for each in _HYPHEN.split(word) if any(char.isalnum() for char in each)]
    if len(pieces) > 1 and pieces[0].lower() in _PARTED and pieces[0] != "A":
        whole = "".join(pieces)
        ending = _ENDING.match(lookup_key(whole) or "")
        if look_up(lookup_key(whole) or "") or (ending and look_up(ending[1])):
            pieces = [whole]
    parts: list[Part] = []
    for at, piece in enumerate(pieces):
        name = greek_name(piece)
        phonemes = look_up(name) if name else ()
        key = lookup_key(piece)
        if key is None and not phonemes:
            return ()
        if at < len(pieces) - 1:
            phonemes = phonemes or _in_front(piece, look_up)
        parts.extend([Part(phonemes)] if phonemes else _piece(piece, key or "", look_up))
    return tuple(parts)


def _in_front(piece: str, look_up: LookUp) -> Phonemes:
    """What a piece is in front of a hyphen, where CMUdict has it as it is alone (or not at all).

    A reading of the user's own, which `look_up` gives instead of CMUdict's, stays.
    """
    key = lookup_key(piece) or ""
    alone, in_front = (("AH0",), NAMES["a"]) if piece == "A" else _IN_FRONT.get(key, ((), ()))
    return in_front if in_front and look_up(key) == alone else ()


def _piece(piece: str, key: str, look_up: LookUp) -> Iterator[Part]:
    """The parts of a word without hyphens."""
    bare = key.strip("'-")
    initials = look_up(piece) if len(piece) == 2 and piece.isupper() else ()
    phonemes = initials or look_up(key) or ELIDED.get(key) or look_up(bare)
    if phonemes:
        yield Part(phonemes)
        return
    ending = _ENDING.match(bare)
    capitals = _CAPITALS.match(piece.strip(APOSTROPHES))
    if ending:
        parts = list(_piece(piece[: -len(ending[2])], ending[1], look_up))
        yield from parts[:-1]
        yield from (replace(last, clitics=(*last.clitics, ending[2])) for last in parts[-1:])
    elif _DOTTED.match(bare):
        yield from (Part(NAMES[char]) for char in bare if char in NAMES)
    elif capitals:
        yield from _capitals(capitals[1], capitals[2], bare, look_up)
    elif not bare.isalpha():
        yield from _mixed(bare, look_up)
    elif key.endswith("in'"):
        yield from _dropped_g(bare, look_up)
    else:
        yield from _camel(piece, look_up) or _letters(bare, look_up)


def _capitals(capitals: str, ending: str, bare: str, look_up: LookUp) -> Iterator[Part]:
    """CEOs and EEC; capitals that are no initials (in a heading) are letters as any others."""
    initials = capitals.lower()
    phonemes = look_up(capitals) or look_up(initials) if len(initials) > 1 else ()
    if phonemes and ending:
        yield Part(phonemes, ending="s")
    elif is_spelled(initials):
        *first, last = (NAMES[char] for char in initials)
        yield from map(Part, first)
        yield Part(last, ending=ending)
    else:
        yield from _letters(bare, look_up)


def _camel(piece: str, look_up: LookUp) -> tuple[Part, ...]:
    """SpaceShipOne by its words, if all of them are listed; else nothing.

    Capitals at the end are read as they are alone: OpenAI, ChatGPT, mRNA. Names in Mc and Mac are
    the network's, which has learnt many of them.
    """
    words = _CAMEL.split(piece)
    *front, last = words
    if front and len(last) > 1 and last.isupper() and last.isalpha() and last.isascii():
        names = [NAMES[word] if len(word) == 1 else look_up(word.lower()) for word in front]
        letters = spell_out(last.lower()) if is_spelled(last.lower()) else ()
        names.append(look_up(last) or look_up(last.lower()) or letters)
        read = [each for each in names if each]
        return tuple(map(Part, read)) if len(read) == len(names) else ()
    phonemes = [look_up(word.lower()) for word in words if len(word) > 2 and word != "Mac"]
    listed = [each for each in phonemes if each]
    return tuple(map(Part, listed)) if len(listed) == len(words) > 1 else ()


def _dropped_g(bare: str, look_up: LookUp) -> Iterator[Part]:
    """goin' as going with N for NG, if that is listed."""
    whole = look_up(f"{bare}g")
    if whole and whole[-1] == "NG":
        yield Part((*whole[:-1], "N"))
    else:
        yield from _letters(bare, look_up)


def _letters(bare: str, look_up: LookUp) -> Iterator[Part]:
    """The parts of a run of letters a-z: the word, the singular of it, or stems for the network."""
    phonemes = look_up(bare)
    if phonemes:
        yield Part(phonemes)
        return
    for stem in _possible_singulars(bare):
        phonemes = look_up(stem)
        if phonemes:
            yield Part(phonemes, ending="s")
            return
    for start in range(0, len(bare), _LONGEST):
        yield Part(stem=bare[start : start + _LONGEST])


def _mixed(bare: str, look_up: LookUp) -> Iterator[Part]:
    """Digits one by one, the letters between them as words of their own (b2b, o'ryan)."""
    elision = _ELISION.match(bare)
    rest = look_up(elision[2]) if elision else ()
    if elision and rest and (elision[1] == "o" or rest[0][-1].isdigit()):
        yield Part(_ELIDED_SOUND[elision[1]] + rest)
        return
    joined = "".join(char for char in bare if char.isalnum())
    for run in _INSIDE.findall(joined):
        if run.isdigit() or len(run) == 1:
            yield Part(NAMES[run])
        else:
            yield from _letters(run, look_up)


def _possible_singulars(bare: str) -> Iterator[str]:
    """What the word may be the plural (or third person) of."""
    if len(bare) < 4 or not bare.endswith("s") or bare[-2] in "aius":
        return
    if bare.endswith("ies"):
        yield f"{bare[:-3]}y"
    if bare.endswith(("ses", "xes", "zes", "ches", "shes", "oes")):
        yield bare[:-2]
    yield bare[:-1]

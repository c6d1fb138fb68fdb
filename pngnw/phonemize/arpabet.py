"""ARPAbet as CMUdict writes it: the phonemes, and what the endings of words sound like in them.

`ARPABET` is sorted: 15 vowels, each with stress 0 (none), 1 (primary) and 2 (secondary), and 24
consonants; 69 symbols. Every phoneme of this package is one of them, or a punctuation mark that
stands for itself. Source: cmudict.phones and cmudict.symbols of the CMU Pronouncing Dictionary.

The sound of an ending depends on the last sound of the word alone. An "s" is IH0 Z behind a
sibilant (as in 625 plurals of CMUdict, which has AH0 Z in 311 others), S behind another voiceless
consonant, else Z; a "d" is IH0 D behind T and D, else D.
"""

import re
from typing import Final

VOWELS: Final[tuple[str, ...]] = (
    "AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW",
)  # fmt: skip
CONSONANTS: Final[tuple[str, ...]] = (
    "B", "CH", "D", "DH", "F", "G", "HH", "JH", "K", "L", "M", "N",
    "NG", "P", "R", "S", "SH", "T", "TH", "V", "W", "Y", "Z", "ZH",
)  # fmt: skip
ARPABET: Final[tuple[str, ...]] = tuple(
    sorted([f"{vowel}{stress}" for vowel in VOWELS for stress in "012"] + list(CONSONANTS))
)
SYMBOLS: Final[frozenset[str]] = frozenset(ARPABET)
# In IPA; misaki's consonants are the same but for the affricates. The stress stands in front.
IPA_CONSONANTS: Final = {
    "B": "b", "CH": "tʃ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ", "HH": "h", "JH": "dʒ", "K": "k",
    "L": "l", "M": "m", "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t",
    "TH": "θ", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip
IPA_STRESS: Final = {"0": "", "1": "ˈ", "2": "ˌ"}

SIBILANTS: Final = frozenset({"S", "Z", "SH", "ZH", "CH", "JH"})
_VOICELESS: Final = frozenset({"P", "T", "K", "F", "TH", "S", "SH", "CH", "HH"})
_CLITICS: Final = {
    "'ll": ("AH0", "L"),
    "'re": ("ER0",),
    "'ve": ("AH0", "V"),
    "n't": ("AH0", "N", "T"),
    "'m": ("AH0", "M"),
    "'em": ("AH0", "M"),
    "'st": ("S", "T"),
}
_BEHIND_STRESSED_VOWEL: Final = {"'ll": ("L",), "'ve": ("V",), "n't": ("N", "T"), "'m": ("M",)}
CLITICS: Final = ("'s", "'d", *_CLITICS)

Phonemes = tuple[str, ...]


def parse(text: str) -> Phonemes:
    """Phonemes as people write them, with white space between them.

    Raises:
        ValueError: with the offset and what is wrong there: a symbol that is none, or no symbols.
    """
    for match in re.finditer(r"\S+", text):
        if match[0] not in SYMBOLS:
            raise ValueError(match.start(), f"{match[0]!r} is {_remedy(match[0])}")
    if not text.strip():
        raise ValueError(0, "there are no phonemes")
    return tuple(text.split())


def _remedy(symbol: str) -> str:
    upper = symbol.upper()
    if upper in VOWELS:
        return f"a vowel without its stress, write {upper}0, {upper}1 or {upper}2"
    return f"written {upper}" if upper in SYMBOLS else "not an ARPAbet symbol of CMUdict"


def ending_sound(base: Phonemes, ending: str) -> Phonemes:
    """The sound of "s" (plural, possessive, third person) or "d" (had, would) behind `base`."""
    last = base[-1] if base else ""
    if ending == "s":
        if last in SIBILANTS:
            return ("IH0", "Z")
        return ("S",) if last in _VOICELESS else ("Z",)
    if ending == "d":
        return ("IH0", "D") if last in ("T", "D") else ("D",)
    return ()


def clitic_sound(base: Phonemes, clitic: str) -> Phonemes:
    """The sound of one of `CLITICS` behind `base`: ye've has V, should've AH0 V."""
    if clitic in ("'s", "'d"):
        return ending_sound(base, clitic[1])
    if base and base[-1].endswith("1") and base[-1] != "ER1" and clitic in _BEHIND_STRESSED_VOWEL:
        return _BEHIND_STRESSED_VOWEL[clitic]
    return _CLITICS[clitic]

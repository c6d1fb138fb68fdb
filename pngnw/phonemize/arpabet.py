"""The phoneme inventory: ARPAbet as CMUdict writes it.

Guarantees: `ARPABET` is sorted and complete: 15 vowels, each with stress 0 (none), 1 (primary) and
2 (secondary), and 24 consonants; 69 symbols. Every phoneme that leaves this package is one of
them, or a punctuation mark standing for itself.
Source: the CMU Pronouncing Dictionary, files cmudict.phones and cmudict.symbols.
"""

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

SIBILANTS: Final[frozenset[str]] = frozenset({"S", "Z", "SH", "ZH", "CH", "JH"})
VOICELESS: Final[frozenset[str]] = frozenset({"P", "T", "K", "F", "TH", "S", "SH", "CH", "HH"})

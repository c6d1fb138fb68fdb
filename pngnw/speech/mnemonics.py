"""Our phonemes in espeak's spelling, and espeak's events back onto our phonemes.

Guarantees: `assign` is one-to-one or refuses; an event that espeak adds to link two vowels is
counted into the sound before it. Source: espeak-ng, docs/phonemes.md, voice en-us.
"""

from collections.abc import Sequence
from dataclasses import dataclass

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
# What espeak makes of a phoneme in context: a flapped t, n before k and g, a reduced vowel before
# another vowel.
VARIANTS = {"t": {"t#"}, "n": {"N"}, "@": {"3"}, "V": {"@"}, "I": {"i"}, "i": {"I"}}
# Glides that espeak inserts between two vowels; we never send the first two.
LINKS = {";", "r-", "r"}


@dataclass(frozen=True)
class Mnemonic:
    """A phoneme as espeak spells it; `stress` is empty for consonants."""

    stress: str
    sound: str

    def __str__(self) -> str:
        return self.stress + self.sound


def mnemonic(phoneme: str) -> Mnemonic:
    """ARPAbet with stress ("AH0", "K") to espeak's spelling; KeyError for anything else."""
    if phoneme[-1] not in STRESS:
        return Mnemonic("", CONSONANTS[phoneme])
    vowel, digit = phoneme[:-1], phoneme[-1]
    sound = REDUCED.get(vowel, VOWELS[vowel]) if digit == "0" else VOWELS[vowel]
    return Mnemonic(STRESS[digit], sound)


def spell(words: Sequence[Sequence[str]]) -> str:
    """espeak input for words of ARPAbet phonemes; the bars keep neighbours from merging."""
    return "[[" + " ".join("|".join(str(mnemonic(p)) for p in word) for word in words) + "]]"


def assign(phonemes: Sequence[str], events: Sequence[str]) -> list[int] | None:
    """Which event begins each phoneme.

    Args:
        phonemes: ARPAbet symbols that were sent.
        events: names of the phonemes that espeak spoke, pauses left out, stress marks included.

    Returns:
        For each phoneme the index of its event, strictly rising; None when the two sequences do
        not match one-to-one.
    """
    found: list[int] = []
    for index, event in enumerate(events):
        sound = event.lstrip("'%,")
        wanted = mnemonic(phonemes[len(found)]).sound if len(found) < len(phonemes) else None
        if wanted is not None and (sound == wanted or sound in VARIANTS.get(wanted, ())):
            found.append(index)
        elif not found or sound not in LINKS:
            return None
    return found if len(found) == len(phonemes) else None

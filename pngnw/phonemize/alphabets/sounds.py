"""Sounds of a word and behind it: what a symbol depends on, for all alphabets."""

from typing import NamedTuple

from pngnw.phonemize.arpabet import SIBILANTS, Phonemes

Rows = tuple[str, ...]

# What is said behind a word: a consonant or a vowel, or nothing before a pause.
CONSONANT, VOWEL, PAUSE = range(3)


class Sound(NamedTuple):
    """A phoneme and its neighbors; "" where the word ends."""

    first: str  # two before it
    before: str
    phoneme: str
    behind: str
    third: str  # two behind it

    @property
    def ends_in(self) -> str:
        """The phoneme behind it if that is the last one, else ""."""
        return "" if self.third else self.behind

    @property
    def is_of_ending(self) -> bool:
        """Whether it is the vowel of -ed behind t and d, or of -es."""
        if self.ends_in == "D":
            return self.before in ("T", "D")
        return self.ends_in == "Z" and self.before in SIBILANTS

    @property
    def is_flapped(self) -> bool:
        """Whether it is a t as in "water" and "party", none as in "written" or "attack"."""
        weak = self.behind[-1:] == "0" or (self.behind, self.third) == ("IY2", "")
        syllabic = (self.behind, self.third) == ("AH0", "N")
        after_vowel = self.before == "R" or is_vowel(self.before)
        return self.phoneme == "T" and after_vowel and weak and not syllabic


def is_vowel(phoneme: str) -> bool:
    """Whether a phoneme carries stress, that is, is a vowel."""
    return phoneme[-1:].isdigit()


def sounds(phonemes: Phonemes) -> list[Sound]:
    """Each phoneme of a word with its neighbors."""
    padded = ("", "", *phonemes, "", "")
    return [Sound(*padded[at : at + 5]) for at in range(len(phonemes))]


def one_primary(phonemes: Phonemes, first: bool) -> Phonemes:
    """The phonemes with one primary stress, the first or the last, and others secondary."""
    primary = [at for at, each in enumerate(phonemes) if each[-1] == "1"]
    if len(primary) < 2:
        return phonemes
    keep = primary[0] if first else primary[-1]
    return tuple(
        f"{each[:-1]}2" if each[-1] == "1" and at != keep else each
        for at, each in enumerate(phonemes)
    )


def is_initialism(word: str) -> bool:
    """Whether a word of several primary stresses is letters one after the other: "BBC", "U.S."."""
    return word.isupper() or "." in word

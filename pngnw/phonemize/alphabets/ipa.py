"""Broad American IPA, to and from ARPAbet.

A syllable's stress mark stands before it: a syllable begins with the longest run of consonants that
an English word can begin with (`ONSETS`), so "mistake" is mɪˈsteɪk. AH and ER are ʌ and ɝ with
stress, ə and ɚ without. A dot parts what would read as one sound: drawing is ˈdɹɔ.ɪŋ.

Guarantees: `parse(spell(x))` is x, for any phonemes. `parse` also takes what others write: length
marks, tie bars, r, g, ɫ, ɾ, ɜɹ, əɹ, ʧ, əʊ, e, and stress marks straight before the vowel.
"""

import re
from typing import Final

from pngnw.phonemize.alphabets.sounds import Rows, is_vowel
from pngnw.phonemize.arpabet import IPA_CONSONANTS, IPA_STRESS, Phonemes

VOWELS: Final = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "aʊ", "AY": "aɪ", "EH": "ɛ", "ER": "ɝ",
    "EY": "eɪ", "IH": "ɪ", "IY": "i", "OW": "oʊ", "OY": "ɔɪ", "UH": "ʊ", "UW": "u",
}  # fmt: skip
SYMBOLS: Final = VOWELS | IPA_CONSONANTS
WEAK: Final = {"AH0": "ə", "ER0": "ɚ"}
STRESSES: Final = {"ˈ": "1", "'": "1", "ˌ": "2", ",": "2"}
BREAK: Final = "."
# Of two consonants and more; every one but NG may begin a syllable.
ONSETS: Final = frozenset(
    tuple(onset.split())
    for onset in (
        "P L", "P R", "P Y", "B L", "B R", "B Y", "T R", "T W", "D R", "D W", "K L", "K R", "K W",
        "K Y", "G L", "G R", "G W", "G Y", "F L", "F R", "F Y", "V Y", "TH R", "TH W", "SH R",
        "M Y", "N Y", "HH Y", "S P", "S T", "S K", "S M", "S N", "S L", "S W", "S F", "S P L",
        "S P R", "S P Y", "S T R", "S K R", "S K W", "S K Y",
    )
)  # fmt: skip
# Symbols of two sounds that read as one: T SH as CH, AO IH as OY, AH0 R as ER0, AH0 UH as OW.
_PARTED: Final = frozenset({"tʃ", "dʒ", "ɔɪ", "əɹ", "əʊ"})

_PHONEMES: Final = {symbol: phoneme for phoneme, symbol in SYMBOLS.items()}
# What others write.
_VARIANTS: Final = {
    "ʧ": "CH", "ʤ": "JH", "g": "G", "r": "R", "ɾ": "T", "ɫ": "L", "əʊ": "OW", "o": "OW", "e": "EY",
    "ɐ": "AH", "ə": "AH", "ɚ": "ER", "ɜɹ": "ER", "ɜr": "ER", "əɹ": "ER", "ər": "ER", "ɜ": "ER",
    "ɒ": "AA", "a": "AA", "ɨ": "IH", "ᵻ": "IH",
}  # fmt: skip
_READ: Final = _PHONEMES | _VARIANTS
_TIES: Final = "\u0361\u035c"
_SYMBOL: Final = re.compile(
    "|".join(f"[{_TIES}]?".join(each) for each in sorted(_READ, key=len, reverse=True))
)
_WITHOUT_TIES: Final = dict.fromkeys(map(ord, _TIES))
_LENGTHS: Final = "ːˑ"


def spell(_word: str, phonemes: Phonemes, _behind: int) -> Rows:
    """A row for each phoneme."""
    rows = [WEAK.get(each) or SYMBOLS[each.rstrip("012")] for each in phonemes]
    for at in range(len(rows) - 1, 0, -1):
        if rows[at - 1] + rows[at] in _PARTED:
            rows[at] = BREAK + rows[at]
    for at, phoneme in enumerate(phonemes):
        if mark := IPA_STRESS.get(phoneme[-1]):
            start = _onset(phonemes, at)
            rows[start] = mark + rows[start].removeprefix(BREAK)
    return tuple(rows)


def _onset(phonemes: Phonemes, vowel: int) -> int:
    """Where the syllable of a vowel begins."""
    start = vowel
    while start and not is_vowel(phonemes[start - 1]):
        longer = phonemes[start - 1 : vowel]
        initial = not any(map(is_vowel, phonemes[: start - 1]))
        if not (initial or longer in ONSETS or (len(longer) == 1 and longer != ("NG",))):
            break
        start -= 1
    return start


def parse(text: str) -> Phonemes:
    """The phonemes of a word in IPA.

    Raises:
        ValueError: with the offset and what is wrong there: a symbol that is none of American
            English, a stress mark with no vowel behind it, or no symbols.
    """
    phonemes: list[str] = []
    stress, marked, at = "", 0, 0
    while at < len(text):
        if text[at] in STRESSES and not stress:
            stress, marked, at = STRESSES[text[at]], at, at + 1
        elif match := _SYMBOL.match(text, at):
            phoneme = _READ[match[0].translate(_WITHOUT_TIES)]
            at = match.end()
            if phoneme in VOWELS:
                phoneme, stress = phoneme + (stress or "0"), ""
                at += text.startswith(tuple(_LENGTHS), at)
            phonemes.append(phoneme)
        elif text[at].isspace() or text[at] == BREAK:
            at += 1
        else:
            raise ValueError(at, f"{text[at]!r} is not IPA of American English")
    if stress:
        raise ValueError(marked, f"{text[marked]!r} has no vowel behind it")
    if not phonemes:
        raise ValueError(0, "there are no phonemes")
    return tuple(phonemes)

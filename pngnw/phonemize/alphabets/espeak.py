"""espeak-ng's IPA for en-us, as VITS, Piper and StyleTTS2 take it: stress before the vowel.

Rules alone, from what espeak-ng 1.52 prints; none of its data, which is under the GPL. A phoneme
has its symbols in `SYMBOLS`, or depends on the sounds and the letters around it: flaps, vowels
without stress, vowels before r. A secondary stress beside the primary is not written; of several
primary ones in a word without hyphen the first stays, in an initialism the last. Function words
have no stress, or a secondary one; some are stressed before a pause. Words are not joined as espeak
joins "of the"; r and t link to the vowel of the next word as there.
"""

import re
from typing import Final

from pngnw.phonemize.alphabets.sounds import (
    PAUSE,
    VOWEL,
    Rows,
    Sound,
    is_initialism,
    is_vowel,
    one_primary,
    sounds,
)
from pngnw.phonemize.arpabet import IPA_CONSONANTS, IPA_STRESS, Phonemes

SYMBOLS: Final = {
    "AA": "ɑː", "AE": "æ", "AH": "ʌ", "AO": "ɔː", "AW": "aʊ", "AY": "aɪ", "EH": "ɛ", "ER": "ɜː",
    "EY": "eɪ", "IH": "ɪ", "IY": "iː", "OW": "oʊ", "OY": "ɔɪ", "UH": "ʊ", "UW": "uː",
} | IPA_CONSONANTS  # fmt: skip
_CLOSING: Final = frozenset({"T", "K", "P", "F", "V", "D", "G"})
_GROUP: Final = re.compile(r"[aeiouy]+")
# Letters of vowels that nobody hears: a last e, the u of qu, the y of yes.
_SILENT: Final = re.compile(
    r"(?<=[^aeiouyl])e(?=s?$|d$)|^y(?=[aeiou])|(?<=[gq])u(?=[aei])"
    r"|(?<=[^aeiouy])e(?=ly$|ful|ment|less|ness)"
)
# Words with other sounds than CMUdict's: what they are as if CMUdict had them so.
_SOUNDS: Final = {
    ("and", "AH0 N D"): "AE0 N D",
    ("anything", "EH1 N IY0 TH IH2 NG"): "EH1 N IH0 TH IH2 NG",
    ("because", "B IH0 K AO1 Z"): "B IH0 K AH1 Z",
    ("even", "IY1 V IH0 N"): "IY1 V AH0 N",
    ("everything", "EH1 V R IY0 TH IH2 NG"): "EH1 V R IH0 TH IH2 NG",
    ("herself", "HH ER0 S EH1 L F"): "HH ER2 S EH1 L F",
    ("into", "IH1 N T UW0"): "IH2 N T UH0",
    ("missus", "M IH1 S IH0 Z"): "M IH1 S AH0 S",
    ("sometimes", "S AH0 M T AY1 M Z"): "S AH1 M T AY2 M Z",
    ("was", "W AA1 Z"): "W AH1 Z",
    ("without", "W IH0 TH AW1 T"): "W IH0 DH AW1 T",
    ("your", "Y AO1 R"): "Y UH1 R",
}
_WEAK: Final = frozenset({
    "a", "am", "an", "and", "are", "as", "at", "be", "by", "can", "could", "for", "from", "get",
    "got", "had", "has", "have", "he", "he'd", "he'll", "he's", "her", "his", "i", "i'd", "i'll",
    "i'm", "i've", "if", "in", "is", "it", "it's", "its", "my", "of", "or", "per", "she", "she's",
    "than", "that", "that's", "the", "their", "there", "there's", "these", "they", "this",
    "those", "through", "to", "was", "we", "went", "were", "what", "when", "will", "with",
    "won't", "would", "you", "you'd", "you'll", "you're", "your",
})  # fmt: skip
_SECONDARY: Final = frozenset({
    "about", "above", "across", "already", "among", "any", "became", "become", "been", "before",
    "behind", "being", "between", "beyond", "but", "couldn't", "doing", "down", "getting", "go",
    "going", "having", "him", "how", "into", "isn't", "made", "make", "makes", "making", "me",
    "might", "near", "nearly", "not", "our", "over", "put", "shall", "should", "sir", "so",
    "some", "them", "though", "under", "up", "upon", "us", "where", "which", "while", "whilst",
    "who", "whose", "within", "without",
})  # fmt: skip
_STRESSED_LAST: Final = frozenset({
    "about", "am", "are", "at", "be", "before", "by", "can", "could", "down", "had", "has",
    "have", "how", "in", "is", "might", "on", "over", "should", "so", "that", "these", "this",
    "those", "up", "was", "were", "what", "where", "which", "who", "why", "will", "with", "would",
})  # fmt: skip
# Rows before a consonant, a vowel and a pause.
_WORDS: Final[dict[tuple[str, str], tuple[Rows, Rows, Rows]]] = {
    ("the", "DH AH0"): (("ð", "ə"), ("ð", "ɪ"), ("ð", "ə")),
    ("to", "T UW1"): (("t", "ə"), ("t", "ʊ"), ("t", "uː")),
    ("a", "AH0"): (("ɐ",),) * 3,
    ("an", "AE1 N"): (("ɐ", "n"),) * 3,
    ("than", "DH AE1 N"): (("ð", "ɐ", "n"),) * 3,
    ("has", "HH AE1 Z"): (("h", "ɐ", "z"), ("h", "ɐ", "z"), ("h", "ˈæ", "z")),
    ("on", "AA1 N"): (("ˌɔ", "n"), ("ˌɔ", "n"), ("ˈɔ", "n")),
    ("it", "IH1 T"): (("ɪ", "t"), ("ɪ", "ɾ"), ("ɪ", "t")),
    ("at", "AE1 T"): (("æ", "t"), ("æ", "ɾ"), ("æ", "t")),
    ("every", "EH1 V ER0 IY0"): (("ˈɛ", "v", "ɹ", "i"),) * 3,
}


def spell(word: str, phonemes: Phonemes, behind: int) -> Rows:
    """A row for each phoneme; `behind` is what is said behind the word."""
    key, reading = word.lower(), " ".join(phonemes)
    if several := _WORDS.get((key, reading)):
        return several[behind]
    changed = _SOUNDS.get((key, reading))
    rows = by_rule(tuple(changed.split()) if changed else phonemes, word)
    if behind == VOWEL and phonemes[-1:] and phonemes[-1].startswith("ER"):
        rows = (*rows[:-1], rows[-1] + "ɹ")
    if behind == PAUSE and key in _STRESSED_LAST:
        return rows
    if key in _WEAK:
        return tuple(row.replace("ˈ", "") for row in rows)
    return tuple(row.replace("ˈ", "ˌ") for row in rows) if key in _SECONDARY else rows


def by_rule(phonemes: Phonemes, word: str) -> Rows:
    """A row for each phoneme of a word that has its stress."""
    if is_initialism(word):
        phonemes = one_primary(_without_neighbors(phonemes), first=False)
    elif "-" not in word:
        phonemes = _without_neighbors(one_primary(phonemes, first=True))
    around = sounds(phonemes)
    rows = [_symbol(sound) for sound in around]
    for at, letters in _letters(word.lower(), phonemes).items():
        rows[at] = _as_spelled(letters, rows[at], around[at])
    for at in range(1, len(phonemes) - 2):
        syllabic = phonemes[at : at + 3] == ("T", "AH0", "N") and is_vowel(phonemes[at - 1])
        if syllabic and phonemes[at + 3 : at + 4] != ("T",):  # "certain", not "important"
            rows[at : at + 3] = "ʔ", "", "n̩"
    return tuple(rows)


def _letters(word: str, phonemes: Phonemes) -> dict[int, str]:
    """The letters of each vowel, where the word has as many groups of such letters as vowels."""
    vowels = [at for at, phoneme in enumerate(phonemes) if is_vowel(phoneme)]
    groups = _GROUP.findall(_SILENT.sub("", word))
    return dict(zip(vowels, groups, strict=True)) if len(vowels) == len(groups) else {}


def _as_spelled(letters: str, row: str, sound: Sound) -> str:
    """The row of a vowel as espeak, which reads letters, has it."""
    _, before, phoneme, behind, third = sound
    if phoneme == "AH0" and row == "ɐ" and letters[0] != "a":
        return "ə"
    if phoneme == "AH0" and row == "ə" and behind:
        if letters in ("i", "y") and (behind, third) != ("L", ""):
            return "ɪ"
        if (letters, behind) == ("ai", "N"):
            return "ɪ"
        if letters == "e" and (behind in _CLOSING or (behind, third) == ("S", "T")):
            return "ɪ"
    first = phoneme == "IH0" and letters == "e" and row == "ɪ" and not sound.first
    return "ᵻ" if first and before and behind not in ("K", "G", "V") else row


def _without_neighbors(phonemes: Phonemes) -> Phonemes:
    """The phonemes, a secondary stress in the syllable beside the primary one marked 3."""
    at = [place for place, phoneme in enumerate(phonemes) if is_vowel(phoneme)]
    stress = "".join(phonemes[place][-1] for place in at)
    changed = list(phonemes)
    for number, place in enumerate(at):
        beside = stress[max(number - 1, 0) : number] + stress[number + 1 : number + 2]
        if stress[number] == "2" and "1" in beside:
            changed[place] = f"{phonemes[place][:-1]}3"
    return tuple(changed)


def _symbol(sound: Sound) -> str:
    phoneme, behind = sound.phoneme, sound.behind
    if not is_vowel(phoneme):
        return _consonant(sound)
    if phoneme[-1] == "0":
        weak = _weak(sound)
        if weak is not None:
            return weak
    symbol = SYMBOLS[phoneme[:-1]]
    if behind == "R":
        symbol = {"iː": "ɪ", "uː": "ʊ"}.get(symbol, symbol)
    elif phoneme[:2] == "AO" and behind in ("NG", "S", "F", "TH"):
        symbol = "ɔ"
    elif phoneme[:2] == "ER" and is_vowel(behind):
        symbol = "ɜːɹ"
    elif phoneme in ("IY2", "IY3") and not behind:
        return "i"
    return IPA_STRESS.get(phoneme[-1], "") + symbol


def _weak(sound: Sound) -> str | None:
    """What a vowel without stress is, where it is not what it is with stress."""
    first, before, phoneme, behind, third = sound
    match phoneme:
        case "ER0":
            return "ɚɹ" if is_vowel(behind) else "ɚ"
        case "IY0" if before == "R" and not first and behind and not is_vowel(behind):
            return "ᵻ"
        case "IY0":
            return "i"
        case "IH0" | "AH0" if sound.is_of_ending:
            return "ᵻ"
        case "IH0" | "AH0" if (behind, third) == ("T", "IY0") and not is_vowel(before):
            return "ᵻ"
        case "IH0" | "AH0" if sound.ends_in == "JH":
            return "ɪ"
        case "AH0" if not before and behind:
            return "ʌ" if behind == "N" and third and not is_vowel(third) else "ɐ"
        case "AH0" if before == "Y" and behind:
            return "ʊ" if first not in ("L", "N") else "ə"
        case "AH0" if sound.ends_in == "D":
            return "ɪ"
        case "AH0":
            return "ə"
        case "IH0" if not before and (behind, third) in (("K", "S"), ("G", "Z")):
            return "ɛ"
        case "IH0" if not first and before in ("B", "D", "R") and behind and behind != "S":
            return "ᵻ" if behind not in ("K", "G") else "ɪ"
    return None


def _consonant(sound: Sound) -> str:
    phoneme, behind = sound.phoneme, sound.behind
    if sound.is_flapped:
        return "ɾ"
    if phoneme == "N" and behind in ("K", "G"):
        return "ŋ"
    if phoneme == "Y" and behind == "AH0" and sound.before in ("L", "N"):
        return "i"
    return SYMBOLS[phoneme]

"""misaki's alphabet, American, as Kokoro takes it: a letter for a sound, stress before the vowel.

A word of misaki's lexicon (its gold, with plurals and other forms that misaki makes of it) is as
there, if it has the reading that CMUdict has; where it differs by part of speech, as most often.
`data/misaki.parquet` lists what the rules here do not give: a phoneme has its symbol in `SYMBOLS`,
or depends on the sounds around it (`_reduced`, `_schwa`, `_consonant`). Of several primary stresses
the first stays, in an initialism the last, in a compound of words in CMUdict that of the heavier
half. A word without stress, as function words are, gets a secondary one for a capital. "the", "to",
"in" and "am" look at what is said behind them.
"""

from typing import Final

import pyarrow.parquet as pq

from pngnw.phonemize.alphabets.sounds import (
    CONSONANT,
    PAUSE,
    Rows,
    Sound,
    is_initialism,
    is_vowel,
    one_primary,
    sounds,
)
from pngnw.phonemize.arpabet import IPA_CONSONANTS, IPA_STRESS, Phonemes
from pngnw.phonemize.lexicon import DATA, load_cmudict

SYMBOLS: Final = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "W", "AY": "I", "EH": "ɛ", "ER": "ɜɹ",
    "EY": "A", "IH": "ɪ", "IY": "i", "OW": "O", "OY": "Y", "UH": "ʊ", "UW": "u",
} | IPA_CONSONANTS | {"CH": "ʧ", "JH": "ʤ"}  # fmt: skip
TABLE: Final = DATA / "misaki.parquet"
EMPTY: Final = "_"  # an empty row there
_BEFORE_R: Final = {"i": "ɪ", "u": "ʊ"}
_DIPHTHONGS: Final = frozenset("AIOWYʤʧ")  # and affricates: they weigh double
_VOWELS: Final = frozenset("AIOWYiuæɑɔəɛɜɪʊʌᵻɐ")
# Words that look at what is behind them, or are not as in the lexicon: what CMUdict has, and the
# rows before a consonant, a vowel and a pause.
WORDS: Final[dict[tuple[str, str], tuple[Rows, Rows, Rows]]] = {
    ("the", "DH AH0"): (("ð", "ə"), ("ð", "i"), ("ð", "ə")),
    ("to", "T UW1"): (("t", "ə"), ("t", "ʊ"), ("t", "u")),
    ("in", "IH0 N"): (("ɪ", "n"), ("ɪ", "n"), ("ˈɪ", "n")),
    ("am", "AE1 M"): (("ɐ", "m"), ("ɐ", "m"), ("ˈæ", "m")),
    ("a", "AH0"): (("ɐ",),) * 3,
    ("an", "AE1 N"): (("ɐ", "n"),) * 3,
    ("i", "AY1"): (("ˌI",),) * 3,
}


class Misaki:
    """Spells words."""

    def __init__(self) -> None:
        table = pq.ParquetFile(TABLE).read(use_threads=False)
        words, rows, pause = (table[name].to_pylist() for name in ("word", "rows", "pause"))
        self.listed: dict[str, str] = dict(zip(words, rows, strict=True))
        self._before_pause: dict[str, str] = {
            word: row for word, row in zip(words, pause, strict=True) if row
        }
        self._cmudict = load_cmudict()  # the readings that the lexicon's entries are of

    def __call__(self, word: str, phonemes: Phonemes, behind: int) -> Rows:
        """A row for each phoneme; `behind` is what is said behind the word."""
        key, reading = word.lower(), " ".join(phonemes)
        if several := WORDS.get((key, reading)):
            return several[behind]
        parts = word.split("-")
        lines = [self._cmudict.get(part.lower(), "") for part in parts]
        if len(parts) > 1 and " ".join(lines) == reading:
            return _compound(
                [
                    self(part, tuple(line.split()), CONSONANT)
                    for part, line in zip(parts, lines, strict=True)
                ]
            )
        listed = self.listed.get(key)
        if listed and lines[0] == reading:
            if behind == PAUSE and key in self._before_pause:
                listed = self._before_pause[key]
            rows = tuple("" if row == EMPTY else row for row in listed.split(" "))
        else:
            rows = by_rule(phonemes, word)
        return rows if word == key else _with_capital(rows, word.isupper() and len(word) > 1)


def _compound(parts: list[Rows]) -> Rows:
    """The rows of all parts, the lighter half of them with a secondary stress if most are stressed.

    Source: misaki/en.py, G2P.resolve_tokens.
    """
    texts = ["".join(rows) for rows in parts]
    stressed = sum("ˈ" in text for text in texts)
    if stressed > (len(parts) + 1) // 2:
        weights = [sum(1 + (char in _DIPHTHONGS) for char in text) for text in texts]
        order = sorted(range(len(parts)), key=lambda at: ("ˈ" in texts[at], weights[at], at))
        for at in order[: len(parts) // 2]:
            parts[at] = tuple(row.replace("ˌ", "").replace("ˈ", "ˌ") for row in parts[at])
    return tuple(row for rows in parts for row in rows)


def _with_capital(rows: Rows, all_capitals: bool) -> Rows:
    """A word without stress gets a secondary one for its capital; in capitals alone, a primary."""
    text = "".join(rows)
    if "ˈ" in text or (not all_capitals and "ˌ" in text):
        return rows
    if "ˌ" in text:
        at = next(at for at, row in enumerate(rows) if "ˌ" in row)
        return (*rows[:at], rows[at].replace("ˌ", "ˈ"), *rows[at + 1 :])
    for at, row in enumerate(rows):
        for place, char in enumerate(row):
            if char in _VOWELS:
                mark = "ˈ" if all_capitals else "ˌ"
                return (*rows[:at], f"{row[:place]}{mark}{row[place:]}", *rows[at + 1 :])
    return rows


def by_rule(phonemes: Phonemes, word: str) -> Rows:
    """A row for each phoneme of a word that no lexicon lists."""
    return tuple(
        _symbol(sound) for sound in sounds(one_primary(phonemes, first=not is_initialism(word)))
    )


def _symbol(sound: Sound) -> str:
    phoneme = sound.phoneme
    if not is_vowel(phoneme):
        return _consonant(sound)
    reduced = _reduced(sound)
    if reduced is not None:
        return reduced
    symbol = SYMBOLS[phoneme[:-1]]
    if sound.behind == "R":
        symbol = _BEFORE_R.get(symbol, symbol)
    return IPA_STRESS[phoneme[-1]] + symbol


def _reduced(sound: Sound) -> str | None:
    """What a vowel without stress is, where it is not what it is with stress."""
    first, before, phoneme, behind, third = sound
    match phoneme:
        case "ER0":
            return "əɹ"
        case "UW0" | "UW2" if behind[-1:] == "0":
            return "əw"
        case "IH0" | "AH0" if sound.is_of_ending:
            return "ᵻ"
        case "AH0":
            return _schwa(sound)
        case "IH0" if behind in ("NG", "SH") or sound.ends_in in ("K", "V", "JH", "G"):
            return "ɪ"
        case "IH0" if behind in ("K", "V", "G") and third in ("S", "Z"):
            return "ɪ"
        case "IH0" if behind == "S" and not first and before in ("D", "M"):
            return "ɪ"
        case "IH0" | "IH2" | "EH0" if not before and behind == "N":
            return "ɪ"
        case "IH2" | "EH0" if not before and behind == "M":
            return "ɪ"
        case "IH0":
            return "ə"
        case "IY0" if before == "R" and not first and behind and not is_vowel(behind):
            return "ə"
        case "EH0" if (behind, third) in (("K", "S"), ("G", "Z")):
            return "ɪ"
    return None


def _schwa(sound: Sound) -> str:
    first, before, _, behind, third = sound
    if not before and behind == "N" and third and not is_vowel(third):
        return "ˌʌ"
    if sound.ends_in == "JH":
        return "ɪ"
    if behind == "N" and before in ("T", "D", "M"):
        return "" if before == "T" and is_vowel(first) else "ᵊ"
    if behind == "L" and third in ("", "Z", "S", "D", "IY0"):
        return "ə" if before in ("R", "L", "Y", "") or is_vowel(before) else "ᵊ"
    return "ə"


def _consonant(sound: Sound) -> str:
    if sound.is_flapped:
        return "T"
    if sound.phoneme == "SH" and sound.before == "N" and sound.behind[-1:] == "0":
        return "ʧ"
    if sound[1:] == ("IH0", "K", "L", "IY0"):
        return "kᵊ"
    return SYMBOLS[sound.phoneme]

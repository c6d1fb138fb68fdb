"""The look-up key of a word: its spelling in lower-case a-z, digits, apostrophe, hyphen and dot.

Accents and ligatures are taken apart (Unicode NFKD); Latin letters without a decomposition, Greek
and Cyrillic go through a fixed table.
"""

import unicodedata
from typing import Final

from pngnw.phonemize.tokenizer import APOSTROPHES, HYPHENS

_LATIN: Final = {
    "æ": "ae", "œ": "oe", "ø": "o", "ß": "ss", "ð": "th", "þ": "th", "ł": "l", "đ": "d", "ħ": "h",
    "ı": "i", "ĸ": "k", "ŋ": "ng", "ŧ": "t", "ə": "e", "ʻ": "'", "ʾ": "'", "ʿ": "'", "ƒ": "f",
}  # fmt: skip
_GREEK: Final = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i",
    "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s",
    "ς": "s", "τ": "t", "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_CYRILLIC: Final = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y",
    "ь": "", "э": "e", "ю": "yu", "я": "ya", "є": "ye", "і": "i", "ђ": "dj", "ћ": "c", "џ": "dz",
    "љ": "lj", "њ": "nj", "ј": "j",
}  # fmt: skip
_MARKS: Final = dict.fromkeys(APOSTROPHES + "\u2018", "'") | dict.fromkeys(HYPHENS, "-")
_TABLE: Final = str.maketrans(_LATIN | _GREEK | _CYRILLIC | _MARKS)
_KEY: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789'-.")


def lookup_key(word: str) -> str | None:
    """The key of a word, or None when it holds a letter that has no Latin counterpart here.

    The key of a key is the key itself.
    """
    if word.isascii():
        key = word.lower()
    else:
        apart = unicodedata.normalize("NFKD", word.lower())
        bare = "".join(char for char in apart if unicodedata.category(char) != "Mn")
        key = "".join(_digit(char) for char in bare.lower().translate(_TABLE))
    return key if _KEY.issuperset(key) and not key.isspace() and key else None


def greek_name(word: str) -> str | None:
    """The name of a single Greek letter ("α" is "alpha"), else None."""
    if len(word) != 1 or not "\u0370" <= word <= "\u03ff":
        return None
    name = unicodedata.name(word, "").split()
    return name[3].lower() if name[:1] == ["GREEK"] and name[2:3] == ["LETTER"] else None


def _digit(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)

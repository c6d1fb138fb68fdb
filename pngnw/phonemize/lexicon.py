"""Look-up keys, and pronunciations by look-up: CMUdict, and the user's own lexicon, which wins.

A word's key is its spelling in lower-case a-z, digits, apostrophe, hyphen and dot: accents and
ligatures are taken apart (Unicode NFKD); Latin letters without a decomposition, Greek and Cyrillic
go through a fixed table. A word has the first pronunciation that a lexicon lists, as in g2p_en. The
user's lexicon is checked symbol by symbol; it also gives the possessives of its words.
Format of the user's file: `word PH ON EMES`, one a line; variants `word(2)`, comments behind `#` or
`;;;`. CMUdict is shipped as data (`data/LICENSE.cmudict`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from pngnw.core.errors import UserError
from pngnw.phonemize.arpabet import SYMBOLS, VOWELS, Phonemes, ending_sound
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


DATA: Final = Path(__file__).parent / "data"
CMUDICT: Final = DATA / "cmudict.parquet"
_VARIANT: Final = re.compile(r"\(\d+\)$")


class Lexicon:
    """Look-up keys to phonemes, stored as one string with a space between phonemes."""

    def __init__(self, entries: dict[str, str]) -> None:
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def updated(self, other: "Lexicon") -> "Lexicon":
        """These entries and those of `other`, which win."""
        return Lexicon(self._entries | other._entries)

    def without(self, keys: Iterable[str]) -> "Lexicon":
        """All entries but those of some keys."""
        entries = self._entries.copy()
        for key in keys:
            entries.pop(key, None)
        return Lexicon(entries)

    def line(self, key: str) -> str | None:
        """The phonemes of a look-up key with a space between them, or None."""
        return self._entries.get(key)

    def get(self, key: str) -> Phonemes | None:
        """The phonemes of a look-up key, or None."""
        line = self._entries.get(key)
        return None if line is None else tuple(line.split())


def load_cmudict() -> Lexicon:
    """The first entry of each of CMUdict's 126,052 words."""
    table = pq.ParquetFile(CMUDICT).read(use_threads=False)
    words, phonemes = (table[name].to_pylist() for name in ("word", "phonemes"))
    return Lexicon(dict(zip(words, phonemes, strict=True)))


def load_user(path: Path) -> Lexicon:
    """A lexicon of the user's in CMUdict format, and the possessives of its words.

    Capitals, accents and the kind of apostrophe or hyphen do not matter. Of several entries of one
    word, `word(2)` among them, the first counts.

    Raises:
        UserError: the file cannot be read, or a line holds no phonemes, a word that cannot be
            looked up, or a symbol that is not ARPAbet; names file, line and symbol.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
    except OSError as error:
        raise UserError(
            f"phonemize.lexicon = {path}: {error.strerror}; name a file (lexicon.dict is empty)"
        ) from None
    entries: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith(";;;") or not line.partition("#")[0].strip():
            continue
        word, *phonemes = line.partition("#")[0].split()
        key = lookup_key(_VARIANT.sub("", word))
        if key is None:
            raise UserError(f"{path}:{number}: {word!r} cannot be looked up; use Latin letters")
        if not phonemes:
            raise UserError(f"{path}:{number}: {word!r} has no phonemes; write e.g. `cat K AE1 T`")
        for symbol in phonemes:
            if symbol not in SYMBOLS:
                raise UserError(f"{path}:{number}: {symbol!r} in {word!r}: {_remedy(symbol)}")
        entries.setdefault(key, " ".join(phonemes))
    return Lexicon(_possessives(entries) | entries)


def _possessives(entries: dict[str, str]) -> dict[str, str]:
    """The possessives of all words but those that end in an apostrophe or in 's already."""
    possessives: dict[str, str] = {}
    for key, line in entries.items():
        if not key.endswith(("'", "'s")):
            possessives[f"{key}'s"] = " ".join((line, *ending_sound(tuple(line.split()), "s")))
            if key.endswith("s"):
                possessives[f"{key}'"] = line
    return possessives


def _remedy(symbol: str) -> str:
    upper = symbol.upper()
    if upper in VOWELS:
        return f"a vowel needs its stress, write {upper}0, {upper}1 or {upper}2"
    if upper in SYMBOLS:
        return f"write {upper}"
    return "not an ARPAbet symbol of CMUdict"

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
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from pngnw.core.errors import UserError
from pngnw.phonemize.arpabet import ending_sound, parse
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
Lexicon = Mapping[str, str]  # look-up keys to phonemes with a space between them


@cache
def load_cmudict() -> Lexicon:
    """The first entry of each of CMUdict's 126,052 words; read once."""
    table = pq.ParquetFile(CMUDICT).read(use_threads=False)
    words, phonemes = (table[name].to_pylist() for name in ("word", "phonemes"))
    return dict(zip(words, phonemes, strict=True))


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
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith(";;;") and line.partition("#")[0].strip():
            word, *phonemes = line.partition("#")[0].split(maxsplit=1)
            rows.append((f"{path}:{number}", _VARIANT.sub("", word), "".join(phonemes)))
    return _user_lexicon(rows)


def user_lexicon(entries: Mapping[str, str]) -> Lexicon:
    """The same from words and their phonemes; `UserError` names the word and the symbol."""
    return _user_lexicon([("lexicon", word, phonemes) for word, phonemes in entries.items()])


def _user_lexicon(rows: Iterable[tuple[str, str, str]]) -> Lexicon:
    """A lexicon from places, words and phonemes."""
    entries: dict[str, str] = {}
    for place, word, line in rows:
        key = lookup_key(word)
        if key is None:
            raise UserError(f"{place}: {word!r} cannot be looked up; use Latin letters")
        try:
            phonemes = parse(line)
        except ValueError as error:
            raise UserError(f"{place}: {word!r}: {error.args[1]}; as in `cat K AE1 T`") from None
        entries.setdefault(key, " ".join(phonemes))
    return _possessives(entries) | entries


def _possessives(entries: dict[str, str]) -> dict[str, str]:
    """The possessives of all words but those that end in an apostrophe or in 's already."""
    possessives: dict[str, str] = {}
    for key, line in entries.items():
        if not key.endswith(("'", "'s")):
            possessives[f"{key}'s"] = " ".join((line, *ending_sound(tuple(line.split()), "s")))
            if key.endswith("s"):
                possessives[f"{key}'"] = line
    return possessives

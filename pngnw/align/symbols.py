"""The fixed token vocabulary: specials, punctuation marks, letters and phonemes.

Guarantees: ids never depend on a corpus; every kind of symbol is one contiguous block of ids, so
that a random replacement can be drawn from a block and a token's kind can be read off its id.
A mark inside a word (don't, red-haired, U.S.) is a *letter* with an id of its own: the apostrophe
of "don't" is spelling, the quotation mark beside a word is punctuation.
"""

import string
import unicodedata
from collections.abc import Sequence
from itertools import accumulate, chain, pairwise

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


class Tokens:
    """A vocabulary of four contiguous blocks of ids, in this order."""

    def __init__(
        self,
        specials: Sequence[str],
        punctuation: Sequence[str],
        letters: Sequence[str],
        phonemes: Sequence[str],
    ) -> None:
        blocks = (specials, punctuation, letters, phonemes)
        bounds = pairwise(accumulate(map(len, blocks), initial=0))
        self.specials, self.punctuation, self.letters, self.phonemes = (
            range(start, end) for start, end in bounds
        )
        self.symbols = tuple(chain(*blocks))
        self._ids = {symbol: number for number, symbol in enumerate(self.symbols)}
        self.pad, self.unk = self.id("<pad>"), self.id("<unk>")

    def __len__(self) -> int:
        return len(self.symbols)

    def id(self, symbol: str) -> int:
        """Id of a symbol spelled exactly as in `symbols`; KeyError for any other string."""
        return self._ids[symbol]

    def letter(self, character: str) -> int:
        """Id of one character inside a word: case folded, else its base letter, else <unk>."""
        character = TWINS.get(character, character)
        token = self._in(self.letters, INNER_MARKS.get(character, character.lower()))
        if token == self.unk:
            base = unicodedata.normalize("NFKD", character)[:1].lower()
            token = self._in(self.letters, base)
        return token

    def mark(self, character: str) -> int:
        """Id of one punctuation character standing as a word of its own, else <unk>."""
        return self._in(self.punctuation, character)

    def phoneme(self, symbol: str) -> int:
        """Id of an ARPAbet symbol with stress ("AH0", "K"), else <unk>."""
        return self._in(self.phonemes, symbol)

    def _in(self, block: range, symbol: str) -> int:
        token = self._ids.get(symbol, self.unk)
        return token if token in block else self.unk


TOKENS = Tokens(SPECIALS, MARKS, LETTERS, ARPABET)

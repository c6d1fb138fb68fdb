"""Alphabets: the phonemes of words in the symbols that synthesizers take.

`ipa` is broad American IPA; `espeak` what espeak-ng 1.52 prints for en-us, which VITS, Piper and
StyleTTS2 take; `misaki` what misaki prints, which Kokoro takes. Guarantees: a row of symbols for
every phoneme, so whatever goes by phonemes still lines up; a phoneme that the target leaves out has
an empty row, and what it adds is in the row beside. `espeak` has none but symbols of StyleTTS2,
`misaki` none but Kokoro's: a mark that they lack has an empty row.

Spelled is each distinct reading before each kind of sound, not each word of a text; letters in the
names of arrays as in `pngnw.phonemize.receipts`: R texts, W words.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np

from pngnw.core.errors import UserError
from pngnw.phonemize.alphabets import espeak, ipa
from pngnw.phonemize.alphabets.misaki import Misaki
from pngnw.phonemize.alphabets.sounds import CONSONANT, PAUSE, VOWEL, Rows, is_vowel
from pngnw.phonemize.arpabet import SYMBOLS, Phonemes
from pngnw.phonemize.tokenizer import Ints

ARPABET: Final = "arpabet"
ALPHABETS: Final = (ARPABET, "ipa", "espeak", "misaki")
# A word, its phonemes, and what is said behind it, to a row for each phoneme.
Spell = Callable[[str, Phonemes, int], Rows]

# The marks that a target has; of all others, the one that means the same, or none.
_MARKS: Final = {"espeak": frozenset(';:,.!?¡¿—…"«»“”'), "misaki": frozenset(';:,.!?—…"()“”')}
_SAME: Final = (
    {"-": "—", "–": "—", "―": "—", "«": "“", "»": "”", "„": "“"}
    | dict.fromkeys("[{", "(")
    | dict.fromkeys("]}", ")")
)
_CLOSING: Final = frozenset(",.;:!?…)]}”»’")
_OPENING: Final = frozenset("([{“«¿¡‘")
_THROUGH: Final = frozenset("\"'“”‘’«»()[]{}")  # marks without a pause
_SILENT: Final = 3
REMEMBERED: Final = 200_000  # spelled words


class Spelled(NamedTuple):
    """Readings in an alphabet.

    Attributes:
        rows: of every reading, a row of symbols for each phoneme.
        reading: of which reading of the phonemizer each is.
        reading_W: which of them each word has.
    """

    rows: list[Rows]
    reading: Ints
    reading_W: Ints


@cache
def spelling(alphabet: str) -> Spell:
    """How one of `ALPHABETS` spells words and marks; made once for all.

    Raises:
        UserError: there is no such alphabet.
    """
    match alphabet:
        case "arpabet":
            return lambda word, phonemes, behind: phonemes
        case "ipa":
            return _with_marks(ipa.spell, None)
        case "espeak":
            return _with_marks(espeak.spell, _MARKS[alphabet])
        case "misaki":
            return _with_marks(Misaki(), _MARKS[alphabet])
    raise UserError(
        f"alphabet = {alphabet}: there is none of this name; {', '.join(ALPHABETS)} are"
    )


def _with_marks(spell: Spell, marks: frozenset[str] | None) -> Spell:
    @lru_cache(maxsize=REMEMBERED)
    def spell_word(word: str, phonemes: Phonemes, behind: int) -> Rows:
        if not phonemes or phonemes[0] in SYMBOLS:
            return spell(word, phonemes, behind)
        if marks is None:
            return phonemes
        known = (mark if mark in marks else _SAME.get(mark, "") for mark in phonemes)
        return tuple(mark if mark in marks else "" for mark in known)

    return spell_word


def spell_all(
    words: Sequence[str], readings: Sequence[str], reading_W: Ints, bounds_R: Ints, spell: Spell
) -> Spelled:
    """The words of R texts in an alphabet.

    Args:
        words, readings: of every reading, the word and its phonemes with a space between them.
        reading_W, bounds_R: as in `pngnw.phonemize.receipts.Receipts`.
        spell: how, see `spelling`.
    """
    behind_W = _behind(np.array(list(map(_begins_with, readings)), np.int64)[reading_W], bounds_R)
    code_W = reading_W * _SILENT + behind_W
    used = np.zeros(len(readings) * _SILENT, bool)
    used[code_W] = True
    codes = np.flatnonzero(used)
    reading, behind = np.divmod(codes, _SILENT)
    rows = [
        spell(words[at], tuple(readings[at].split()), sound)
        for at, sound in zip(reading.tolist(), behind.tolist(), strict=True)
    ]
    return Spelled(rows, reading, (np.cumsum(used) - 1)[code_W])


def _begins_with(reading: str) -> int:
    """What a neighbor in front hears of a reading."""
    first = reading.partition(" ")[0]
    if first in SYMBOLS:
        return VOWEL if is_vowel(first) else CONSONANT
    return _SILENT if not first or first in _THROUGH else PAUSE


def _behind(begins_W: Ints, bounds_R: Ints) -> Ints:
    """What is said behind each word; behind the last of a text there is a pause."""
    count = len(begins_W)
    at_W = np.where(begins_W == _SILENT, count, np.arange(count))
    next_W = np.minimum.accumulate(np.r_[at_W[1:], count][::-1])[::-1]
    last_W = np.repeat(bounds_R[1:], np.diff(bounds_R))
    return np.where(next_W < last_W, np.r_[begins_W, PAUSE][np.minimum(next_W, count)], PAUSE)


def join(words: Iterable[Rows]) -> str:
    """The words of a text as a synthesizer takes them: symbols, a space between two words.

    There is none in front of a closing mark, or behind an opening one; straight quotation marks
    open and close in turn.
    """
    text, apart, quoted = "", False, False
    for rows in words:
        word = "".join(rows)
        if not word:
            continue
        closes = word in _CLOSING or (word == '"' and quoted)
        text += " " + word if apart and not closes else word
        quoted ^= word == '"'
        apart = not (word in _OPENING or (word == '"' and quoted))
    return text

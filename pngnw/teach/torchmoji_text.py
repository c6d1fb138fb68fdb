"""torchMoji's text side: words as the reference cuts them, and their numbers in its vocabulary.

Guarantees: word for word and number for number what the reference yields, its oddities included:
letters match without regard to case everywhere (its one `(?i)` lies inside an alternative and
governs the whole pattern), "www.a.com" is shortened to "ww.a.com" before URLs are looked for,
Unicode punctuation becomes ASCII letter by letter while other Unicode stays. Two differences: no
padding, and a text of white space alone has no words (the reference stops there).

Shortening runs of three and more ("sooo", "...") is what the weights were trained with: their
vocabulary has "soo" and ".." and not "sooo" or "...". The reference does it under Python 2 only,
because it asks each word to `.decode`; `fold_repeats=False` reads like the reference under
Python 3.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from pngnw.core.errors import UserError

UNKNOWN: Final = 1
PUBLISHED_LENGTH: Final = 30  # words, in the reference's examples and the exported ONNX files

AT: Final = "CUSTOM_AT"
URL: Final = "CUSTOM_URL"
NUMBER: Final = "CUSTOM_NUMBER"
BREAK: Final = "CUSTOM_BREAK"

_LETTERS = "[a-zA-Z]+"
_NAME = "[a-zA-Z0-9_]+"
_MENTION = f"@{_NAME}"
_URL = r"(?:https?://|www\.)[!$-_a-zA-Z]+"
_MARKS = "()<!?.,/\\'\"-_=§|´ˇ°[]{}>~$^&*;:%+€`"

# In the order in which they are tried; the first that fits wins, also where a later one is longer.
_KINDS = (
    _URL,
    r"\b[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+\b",  # mail addresses
    f"{_LETTERS}[-_]{_LETTERS}",  # red-haired, CUSTOM_BREAK
    f"#{_NAME}",
    _MENTION,
    r"(?:<+/?3+)+",  # hearts, whole and broken
    r"-_-|\^_\^|o\.o|[()][:;]|\):",  # emoticons without a fixed build
    r"(?:>:|[:=;])[-,^'\"]?(?:d+|p+|v+|\)+|o+|\(+|3+|/+|\|+|\\+)",  # eyes, nose, mouth
    f"{_LETTERS}'{_LETTERS}",  # don't
    r"(?:mr|ms|mrs|dr|prof)\.",
    r"\b(?<!\.)(?:[a-zA-Z]\.){2,}",  # a.m.
    "[0-9]+",
    _LETTERS,
    *(re.escape(mark) + "+" for mark in _MARKS),
    rf"#+(?=#{_NAME})|@+(?=@{_NAME})|#+|@+",  # ##tag is # and #tag
    r"\S",
)
_WORD = re.compile("|".join(_KINDS), re.IGNORECASE)
_HAS_MENTION = re.compile(_MENTION)
_HAS_URL = re.compile(_URL)
_RUN = re.compile(r"(.)\1{2,}", re.DOTALL)
# Written out as well as real, however often the backslash was doubled on the way.
_LINE_BREAKS = ("\\\\n", "\\n", "\n", "\\\\r", "\\r", "\r", "<br>")
_VARIATION_SELECTORS = dict.fromkeys(range(0xFE00, 0xFE10))


def words(text: str, *, fold_repeats: bool = True) -> list[str]:
    """The words of a text in order, special tokens put in; empty if the text is blank."""
    text = text.strip().lower()
    for line_break in _LINE_BREAKS:
        text = text.replace(line_break, f" {BREAK} ")
    text = text.translate(_VARIATION_SELECTORS)
    text = " ".join(ascii_punctuation(word) for word in text.split())
    return [_special(shortened(word) if fold_repeats else word) for word in raw_words(text)]


def raw_words(text: str) -> list[str]:
    """The words by the published expressions alone: nothing is lowered, folded or replaced."""
    return _WORD.findall(text)


def ascii_punctuation(word: str) -> str:
    """The word in NFKC, each character that stands for ASCII punctuation replaced by it."""
    if word.isascii():
        return word
    return unicodedata.normalize("NFKC", word).translate(_punctuation_table())


@cache
def _punctuation_table() -> dict[int, str]:
    """What text-unidecode 1.0 makes ASCII punctuation of, for `str.translate`."""
    path = Path(__file__).with_name("punctuation.json")
    table: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return {ord(character): ascii for ascii, many in table.items() for character in many}


def shortened(word: str) -> str:
    """An ASCII word with its runs of three and more cut to two, as the reference does it.

    It replaces every run wherever it occurs, also inside longer ones: "wooohoooo" becomes
    "woohooo", which the published vocabulary has.
    """
    if not word.isascii():
        return word
    short = word
    for run in _RUN.finditer(word):
        short = short.replace(run.group(), run.group()[:2])
    return short


def _special(word: str) -> str:
    """The special token that stands for a word, or the word."""
    if word.isdecimal():
        return NUMBER
    if _HAS_MENTION.search(word):
        return AT
    return URL if _HAS_URL.search(word) else word


class Vocabulary:
    """Numbers for words; a word that it lacks gets `UNKNOWN`.

    Args:
        ids: word to number; 0 is the mask and belongs to no word of a text.
        max_tokens: later words of a text are not read.
        fold_repeats: see `words`.
    """

    def __init__(
        self, ids: dict[str, int], max_tokens: int = PUBLISHED_LENGTH, fold_repeats: bool = True
    ) -> None:
        self._ids = ids
        self._max_tokens = max_tokens
        self._fold_repeats = fold_repeats
        self.size = max(ids.values(), default=UNKNOWN) + 1

    @classmethod
    def read(
        cls, path: Path, max_tokens: int = PUBLISHED_LENGTH, fold_repeats: bool = True
    ) -> "Vocabulary":
        """Read a `vocabulary.json`: one object, word to number.

        Raises:
            UserError: it is not such a file.
        """
        try:
            ids = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:  # broken UTF-8 and broken JSON are ValueErrors
            raise UserError(f"{path}: not a vocabulary.json ({error})") from None
        if not isinstance(ids, dict) or not all(type(n) is int and n >= 0 for n in ids.values()):
            raise UserError(f"{path}: not a vocabulary.json: it must map words to numbers")
        return cls(ids, max_tokens, fold_repeats)

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Numbers of the first `max_tokens` words of each text; none for a blank one."""
        return [
            [
                self._ids.get(word, UNKNOWN)
                for word in words(text, fold_repeats=self._fold_repeats)[: self._max_tokens]
            ]
            for text in texts
        ]

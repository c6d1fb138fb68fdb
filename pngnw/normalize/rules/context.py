"""What stands around a match, and patterns that many rules share."""

import re

from pngnw.normalize.tables.abbreviations import OPENERS
from pngnw.normalize.tables.words import words

NUMBER_REST = r"(?:[0-9]{0,2}(?:,[0-9]{3})+(?![0-9])|[0-9]*)(?:\.[0-9]+)?"
NUMBER = f"[0-9]{NUMBER_REST}"
# A number with nothing glued in front; the digit comes first because that is found fastest.
FREE_NUMBER = rf"[0-9](?<![\w.][0-9]){NUMBER_REST}"
_NEXT = re.compile(r"\s?([^\W\d_]+)")
_ARTICLE = re.compile(r"(?:^|\s)[Aa]n?\s$")
_NO_NOUN = words("a an and as at but by for from in is of on or per that the to was were")
_CLOSED = re.compile(r"[\"') ]*\Z")
# Characters: a rule looks at so many for each match, however long the text.
_LOOK_BACK = 60
_LOOK_AHEAD = 200


def after(match: re.Match[str]) -> str:
    """The first characters behind a match."""
    return match.string[match.end() : match.end() + _LOOK_AHEAD]


def before(match: re.Match[str], group: str | int = 0) -> str:
    """The last characters in front of a match."""
    return match.string[max(match.start(group) - _LOOK_BACK, 0) : match.start(group)]


def next_word(match: re.Match[str]) -> str:
    """The word right behind a match, or ""."""
    found = _NEXT.match(match.string, match.end())
    return found[1] if found else ""


def last_word(text: str) -> str:
    """The last word of a text, or ""."""
    word = text.rstrip(" ,(-").rpartition(" ")[2].lstrip("\"'(")
    return word if word.isalpha() else ""


def ends_text(match: re.Match[str]) -> bool:
    """Whether nothing but closing marks follows."""
    return _CLOSED.match(match.string, match.end()) is not None


def ends_sentence(match: re.Match[str]) -> bool:
    """Whether the text ends here, or a word follows that opens a sentence."""
    return ends_text(match) or (after(match)[:1] == " " and next_word(match) in OPENERS)


def is_attribute(match: re.Match[str]) -> bool:
    """Whether an amount stands between an article and a noun, as in "a five dollar bill"."""
    noun = next_word(match)
    return noun.islower() and noun not in _NO_NOUN and _ARTICLE.search(before(match)) is not None


def apart(match: re.Match[str], reading: str) -> str:
    """`reading`, with a space where the match touches a letter: "MP3" is "MP three"."""
    left = match.string[match.start() - 1 : match.start()] if match.start() else ""
    right = match.string[match.end() : match.end() + 1]
    return " " * left.isalnum() + reading + " " * right.isalnum()

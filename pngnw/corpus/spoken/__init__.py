"""Written text to spoken form: numbers, money, abbreviations and symbols become words.

Guarantees, for any string: no digit is left; only Latin letters, single spaces and the marks
`. , ; : ! ? " ' ( ) -` are left; every code point knows the source span it came from, in order;
speaking a second time changes nothing; it never raises. It trades away correctness on ambiguous
cases ("1500 men" is read like a year) for tables that can be read and extended.
"""

import re

from pngnw.corpus.spoken.folding import fold
from pngnw.corpus.spoken.rules import RULES
from pngnw.corpus.spoken.spans import Spoken, rewrite, unchanged
from pngnw.corpus.spoken.tables import ABBREVIATED, NUMBERED_BEFORE_ROMAN, TITLES
from pngnw.corpus.spoken.tidying import tidy

__all__ = ["Spoken", "speak"]

PASSES = 6
_PLAIN = re.compile(r"""[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ.,;:!?"'() \-]*""")
_UNTIDY = re.compile(
    r"""  | [.,;:!?)]|\([ ,;:]|\w\(|\)\w|^[ ,;:-]|[ -]$|([.,;:!?"'])\1|[,;:!?]\w|\w\w\.\w"""
    r"""|(?<=\w)-(?!\w)|(?<![\w'])-(?![ "')])|['"(] ?- """
)
_DOTTED = re.compile(rf"\b(?:{ABBREVIATED})\.|\b[A-Za-z]\.[A-Za-z]\b")
_UNDOTTED = re.compile(
    rf"\b(?:{TITLES})\s|\b[IVXL]{{2,}}\b|\b(?:{NUMBERED_BEFORE_ROMAN})\s[IVX]\b", re.IGNORECASE
)


def speak(text: str) -> Spoken:
    """The spoken form of `text`, with the source span of every code point of it."""
    spoken = unchanged(text)
    for _ in range(PASSES):  # a pass can bring two pieces together that the next one rewrites
        if _is_spoken(spoken.text):
            return spoken
        before = spoken.text
        spoken = fold(spoken)
        for rule in RULES:
            spoken = rewrite(spoken, rule.pattern, rule.say)
        spoken = tidy(spoken)
        if spoken.text == before:
            return spoken
    return spoken


def _is_spoken(text: str) -> bool:
    """Whether no rule can apply: the quick way out for most sentences."""
    return (
        _PLAIN.fullmatch(text) is not None
        and _UNTIDY.search(text) is None
        and ("." not in text[:-1] or _DOTTED.search(text) is None)
        and _UNDOTTED.search(text) is None
    )

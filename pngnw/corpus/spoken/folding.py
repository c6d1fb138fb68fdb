"""Unicode to the small alphabet the rules know, without ever gluing two words together.

Dashes, slashes and separators become something that still separates; marks that are invisible
inside a word (soft hyphen, joiners, bidirectional controls) vanish. Source: Unicode NFC and NFKC
(UAX 15) character by character, with exceptions in `tables`.
"""

import re
import unicodedata
from functools import lru_cache

from pngnw.corpus.spoken.spans import Spoken, rewrite
from pngnw.corpus.spoken.tables import FOLDED, GREEK

_FOREIGN = re.compile(r"[^\x20-\x7eÀ-ÖØ-öø-ɏḀ-ỿ][̀-ͯ]*|[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ][̀-ͯ]+")
_KEPT = re.compile(r"[\x20-\x7eÀ-ÖØ-öø-ɏḀ-ỿ£€¥°]*")
_DASHES = re.compile(r"(?<=\d)(?:[–—‒−]|\s[–‒−]\s)(?=[$£€¥]?\d)")
_COMPOUND = re.compile(r"(?<=[^\W\d_])–(?=[^\W\d_])")
_GREEK_LETTER = re.compile(r"(?<![Ͱ-Ͽἀ-῿])[Ͱ-Ͽ](?![Ͱ-Ͽἀ-῿])")


def fold(spoken: Spoken) -> Spoken:
    """Fold every character outside ASCII and the Latin letters."""
    if spoken.text.isascii():
        if spoken.text.isprintable():
            return spoken
        return rewrite(spoken, _FOREIGN, lambda match: fold_character(match[0]))
    spoken = rewrite(spoken, _DASHES, lambda match: "-")
    spoken = rewrite(spoken, _COMPOUND, lambda match: "-")
    spoken = rewrite(spoken, _GREEK_LETTER, lambda match: GREEK.get(match[0].lower()))
    return rewrite(spoken, _FOREIGN, lambda match: fold_character(match[0]))


@lru_cache(maxsize=4096)
def fold_character(character: str) -> str:
    """What stands for a character (with its combining marks): "" if invisible, " " if unknown."""
    if character in FOLDED:
        return FOLDED[character]
    composed = unicodedata.normalize("NFC", character)
    if len(composed) == 1 and _KEPT.fullmatch(composed):
        return composed
    plain = unicodedata.normalize("NFKC", composed[0])
    kept = "".join(FOLDED.get(part, part) for part in plain)
    if kept and _KEPT.fullmatch(kept):
        return kept
    digit = unicodedata.digit(composed[0], None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(composed[0]) in ("Cf", "Mn", "Me"):
        return ""
    if unicodedata.category(composed[0]) == "Pd":
        return " - "
    return " "


def is_speakable(text: str) -> bool:
    """Whether folding loses no letter: False for a script or symbol that has no reading here."""
    if text.isascii():
        return True
    text = _GREEK_LETTER.sub(lambda match: GREEK.get(match[0].lower(), match[0]), text)
    return all(
        fold_character(match[0]) != " " or unicodedata.category(match[0][0])[0] in "ZPC"
        for match in _FOREIGN.finditer(text)
    )

"""Unicode to the small alphabet the rules know, without ever gluing two words together.

Dashes, slashes and separators become something that still separates; marks that are invisible
inside a word (soft hyphen, joiners, bidirectional controls) vanish; what has no reading is found by
`spans_without_reading`. Source: Unicode NFC and NFKC (UAX 15) character by character, with the
exceptions in `_FOLDED`.
"""

import html
import re
import unicodedata
from functools import lru_cache

from pngnw.normalize.normalized_text import NormalizedText, rewrite
from pngnw.normalize.rule import LETTERS
from pngnw.normalize.rules.marks import SYMBOLS, TAG
from pngnw.normalize.rules.money import CURRENCIES

# Characters whose folding is not their NFKC form. Invisible inside a word: "". Separating: " ".
_FOLDED = {
    **dict.fromkeys("\t\n\v\f\r\x85\u00a0\u2028\u2029\u200b", " "),
    **dict.fromkeys("\u00ad\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e", ""),
    **dict.fromkeys("\u2066\u2067\u2068\u2069", ""),
    **dict.fromkeys("‘’‚‛′ʼʻ`´ʹ", "'"),
    **dict.fromkeys("“”„‟″«»‹›〝〞", '"'),
    **dict.fromkeys("‐‑", "-"),
    **dict.fromkeys("‒–—―⸺⸻", " - "),
    "−": "-",
    "…": "...",
    "⁄": "/",  # also inside the NFKC of ½
    "∕": "/",
    "²": " squared ",
    "³": " cubed ",
    "№": "number ",
    "º": "°",
    **dict.fromkeys("•·∙⋅¦│║▪■□▫●○◦‣▶►◆◇❖", " "),  # bullets and rules, which nobody reads
    "µ": "μ",
    "✕": "×",
}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma "
    "tau upsilon phi chi psi omega sigma"
)
_GREEK = {
    letter: f" {name} "
    for letter, name in zip("αβγδεζηθικλμνξοπρστυφχψως", _GREEK_NAMES.split(), strict=True)
}
_LATIN = LETTERS.removeprefix("A-Za-z")
_WITH_READING = frozenset((*SYMBOLS, *CURRENCIES))  # the rules know these
_FOREIGN = re.compile(rf"[^\x20-\x7e{_LATIN}][̀-ͯ]*|[{LETTERS}][̀-ͯ]+")
_ALLOWED = re.compile(rf"[\x20-\x7e{_LATIN}]*")
_HYPHENS = re.compile(  # dashes between numbers, and inside a compound
    r"(?<=[\d%°])(?:[–—‒−]|\s[–‒−]\s)(?=[$£€¥]?\d)|(?<=[^\W\d_])–(?=[^\W\d_])"
)
# A minus sign that is no dash: the exponent that lost its place in "10−7 moles", the ion O2−.
_MINUS = re.compile(r"(?<=\b10)−(?=[0-9]{1,2}\b(?!\s?=))|(?<=[A-Za-z0-9])−(?![\w$£€¥.])")
_GROUPS = re.compile(r"(?<![\d.,])\d{1,3}(?:[\u2009\u202f\u00a0]\d{3})+(?!\d)")
_GROUP_SPACE = re.compile(r"[\u2009\u202f\u00a0]")
_EXPONENT = re.compile(
    r"(?:(?<=[0-9)])|(?<=[\s/(][A-Za-z])|(?<=\s[A-Za-z]{2}))[⁻⁺]?[⁰¹²³⁴-⁹]+(?![⁰¹²³⁴-⁹])"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8}[0-9]{0,2});")
_GREEK_LETTER = re.compile(r"(?<![Ͱ-Ͽἀ-῿])[Ͱ-Ͽ](?![Ͱ-Ͽἀ-῿])")
_GREEK_WORD = re.compile(r"[Ͱ-Ͽἀ-῿]{2,}")
_CONTROL = ("Cc", "Cf")
MOST_MARKS = 16  # that are looked at behind a letter


def fold(normalized: NormalizedText) -> NormalizedText:
    """Fold every character outside ASCII, the Latin letters and the symbols that are words.

    An entity of HTML is the character that it stands for.
    """
    if "&" in normalized.text:
        normalized = rewrite(normalized, _ENTITY, _entity)
    if normalized.text.isascii() and normalized.text.isprintable():
        return normalized
    normalized = rewrite(normalized, _MINUS, _minus)
    normalized = rewrite(normalized, _HYPHENS, lambda match: "-")
    normalized = rewrite(normalized, _GROUPS, lambda match: _GROUP_SPACE.sub(",", match[0]))
    normalized = rewrite(normalized, _EXPONENT, _exponent)
    normalized = rewrite(normalized, _GREEK_WORD, lambda match: " ")
    normalized = rewrite(normalized, _GREEK_LETTER, _greek)
    return rewrite(normalized, _FOREIGN, lambda match: fold_character(match[0]))


def _entity(match: re.Match[str]) -> str | None:
    character = html.unescape(match[0])
    return None if character.endswith(";") else character  # of an unknown name


def _minus(match: re.Match[str]) -> str:
    return "^-" if match.string[match.end() : match.end() + 1].isdigit() else " minus "


def _exponent(match: re.Match[str]) -> str | None:
    return None if match[0] in ("²", "³") else f"^{match[0].translate(_SUPERSCRIPTS)}"


def _greek(match: re.Match[str]) -> str | None:
    return None if match[0] in _WITH_READING else _GREEK.get(match[0].lower())


@lru_cache(maxsize=4096)
def fold_character(character: str) -> str:
    """What stands for a character (with its combining marks): "" if invisible, " " if unknown."""
    if character in _FOLDED:
        return _FOLDED[character]
    # A letter has a few marks; to put thousands in order would take the square of the time.
    composed = unicodedata.normalize("NFC", character[:MOST_MARKS])
    if composed[0] in _WITH_READING or (len(composed) == 1 and _ALLOWED.fullmatch(composed)):
        return composed[0]
    plain = unicodedata.normalize("NFKC", composed[0])
    folded = "".join(_FOLDED.get(part, part) for part in plain)
    if folded and all(part in _WITH_READING or _ALLOWED.fullmatch(part) for part in folded):
        return f" {folded} " if "⁄" in plain else folded
    digit = unicodedata.digit(composed[0], None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(composed[0]) in ("Cf", "Mn", "Me"):
        return ""
    if unicodedata.category(composed[0]) == "Pd":
        return " - "
    return " "


def spans_without_reading(text: str) -> tuple[tuple[int, int], ...]:
    """Spans of tags, and of the letters, digits and symbols (runs of them) that folding loses.

    Punctuation, white space and control characters are no loss; emoji and other scripts are.
    """
    tags = [match.span() for match in TAG.finditer(text)] if "<" in text else []
    if text.isascii():
        return tuple(tags)
    outside = TAG.sub(lambda match: " " * len(match[0]), text) if tags else text
    return tuple(sorted((*_foreign_spans(outside), *tags)))


def _foreign_spans(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for match in _FOREIGN.finditer(text):
        start, end = match.span()
        follows = bool(spans) and spans[-1][1] == start
        if _is_lost(match[0]) and not _is_greek_letter(text, start):
            spans.append((spans.pop()[0] if follows else start, end))
        elif follows and unicodedata.category(match[0][0]) in ("Mn", "Mc", "Me", "Cf"):
            spans.append((spans.pop()[0], end))  # vowel signs, joiners, skin tones
    return spans


@lru_cache(maxsize=4096)
def _is_lost(character: str) -> bool:
    category = unicodedata.category(character[0])
    return (
        character not in _FOLDED
        and category[0] in "LNSC"
        and category not in _CONTROL
        and not fold_character(character).strip()
    )


def _is_greek_letter(text: str, at: int) -> bool:
    return text[at].lower() in _GREEK and _GREEK_LETTER.match(text, at) is not None

"""Roman numerals: which capitals are a number, and whether it is a cardinal or an ordinal.

"I", "MIX", "CIVIL" and the like stay words: a numeral needs a noun or a name in front of it.
"""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import any_of, rule
from pngnw.normalize.rules.context import after, before, last_word
from pngnw.normalize.tables import names

_SMALL = frozenset("IVX")  # single letters that may be numerals; C, D, L and M are not
_INITIAL = re.compile(r"\.\s[A-Z]")  # "Mark V. Fox"
_SIZES = frozenset({"XL", "XXX", "XX"})
_FIRST = re.compile(r"'s\b|,|;|\)|\sof\b|\s\(|$")
_NAME = re.compile(r"[A-Z][a-zà-ÿ]+")
_NOUNS = names.NUMBERED | names.NUMBERED_SMALL | {noun.upper() for noun in names.NUMBERED}
_PART = "|".join(sorted(_NOUNS))


def part(match: re.Match[str]) -> str | None:
    """Chapter IV as "Chapter four", Scene ii as "Scene two"."""
    numeral = match["it"]
    noun = _word_before(match).rstrip(".,")
    if noun not in _NOUNS:
        return None
    value = numbers.roman(numeral)
    if value is None or (len(numeral) == 1 and numeral.upper() not in _SMALL):
        return None
    if noun in names.NUMBERED_SMALL and (numeral == "I" or numeral in "ivx"):
        return None  # "in that chapter I said"
    if value >= 90 and noun.capitalize() not in names.LARGE and len(numeral) < 4:
        return None
    if noun == "War" and numeral == "I" and not before(match).endswith("World War"):
        return None
    return numbers.cardinal(value)


def ruler(match: re.Match[str]) -> str | None:
    """Henry VIII as "Henry the eighth", Apollo XI as "Apollo eleven"."""
    name, numeral = _word_before(match), match["it"]
    if len(numeral) == 1 and _INITIAL.match(after(match)):
        return None
    value = numbers.roman(numeral) if _NAME.fullmatch(name) else None
    if value is None:
        return None
    if name in names.REGNAL:
        if (name, numeral) in names.NOT_REGNAL or value >= 100:
            return None
        if numeral == "I" and not _is_first(match):
            return None
        return f"the {numbers.ordinal(value)}"
    if name in names.LARGE and len(numeral) > 1:
        return numbers.cardinal(value)
    if len(numeral) == 1:
        return numbers.cardinal(value) if name in names.SINGLE and numeral != "I" else None
    if value >= 90 or name in names.NO_NAME or numeral in _SIZES:
        return None
    return numbers.cardinal(value)


def _is_first(match: re.Match[str]) -> bool:
    """Whether the "I" behind a ruler's name is no pronoun."""
    if last_word(before(match).rpartition(" ")[0]) in names.RULERS:
        return not after(match).startswith((" am ", "'m ", "'ve ", " have ", "'ll "))
    return _FIRST.match(after(match)) is not None


def _word_before(match: re.Match[str]) -> str:
    return before(match).rpartition(" ")[2].lstrip("\"'(-")


def ordinal(match: re.Match[str]) -> str | None:
    """The XIX century as "the nineteenth century"."""
    value = numbers.roman(match["numeral"])
    return None if value is None else numbers.ordinal(value)


def year(match: re.Match[str]) -> str | None:
    """MCMXCIX as "nineteen ninety-nine"."""
    value = numbers.roman(match[0])
    return None if value is None else numbers.paired(value)


RULES = (
    rule(
        "numbered part",
        r" (?P<it>[IVXLCDMivxl]+)\b(?!['.]\w|-\w)",
        part,
        rf"(?:{_PART})[.,]* [IVXLCDMivxl]+(?-u:\b)",
        plain=True,
    ),
    rule(
        "ruler",
        r" (?P<it>[IVXL]{2,}|[VXI])\b(?!\.\w|'(?!s\b)|-\w)",
        ruler,
        (
            r"[A-Z][a-zà-ÿ]+ (?:[IVXL]{2,}|[VX])(?-u:\b)|[A-Z][a-zà-ÿ]+ I(?:'s|[,;)]| of| \(|$)"
            rf"|(?:{any_of(names.RULERS)})[ ,(-]* [\"'(-]*[A-Z][a-zà-ÿ]+ I(?-u:\b)"
        ),
        plain=True,
    ),
    rule(
        "ordinal",
        r"\b(?P<it>(?P<numeral>[IVX]+)(?:th|st|nd|rd)?)(?=\s(?:century|centuries|[Dd]ynasty|[Oo]lympi(?:ad|cs?)))",
        ordinal,
        r"[IVX](?:th|st|nd|rd)? (?:centur|[Dd]ynasty|[Oo]lympi)",
        plain=True,
    ),
    rule("year", r"M(?<!\wM)[CDXLVIM]{4,}\b", year, "M[CDXLVIM]{4}", plain=True),
)

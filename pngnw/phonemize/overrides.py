"""Overrides: phonemes that a text gives to a word, ARPAbet or IPA: `[Leigh](/L IY1/)`, `(/liː/)`.

Guarantees: the word in brackets is one word with these phonemes, whatever it is and whatever stands
beside it; the rest is normalized as if an unknown name stood there, and neighbors see the word
itself. A clitic behind goes with it: `[Worcester](/W UH1 S T ER0/)'s`. Links of Markdown are no
overrides, unless what they lead to begins and ends with a slash. What is wrong in an override is an
error that names text and column.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from pngnw.core.errors import UserError
from pngnw.normalize import NormalizedText, NormalizeOptions, normalize_all
from pngnw.phonemize import arpabet
from pngnw.phonemize.alphabets import ipa
from pngnw.phonemize.arpabet import CLITICS, Phonemes, clitic_sound
from pngnw.phonemize.pronouncer import OVERRIDE
from pngnw.phonemize.receipts import PronouncedTokens
from pngnw.phonemize.tokenizer import HYPHENS, Tokens, is_word

MARK: Final = "](/"  # what every override holds
_REMEDY: Final = "write [cat](/K AE1 T/), or put a space behind ] if these are no phonemes"
_OPENS: Final = re.compile(r"\[([^\[\]]*)\]\(/")
_CLOSES: Final = re.compile(r"([^/()]*)/\)")
_LINK: Final = re.compile(r'[^\s()]*[^\s()/](?:\s+"[^"]*")?\)')
# In the place of the word while the text is normalized: a name that no rule knows.
_NAMES: Final = ("blorpat", "Blorpat")
_JOINED: Final = re.compile(f"[^\\W_]|[{HYPHENS}'.]")
_CLITIC: Final = re.compile(rf"(?:{'|'.join(CLITICS)}|')(?![^\W_])")


class OverrideError(UserError):
    """What is wrong in an override of text number `row`, counted from 0."""

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(f"text {row}, {reason}")
        self.row = row
        self.reason = reason


@dataclass(frozen=True)
class Override:
    """`text[start:end]` says that `word` has these phonemes."""

    start: int
    end: int
    word: str
    phonemes: Phonemes


class Placed(NamedTuple):
    """An override at an offset of the normalized text, where the token `spelled` begins."""

    at: int
    spelled: str
    override: Override


def normalize_written(
    texts: Sequence[str], options: NormalizeOptions
) -> tuple[list[NormalizedText], dict[int, list[Placed]]]:
    """The normalized form of every text, and where the overrides are, by the number of the text.

    Raises:
        OverrideError: an override is not closed, names no word or has what are no phonemes.
    """
    given = {row: overrides_of(text, row) for row, text in enumerate(texts) if MARK in text}
    named = list(texts)
    for row, overrides in given.items():
        pieces: list[str] = []
        done = 0
        for each in overrides:
            pieces += (texts[row][done : each.start], _name(each))
            done = each.end
        named[row] = "".join((*pieces, texts[row][done:]))
    normalized = normalize_all(named, options)
    placed = {}
    for row, overrides in given.items():
        if overrides:
            normalized[row], placed[row] = _place(texts[row], normalized[row], overrides, row)
    return normalized, placed


def overrides_of(text: str, row: int = 0) -> list[Override]:
    """The overrides of a text, in order."""
    found = []
    end = 0
    while match := _OPENS.search(text, end):
        end = match.end()
        rest = _CLOSES.match(text, end)
        if rest is None:
            if _LINK.match(text, end):
                continue
            raise OverrideError(row, f"column {end}: the phonemes are not closed; {_REMEDY}")
        word = " ".join(match[1].split())
        if not word:
            raise OverrideError(
                row, f"column {match.start() + 1}: there is no word in []; write [cat](/K AE1 T/)"
            )
        try:
            phonemes = _parse(rest[1])
        except ValueError as error:
            at, reason = error.args
            raise OverrideError(row, f"column {end + at + 1}: {reason}; {_REMEDY}") from None
        found.append(Override(match.start(), rest.end(), word, phonemes))
        end = rest.end()
    return found


def _parse(phonemes: str) -> Phonemes:
    """ARPAbet or IPA; what is wrong is told of the one that it looks like."""
    try:
        return arpabet.parse(phonemes)
    except ValueError:
        if not phonemes.strip() or (phonemes.isascii() and phonemes != phonemes.lower()):
            raise
        return ipa.parse(phonemes)


def _name(override: Override) -> str:
    return _NAMES[override.word[:1].isupper()]


def _place(
    text: str, normalized: NormalizedText, overrides: Sequence[Override], row: int
) -> tuple[NormalizedText, list[Placed]]:
    """Put the words back where their names are, and lead all spans back into `text`."""
    named = [(each.start, each.end, len(_name(each))) for each in overrides]
    spoken = normalized.text
    edits, placed = [], []
    shift = grown = done = 0
    pieces: list[str] = []
    for each in overrides:
        name = _name(each)
        at = _find(normalized, each.start + shift, name)
        if at is None:
            raise OverrideError(
                row,
                f"column {each.start + 1}: [{each.word}] is part of something that is spoken as a "
                "whole, such as an address; put spaces around it",
            )
        shift += len(name) - (each.end - each.start)
        first, last = at, at + len(name)
        # A compound is said without a pause: its hyphen goes with the word.
        if first - 1 > done and spoken[first - 1] == "-" and spoken[first - 2].isalnum():
            first -= 1
        if spoken[last : last + 1] == "-" and spoken[last + 1 : last + 2].isalnum():
            last += 1
        spelled = each.word if is_word(each.word) else name
        before, behind = spoken[first - 1 : first] if first else "", spoken[last : last + 1]
        left = " " * (_JOINED.match(before) is not None)
        right = " " * (_JOINED.match(behind) is not None and not _CLITIC.match(spoken, last))
        pieces += (spoken[done:first], left, spelled, right)
        placed.append(Placed(first + grown + len(left), spelled, each))
        length = len(left) + len(spelled) + len(right)
        grown += length - (last - first)
        edits.append((first, last, length))
        done = last
    pieces.append(spoken[done:])
    layers = ((OVERRIDE, named), *normalized.layers, (OVERRIDE, edits))
    back = NormalizedText("", len(text), layers[:1])
    dropped = tuple((back.starts[a], back.ends[b - 1]) for a, b in normalized.dropped)
    return NormalizedText("".join(pieces), len(text), layers, dropped), placed


def _find(normalized: NormalizedText, start: int, name: str) -> int | None:
    """Where in the normalized text the name stands that stood at `start`, if it still does."""
    starts, ends = normalized.starts, normalized.ends
    at = bisect_left(starts, start)
    stop = start + len(name)
    while at < len(starts) and starts[at] == start and ends[at] == start:
        at += 1  # something was put in front of it
    here = slice(at, at + len(name))
    begins, stops = [*range(start, stop)], [*range(start + 1, stop + 1)]
    same = [*starts[here]] == begins and [*ends[here]] == stops
    return at if same and normalized.text[here] == name else None


def with_overrides(
    pronounced: PronouncedTokens, placed: Mapping[int, Sequence[Placed]]
) -> PronouncedTokens:
    """The words with the phonemes that overrides give them, by the number of the text."""
    if not placed:
        return pronounced
    tokens = pronounced.tokens
    distinct, readings = list(tokens.distinct), list(pronounced.readings)
    kind_W, reading_W = tokens.kind_W.copy(), pronounced.reading_W.copy()
    confidence_W = pronounced.confidence_W.copy()
    for row, several in placed.items():
        first, end = tokens.bounds_R[row], tokens.bounds_R[row + 1]
        for at, spelled, override in several:
            word = first + int(np.searchsorted(tokens.start_W[first:end], at))
            clitic = tokens.distinct[kind_W[word]].removeprefix(spelled)
            phonemes = override.phonemes
            if clitic in CLITICS:
                phonemes += clitic_sound(phonemes, clitic)
            kind_W[word], reading_W[word] = len(distinct), len(readings)
            confidence_W[word] = np.nan
            distinct.append(override.word + clitic)
            readings.append(" ".join(phonemes))
    origins = pronounced.origins + [OVERRIDE] * (len(readings) - len(pronounced.readings))
    changed = Tokens(distinct, kind_W, tokens.bounds_R, tokens.start_W, tokens.end_W)
    return PronouncedTokens(changed, readings, origins, reading_W, confidence_W)

"""Receipts: from which characters of a written text each spoken word comes, and what made it.

Guarantees, for any texts: the written spans tile them. A span is `text[start:end]` in code points,
never empty, with no white space at its edges; the spans of two words of a text are the same or do
not overlap, and rise from word to word. Every character that is no white space is in exactly one
span, of words or of what is silent. Silent are the marks and the markup that the spoken form does
without; a letter, digit or symbol that has no reading is a word without phonemes.

Words of texts that no rule has touched lie where they were found; the others are looked at one by
one. Letters in the names of arrays: R texts, W words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pngnw.core.ragged import offsets
from pngnw.normalize import NormalizedText
from pngnw.phonemize.alphabets import Spell, spell_all
from pngnw.phonemize.alphabets.sounds import Rows
from pngnw.phonemize.pronouncer import OVERRIDE, UNPRONOUNCEABLE
from pngnw.phonemize.tokenizer import Ints, Tokens

Floats = NDArray[np.float64]
Span = tuple[int, int]
_NO_RULE: Final = -1
_BLACK: Final = re.compile(r"\S+")


@dataclass(frozen=True)
class PronouncedTokens:
    """Tokens with a pronunciation each: token w has `readings[reading_W[w]]`.

    Attributes:
        tokens: where the words stand.
        readings: pronunciations of the distinct words, phonemes with a space between them; the
            readings of one word lie in a row.
        origins: of every reading.
        reading_W: index into both.
        confidence_W: how likely the choice of a reading is right; NaN where there is none.
    """

    tokens: Tokens
    readings: list[str]
    origins: list[str]
    reading_W: Ints
    confidence_W: Floats


@dataclass(frozen=True)
class Receipts:
    """The words of R written texts as flat columns.

    Attributes:
        texts: as they are written.
        words, readings, origins: of every reading, the spoken word, its phonemes with a space
            between them, and where they come from.
        rows: of every reading, its phonemes in the alphabet that was asked for, a row each.
        reading_W: which reading each word has.
        bounds_R: the words of text r are `bounds_R[r]:bounds_R[r + 1]`; R + 1 values.
        start_W, end_W: the written span.
        rules: names of rules; `rule_W` is which of them wrote the word, -1 for none.
        confidence_W: as in `PronouncedTokens`.
    """

    texts: Sequence[str]
    words: list[str]
    readings: list[str]
    origins: list[str]
    rows: list[Rows]
    reading_W: Ints
    bounds_R: Ints
    start_W: Ints
    end_W: Ints
    rules: list[str]
    rule_W: Ints
    confidence_W: Floats

    @property
    def unpronounceable(self) -> int:
        """How many words have no phonemes."""
        lacks = np.array([origin == UNPRONOUNCEABLE for origin in self.origins], bool)
        return int(lacks[self.reading_W].sum())

    def spelled(self, spell: Spell) -> "Receipts":
        """The same words in another alphabet."""
        words = spell_all(self.words, self.readings, self.reading_W, self.bounds_R, spell)
        of = words.reading.tolist()
        return replace(
            self,
            words=[self.words[at] for at in of],
            readings=[self.readings[at] for at in of],
            origins=[self.origins[at] for at in of],
            rows=words.rows,
            reading_W=words.reading_W,
        )

    def each(self) -> Iterator[tuple[int, str, int, int, str | None, float | None]]:
        """Of every word its reading, what it was made from, and where; its rule; its confidence."""
        rules = [*self.rules, None]
        bounds = pairwise(self.bounds_R.tolist())
        columns = (self.reading_W, self.start_W, self.end_W, self.rule_W, self.confidence_W)
        words = zip(*(column.tolist() for column in columns), strict=True)
        for text, (first, last) in zip(self.texts, bounds, strict=True):
            for reading, start, end, rule, confidence in islice(words, last - first):
                sure = None if confidence != confidence else confidence
                yield reading, text[start:end], start, end, rules[rule], sure

    def silent(self) -> list[list[Span]]:
        """For every text the spans, in order, of characters that no word comes from."""
        spans = [*zip(self.start_W.tolist(), self.end_W.tolist(), strict=True)]
        found: list[list[Span]] = []
        for text, (first, last) in zip(self.texts, pairwise(self.bounds_R.tolist()), strict=True):
            found.append([])
            at = 0
            for start, end in (*spans[first:last], (len(text), len(text))):
                if at < start and not text[at:start].isspace():
                    found[-1] += [match.span() for match in _BLACK.finditer(text, at, start)]
                at = end
        return found


def receipts(
    texts: Sequence[str], normalized: Sequence[NormalizedText], pronounced: PronouncedTokens
) -> Receipts:
    """The words of written texts, from their normalized forms and the words of those.

    What has no reading is among them, in its place: it is spelled as written and has no phonemes.
    """
    tokens = pronounced.tokens
    spelled = np.full(len(pronounced.readings), "", object)
    spelled[pronounced.reading_W] = np.array(tokens.distinct, object)[tokens.kind_W]
    words, readings, origins = spelled.tolist(), pronounced.readings, pronounced.origins
    edited = [row for row, each in enumerate(normalized) if each.layers]
    start_W, end_W, rule_W, rules = _written(normalized, edited, tokens)
    reading_W, confidence_W = pronounced.reading_W, pronounced.confidence_W
    row_W = np.repeat(np.arange(len(texts)), np.diff(tokens.bounds_R))
    lost = [(row, *span) for row in edited for span in normalized[row].dropped]
    if lost:
        row_L, start_L, end_L = np.array(lost, np.int64).T
        words += [texts[row][start:end] for row, start, end in lost]
        reading_L = np.arange(len(readings), len(words))
        readings = readings + [""] * len(lost)
        origins = origins + [UNPRONOUNCEABLE] * len(lost)
        row_W, start_W, end_W = np.r_[row_W, row_L], np.r_[start_W, start_L], np.r_[end_W, end_L]
        order = np.lexsort((end_W, start_W, row_W))
        row_W, start_W, end_W = row_W[order], start_W[order], end_W[order]
        reading_W = np.r_[reading_W, reading_L][order]
        rule_W = np.r_[rule_W, np.full(len(lost), _NO_RULE)][order]
        confidence_W = np.r_[confidence_W, np.full(len(lost), np.nan)][order]
    bounds_R = offsets(np.bincount(row_W, minlength=len(texts)))
    for row in edited:  # other words are what is written
        here = slice(bounds_R[row], bounds_R[row + 1])
        spans = _apart(texts[row], zip(start_W[here].tolist(), end_W[here].tolist(), strict=True))
        start_W[here], end_W[here] = [start for start, _ in spans], [end for _, end in spans]
    return Receipts(
        texts=texts,
        words=words,
        readings=readings,
        origins=origins,
        rows=[_split(reading) for reading in readings],
        reading_W=reading_W,
        bounds_R=bounds_R,
        start_W=start_W,
        end_W=end_W,
        rules=rules,
        rule_W=rule_W,
        confidence_W=confidence_W,
    )


def _written(
    normalized: Sequence[NormalizedText], edited: Sequence[int], tokens: Tokens
) -> tuple[Ints, Ints, Ints, list[str]]:
    """Written spans [W], [W], and rules [W] with their names, of tokens of normalized texts."""
    start_W, end_W = tokens.start_W.copy(), tokens.end_W.copy()
    rule_W = np.full(len(start_W), _NO_RULE)
    numbers: dict[str, int] = {}
    bounds = tokens.bounds_R.tolist()
    for row in edited:
        text, here = normalized[row], slice(bounds[row], bounds[row + 1])
        starts, ends, layers = text.starts, text.ends, text.last_layers
        names = [
            _NO_RULE if name == OVERRIDE else numbers.setdefault(name, len(numbers))
            for name, _ in text.layers
        ]
        names.append(_NO_RULE)  # of the number -1
        firsts, lasts = start_W[here].tolist(), end_W[here].tolist()
        start_W[here] = [starts[first] for first in firsts]
        end_W[here] = [ends[last - 1] for last in lasts]
        rule_W[here] = [
            names[max(layers[first:last])] for first, last in zip(firsts, lasts, strict=True)
        ]
    return start_W, end_W, rule_W, list(numbers)


def _apart(text: str, spans: Iterable[Span]) -> list[Span]:
    """The spans of a text without white space at their edges, and no two that overlap in part.

    A span that overlaps the one in front of it, or is empty, is made one with that; the first, if
    it is empty, with the next. They come in the order of their starts.
    """
    joined: list[list[int]] = []  # of every span the one that it is part of
    reached = 0
    for start, end in spans:
        black = text[start:end].strip()
        if black:
            start = text.index(black, start)
            end = start + len(black)
        else:
            end = start
        if not joined:
            lead = len(text) - len(text[start:].lstrip())
            joined.append([lead if lead < len(text) else start, end])
        # As long as no word has gone beyond where the first starts, they have no span yet.
        elif black and start >= reached > joined[0][0]:
            joined.append([start, end])
        else:
            joined.append(joined[-1])
        reached = max(reached, end)
        joined[-1][1] = reached
    return [(start, end) for start, end in joined]


@lru_cache(maxsize=100_000)
def _split(reading: str) -> Rows:
    return tuple(reading.split())

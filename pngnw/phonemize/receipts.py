"""Receipts: from which characters of a written text each spoken word comes, and what made it.

Guarantees, for any texts: the written spans tile them. A span is `text[start:end]` in code points,
never empty, with no white space at its edges; the spans of two words of a text are the same or do
not overlap, and rise from word to word. Every character that is no white space is in exactly one
span, of words or of what is silent. Silent are the marks and the markup that the spoken form does
without; a letter, digit or symbol that has no reading is a word without phonemes.

Work is done in columns. Letters in the names of arrays: R texts, W words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pngnw.normalize import NormalizedText
from pngnw.phonemize.alphabets import Spell, spell_all
from pngnw.phonemize.alphabets.sounds import Rows
from pngnw.phonemize.pronouncer import OVERRIDE, UNPRONOUNCEABLE
from pngnw.phonemize.tokenizer import Ints, Tokens, cumulated

Floats = NDArray[np.float64]
Span = tuple[int, int]
# By code point, up to the last that is white space.
_SPACE: Final = np.array([chr(point).isspace() for point in range(0x3002)])
_NO_RULE: Final = -1


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

    def written(self) -> list[str]:
        """What each word was made from [W]."""
        bounds = self.bounds_R.tolist()
        starts, ends = self.start_W.tolist(), self.end_W.tolist()
        return [
            text[start:end]
            for text, first, last in zip(self.texts, bounds, bounds[1:], strict=False)
            for start, end in zip(starts[first:last], ends[first:last], strict=True)
        ]

    def silent(self) -> list[list[Span]]:
        """For every text the spans, in order, of characters that no word comes from."""
        base_R = _bases(self.texts)
        row_W = np.repeat(np.arange(len(self.texts)), np.diff(self.bounds_R))
        white = _white(self.texts)
        depth = np.bincount(base_R[row_W] + self.start_W, minlength=len(white) + 1)
        depth -= np.bincount(base_R[row_W] + self.end_W, minlength=len(white) + 1)
        silent = ~white & (np.cumsum(depth)[: len(white)] == 0)
        edges = np.flatnonzero(np.diff(silent, prepend=False, append=False))
        found: list[list[Span]] = [[] for _ in self.texts]
        row_E = np.searchsorted(base_R, edges[::2], "right") - 1
        spans = (edges.reshape(-1, 2) - base_R[row_E][:, None]).tolist()
        for row, (start, end) in zip(row_E.tolist(), spans, strict=True):
            found[row].append((start, end))
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
    at = np.flatnonzero(np.isin(row_W, edited))  # other words are what is written
    row_A, texts_A = np.searchsorted(edited, row_W[at]), [texts[row] for row in edited]
    start_W[at], end_W[at] = _apart(start_W[at], end_W[at], row_A, texts_A)
    return Receipts(
        texts=texts,
        words=words,
        readings=readings,
        origins=origins,
        rows=[_split(reading) for reading in readings],
        reading_W=reading_W,
        bounds_R=cumulated(np.bincount(row_W, minlength=len(texts))),
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


def _apart(start_W: Ints, end_W: Ints, row_W: Ints, texts: Sequence[str]) -> tuple[Ints, Ints]:
    """The spans without white space at their edges, and such that no two overlap in part.

    A span that overlaps the one in front of it, or is empty, is made one with that; the first of a
    text, if it is empty, with the next.

    Args:
        start_W, end_W: spans, words in order of their starts.
        row_W: the number of their text.
        texts: all of them.
    """
    base_R = _bases(texts)
    base_W = base_R[row_W]
    black = np.flatnonzero(~_white(texts))
    if not len(start_W) or not len(black):
        return start_W, end_W
    after = np.searchsorted(black, base_W + start_W)
    before = np.searchsorted(black, base_W + end_W) - 1
    filled = after <= before
    next_black = black[np.minimum(after, len(black) - 1)]
    inside = (next_black >= base_W + start_W) & (next_black < base_R[row_W + 1])
    flat_start = np.where(inside, next_black, base_W + start_W)
    flat_end = np.where(filled, black[before] + 1, base_W + start_W)
    reached = np.maximum.accumulate(flat_end)
    reached_before = np.r_[0, reached[:-1]]
    first = np.diff(row_W, prepend=-1) > 0
    # As long as the words of a text have not gone beyond where it starts, they have no span yet.
    begun = reached_before > _first_of(flat_start, first)
    new = first | ((flat_start >= reached_before) & filled & begun)
    at = np.flatnonzero(new)
    group_W = np.cumsum(new) - 1
    ends = reached[np.r_[at[1:], len(new)] - 1]
    return flat_start[at][group_W] - base_W, ends[group_W] - base_W


def _first_of(values: Ints, first: NDArray[np.bool_]) -> Ints:
    """For every word the value of its text's first word."""
    found: Ints = values[first][np.cumsum(first) - 1]
    return found


def _bases(texts: Sequence[str]) -> Ints:
    """Where each text would begin if all stood in one, a character between two; R + 1 values."""
    return cumulated(np.array([len(text) + 1 for text in texts], np.int64))


def _white(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Which characters of all texts in one, a line end between two, are white space."""
    points = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    white: NDArray[np.bool_] = _SPACE[np.minimum(points, len(_SPACE) - 1)]
    return white


@lru_cache(maxsize=100_000)
def _split(reading: str) -> Rows:
    return tuple(reading.split())

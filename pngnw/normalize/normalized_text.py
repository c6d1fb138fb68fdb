"""Text that remembers where each of its code points came from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pngnw.normalize.rule import Reading

Edits = list[tuple[int, int, int]]  # (first, last, length): text[first:last] got that length
FOLDING = "folding"  # the name of what `pngnw.normalize.folding` rewrites


@dataclass(slots=True)  # not frozen, which would make it thrice as slow to build
class NormalizedText:
    """A text and, for every code point of it, the source span [start, end) it came from.

    `starts` and `ends` never decrease; a word that was not rewritten has the source's own letters
    at source[starts[first]:ends[last]]. They are computed from `layers` at their first use, because
    most callers want the text alone.

    Attributes:
        text: the text in its spoken form.
        source_length: code points of the source.
        layers: the rules that led from the source to `text`: the name of each, and its edits.
        dropped: the source spans, in order, of letters, digits and symbols that have no reading
            and so are not in `text`.
    """

    text: str
    source_length: int
    layers: tuple[tuple[str, Edits], ...] = ()
    dropped: tuple[tuple[int, int], ...] = ()
    _spans: tuple[Sequence[int], Sequence[int], Sequence[int]] | None = field(
        default=None, init=False, repr=False, compare=False
    )

    @property
    def starts(self) -> Sequence[int]:
        """For every code point of the text, where in the source its span starts."""
        return self._computed_spans()[0]

    @property
    def ends(self) -> Sequence[int]:
        """For every code point of the text, where in the source its span ends."""
        return self._computed_spans()[1]

    @property
    def last_layers(self) -> Sequence[int]:
        """For every code point, the number of the last layer that wrote it; -1 for none."""
        return self._computed_spans()[2]

    def _computed_spans(self) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
        if self._spans is None:
            starts: Sequence[int] = range(self.source_length)
            ends: Sequence[int] = range(1, self.source_length + 1)
            numbers: Sequence[int] = [-1] * self.source_length
            for number, (_, edits) in enumerate(self.layers):
                numbers = _numbered(numbers, edits, number)
                starts, ends = _edited(starts, ends, edits)
            self._spans = starts, ends, numbers
        return self._spans


def unchanged(text: str, dropped: tuple[tuple[int, int], ...] = ()) -> NormalizedText:
    """`text` as its own source."""
    return NormalizedText(text, len(text), (), dropped)


def rewrite(
    normalized: NormalizedText, pattern: re.Pattern[str], reading: Reading, rule: str = FOLDING
) -> NormalizedText:
    """Replace what `pattern` matches by its reading; None leaves the match as it is.

    `rule` is the name under which the result remembers it. A pattern with a group named `it` has
    only that group replaced: the rest is context. All code points of a replacement share the source
    span of what they replace. Nothing to replace: the result is `normalized` itself.
    """
    text = normalized.text
    pieces: list[str] = []
    edits: Edits = []
    done = 0
    for match in pattern.finditer(text):
        words = reading(match)
        if words is None:
            continue
        first, last = match.span("it" if "it" in pattern.groupindex else 0)
        if words == text[first:last]:
            continue
        pieces += (text[done:first], words)
        edits.append((first, last, len(words)))
        done = last
    if not pieces:
        return normalized
    pieces.append(text[done:])
    layers = (*normalized.layers, (rule, edits))
    return NormalizedText("".join(pieces), normalized.source_length, layers, normalized.dropped)


def _edited(
    old_starts: Sequence[int], old_ends: Sequence[int], edits: Edits
) -> tuple[list[int], list[int]]:
    """Starts and ends after some edits, from those before."""
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for first, last, length in edits:
        starts += old_starts[done:first]
        ends += old_ends[done:first]
        if first < last:
            starts += [old_starts[first]] * length
            ends += [old_ends[last - 1]] * length
        else:  # inserted at a point: an empty span there, or the one both sides share
            left = old_ends[first - 1] if first else 0
            right = old_starts[first] if first < len(old_starts) else left
            starts += [min(left, right)] * length
            ends += [left] * length
        done = last
    starts += old_starts[done:]
    ends += old_ends[done:]
    return starts, ends


def _numbered(old: Sequence[int], edits: Edits, number: int) -> list[int]:
    """The last layer of every code point after the edits of layer `number`."""
    numbers: list[int] = []
    done = 0
    for first, last, length in edits:
        numbers += old[done:first]
        numbers += [number] * length
        done = last
    numbers += old[done:]
    return numbers

"""Text that remembers where each of its code points came from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pngnw.normalize.rule import Reading

Edits = list[tuple[int, int, int]]  # (first, last, length): text[first:last] got that length
Spans = tuple[Sequence[int], Sequence[int], Sequence[int]]  # starts, ends, last layers
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
    _spans: Spans | None = field(default=None, init=False, repr=False, compare=False)

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

    def _computed_spans(self) -> Spans:
        if self._spans is None:
            length = self.source_length
            self._spans = range(length), range(1, length + 1), [-1] * length
            for number, (_, edits) in enumerate(self.layers):
                self._spans = _edited(self._spans, edits, number)
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


def _edited(old: Spans, edits: Edits, number: int) -> Spans:
    """The spans after the edits of layer `number`, from those before."""
    starts, ends, _ = old
    new: tuple[list[int], list[int], list[int]] = [], [], []
    done = 0
    for first, last, length in edits:
        if first < last:
            start, end = starts[first], ends[last - 1]
        else:  # inserted at a point: an empty span there, or the one both sides share
            end = ends[first - 1] if first else 0
            start = min(end, starts[first]) if first < len(starts) else end
        for column, before, value in zip(new, old, (start, end, number), strict=True):
            column += before[done:first]
            column += [value] * length
        done = last
    for column, before in zip(new, old, strict=True):
        column += before[done:]
    return new

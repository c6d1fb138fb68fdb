"""Text that remembers where each of its code points came from."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Say = Callable[[re.Match[str]], str | None]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text and, for every code point of it, the source span [start, end) it came from.

    `starts` and `ends` never decrease; a word that was not rewritten has the source's own letters
    at source[starts[first]:ends[last]]. `dropped` are the source spans, in order, of letters,
    digits and symbols that have no reading and so are not in `text`.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    dropped: tuple[tuple[int, int], ...] = ()


def unchanged(text: str, dropped: tuple[tuple[int, int], ...] = ()) -> Spoken:
    """`text` as its own source."""
    return Spoken(text, range(len(text)), range(1, len(text) + 1), dropped)


def rewrite(spoken: Spoken, pattern: re.Pattern[str], say: Say) -> Spoken:
    """Replace what `pattern` finds by what `say` answers; None leaves the match as it is.

    A pattern with a group named `it` has only that group replaced: the rest is context. All code
    points of a replacement share the source span of what they replace. Nothing to replace: the
    answer is `spoken` itself.
    """
    text = spoken.text
    old_starts, old_ends = spoken.starts, spoken.ends
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in pattern.finditer(text):
        words = say(match)
        if words is None:
            continue
        first, last = match.span("it" if "it" in pattern.groupindex else 0)
        if words == text[first:last]:
            continue
        pieces += (text[done:first], words)
        starts += old_starts[done:first]
        ends += old_ends[done:first]
        if first < last:
            starts += [old_starts[first]] * len(words)
            ends += [old_ends[last - 1]] * len(words)
        else:  # inserted at a point: an empty span there, or the one both sides share
            left = old_ends[first - 1] if first else 0
            right = old_starts[first] if first < len(text) else left
            starts += [min(left, right)] * len(words)
            ends += [left] * len(words)
        done = last
    if not pieces:
        return spoken
    pieces.append(text[done:])
    starts += old_starts[done:]
    ends += old_ends[done:]
    return Spoken("".join(pieces), starts, ends, spoken.dropped)

"""Written text to spoken form: numbers, money, abbreviations and symbols become words.

Guarantees, for any string: no digit is left; only Latin letters, single spaces and the marks
`. , ; : ! ? " ' ( ) -` are left; every code point knows the source span it came from, in order;
what has no reading is told (`Spoken.dropped`); speaking a second time changes nothing; it never
raises. It trades away correctness on ambiguous cases ("1984 geese", "St." and "Dr.") for tables
that can be read and extended.
"""

from collections.abc import Sequence

import polars as pl

from pngnw.corpus.spoken.folding import fold, unread
from pngnw.corpus.spoken.rule import Rule, apply
from pngnw.corpus.spoken.rules import FREQUENT, GROUPS, SUSPECT
from pngnw.corpus.spoken.rules.tidying import trim
from pngnw.corpus.spoken.spans import Spoken, rewrite, unchanged

__all__ = ["Spoken", "speak", "speak_all"]

PASSES = 8
SMALLEST_COLUMN = 32  # below, the rules themselves are faster than setting up a column


def speak(text: str) -> Spoken:
    """The spoken form of `text`, with the source span of every code point of it."""
    return speak_all([text])[0]


def speak_all(texts: Sequence[str]) -> list[Spoken]:
    """The spoken form of every text; one look at the whole column finds those that need rules."""
    spoken = [unchanged(text) for text in texts]
    waiting = _matching(SUSPECT, range(len(texts)), spoken)
    for row, earlier in FREQUENT:
        waiting = _mend(row, earlier, waiting, spoken)
    for at in waiting:
        spoken[at] = unchanged(texts[at], unread(texts[at]))
    for _ in range(PASSES):  # a pass can bring two pieces together that the next one rewrites
        changed = []
        for at in waiting:
            after = trim(apply(fold(spoken[at]), GROUPS))
            if after.text != spoken[at].text:
                spoken[at] = after
                changed.append(at)
        waiting = _matching(SUSPECT, changed, spoken)
    return spoken


def _mend(row: Rule, earlier: str, waiting: list[int], spoken: list[Spoken]) -> list[int]:
    """Set right the texts that one rule alone sets right; returns the others.

    That is so where no rule in front of it can apply, and none at all to what it leaves.
    """
    if len(waiting) < SMALLEST_COLUMN:
        return waiting
    touched = set(_matching(earlier, waiting, spoken))
    alone = [at for at in _matching(row.suspect, waiting, spoken) if at not in touched]
    after = [rewrite(spoken[at], row.pattern, row.say) for at in alone]
    unfinished = set(_matching(SUSPECT, range(len(alone)), after))
    mended = {
        at: each
        for n, (at, each) in enumerate(zip(alone, after, strict=True))
        if n not in unfinished
    }
    for at, each in mended.items():
        spoken[at] = each
    return [at for at in waiting if at not in mended]


def _matching(expression: str, positions: Sequence[int], spoken: Sequence[Spoken]) -> list[int]:
    """Those of the positions in whose text a Rust regular expression finds something.

    All of them where they are too few for a column.
    """
    if len(positions) < SMALLEST_COLUMN:
        return list(positions)
    try:
        column = pl.Series([spoken[at].text for at in positions], dtype=pl.String)
    except UnicodeEncodeError:  # lone surrogates, which no file holds
        return list(positions)
    found = column.str.contains(expression).to_list()
    return [at for at, matches in zip(positions, found, strict=True) if matches]

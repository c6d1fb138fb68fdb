"""Text normalization of many texts at once: which rewrite rules each of them needs, and in order.

Guarantees: every text becomes what all rules in order, again and again, make of it alone. The
triggers of all rules are matched against the column of texts; each text then goes through its rules
up to the first that changes it, and the triggers are matched again. So no text is searched by a
rule that cannot apply, and a column is looked at as often as one of its texts changes.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from pngnw.normalize.folding import fold, spans_without_reading
from pngnw.normalize.normalized_text import NormalizedText, rewrite, unchanged
from pngnw.normalize.rule import DEFAULTS, NORMALIZED, OPTIONS, NormalizeOptions
from pngnw.normalize.rules import ANY_TRIGGER, RULES

if TYPE_CHECKING:
    import polars as pl  # when running, imported where it is needed: a few texts need none

PASSES: Final = 8
PROCESS: Final = os.getpid()  # a child forked off it lacks the threads that polars waits for
SMALLEST_COLUMN: Final = 64  # below, the rules themselves are faster than a look at a column
_TRIGGERS: Final = list(dict.fromkeys(row.trigger for row in RULES))
_TRIGGER_OF_RULE: Final = np.array([_TRIGGERS.index(row.trigger) for row in RULES])
_PLAIN: Final = np.array(sorted({_TRIGGERS.index(row.trigger) for row in RULES if row.plain}))
_NOT_PLAIN: Final = np.setdiff1d(np.arange(len(_TRIGGERS)), _PLAIN)  # match no normalized text


def normalize_all(
    texts: Sequence[str], options: NormalizeOptions = DEFAULTS
) -> list[NormalizedText]:
    """The spoken form of every text, the faster the more they are."""
    outside = OPTIONS.set(options)
    try:
        return _normalize_all(texts)
    finally:
        OPTIONS.reset(outside)


def _normalize_all(texts: Sequence[str]) -> list[NormalizedText]:
    normalized = [unchanged(text) for text in texts]
    rows = _triggered(texts)
    works = [_Work(unchanged(texts[row], spans_without_reading(texts[row]))) for row in rows]
    going = works
    while going:
        rules = _rules([work.text.text for work in going])
        going = [work for work, some in zip(going, rules, strict=True) if work.apply(some)]
        going = [going[row] for row in _triggered([work.text.text for work in going])]
    for row, work in zip(rows, works, strict=True):
        normalized[row] = work.text
    return normalized


class _Work:
    """A text on its way through the rules, pass after pass until one of them changes nothing."""

    __slots__ = ("_before", "_passes", "_rule", "text")

    def __init__(self, text: NormalizedText) -> None:
        self.text = fold(text)
        self._before = self.text.text  # this pass
        self._rule = 0  # the first one that is still to apply in this pass
        self._passes = 1

    def apply(self, rules: Iterable[int]) -> bool:
        """Go on to the first change; `rules` in order, all that may apply. False: finished."""
        before = self.text
        for number in rules:
            if number >= self._rule:
                row = RULES[number]
                self.text = rewrite(before, row.pattern, row.reading, row.name)
                if self.text is not before:
                    self._rule = number + 1
                    return True
        if before.text == self._before or self._passes == PASSES:
            return False
        # A pass can bring two pieces together that the next one rewrites.
        self.text = fold(before)
        self._before, self._rule, self._passes = self.text.text, 0, self._passes + 1
        return True


def _triggered(texts: Sequence[str]) -> list[int]:
    """Rows of the texts that a rule may change; all where they are too few for a column."""
    column = _column(texts)
    if column is None:
        return list(range(len(texts)))
    return column.str.contains(ANY_TRIGGER).arg_true().to_list()


def _rules(texts: Sequence[str]) -> Iterator[Iterable[int]]:
    """For every text the numbers, in order, of the rules whose triggers match it."""
    column = _column(texts)
    if column is None:
        yield from repeat(range(len(RULES)), len(texts))
        return
    matched = np.zeros((len(texts), len(_TRIGGERS)), bool)
    matched[:, _PLAIN] = _match(column, _PLAIN)
    others = column.str.contains(f"[^{NORMALIZED}]").arg_true().to_numpy()
    matched[others[:, None], _NOT_PLAIN] = _match(column.gather(others), _NOT_PLAIN)
    rows, rules = np.nonzero(matched[:, _TRIGGER_OF_RULE])
    bounds = np.searchsorted(rows, np.arange(len(texts) + 1)).tolist()
    numbers = rules.tolist()
    for first, last in pairwise(bounds):
        yield numbers[first:last]


def _match(column: "pl.Series", triggers: Iterable[int]) -> NDArray[np.bool_]:
    """Row by row, which of the triggers match the texts of a column."""
    import polars as pl

    matches = (
        pl.col("text").str.contains(_TRIGGERS[number]).alias(str(number)) for number in triggers
    )
    return column.to_frame("text").select(matches).to_numpy()


def _column(texts: Sequence[str]) -> "pl.Series | None":
    """The texts as a column; None if they are too few, or this process has no use for one."""
    if len(texts) < SMALLEST_COLUMN or os.getpid() != PROCESS:
        return None
    import polars as pl

    try:
        return pl.Series("text", texts, dtype=pl.String)
    except UnicodeEncodeError:  # lone surrogates, which no file holds
        return None

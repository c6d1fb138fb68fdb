"""Text normalization of many texts at once: which rewrite rules each of them needs, and in order.

Guarantees: every text becomes what all rules in order, again and again, make of it alone. The
triggers of all rules are matched against the column of texts; each text then goes through its rules
up to the first that changes it, and the triggers are matched again. So few texts are searched by a
rule that cannot apply, and a column is looked at as often as one of its texts changes.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pngnw.normalize.folding import fold, spans_without_reading
from pngnw.normalize.normalized_text import NormalizedText, rewrite, unchanged
from pngnw.normalize.rule import DEFAULTS, NORMALIZED, OPTIONS, NormalizeOptions
from pngnw.normalize.rules import ANY_TRIGGERS, RULES

if TYPE_CHECKING:
    import polars as pl  # when running, imported where it is needed: a few texts need none

PASSES: Final = 8
PROCESS: Final = os.getpid()  # a child forked off it lacks the threads that polars waits for
SMALLEST_COLUMN: Final = 64  # below, the rules themselves are faster than a look at a column
FEW: Final = 24  # texts: to try some rules on them is faster than to look for each trigger
EXPRESSIONS: Final = 13  # for the triggers of each kind: polars keeps 32 compiled ones in all
_PLAIN_RULES: Final = [number for number, row in enumerate(RULES) if row.plain]
_SYMBOL: Final = re.compile(f"[^{NORMALIZED}]")


def _joined(triggers: Sequence[str]) -> list[tuple[str, Sequence[str]]]:
    """Expressions that match where one of some triggers does, which stand beside each."""
    unique = list(dict.fromkeys(triggers))
    size = -(-len(unique) // EXPRESSIONS)
    parts = [unique[start : start + size] for start in range(0, len(unique), size)]
    return [("|".join(f"(?:{trigger})" for trigger in part), part) for part in parts]


_ALWAYS: Final = _joined([row.trigger for row in RULES if row.plain])
_WITH_SYMBOLS: Final = _joined([row.trigger for row in RULES if not row.plain])
_JOINED: Final = (*_ALWAYS, *_WITH_SYMBOLS)
_TRIGGERS: Final = [trigger for _, part in _JOINED for trigger in part]
_RE2: Final = [trigger.replace("(?-u:", "(?:") for trigger in _TRIGGERS]  # its \b is ASCII's
_TRIGGER_OF_RULE: Final = np.array([_TRIGGERS.index(row.trigger) for row in RULES])
_PLAIN: Final = np.arange(len(_ALWAYS))
_NOT_PLAIN: Final = np.arange(len(_ALWAYS), len(_JOINED))  # match no normalized text


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
        # Without any rule a text is finished: no other pass would change it.
        going = [work for work, some in zip(going, rules, strict=True) if some and work.apply(some)]
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

    def apply(self, rules: Sequence[int]) -> bool:
        """Go on to the first change; `rules` in order, all that may apply. False: finished."""
        before, first = self.text, self._rule
        if self._changed(number for number in rules if number >= first):
            return True
        if before.text == self._before or self._passes == PASSES:
            return False
        # A pass can bring two pieces together that the next one rewrites.
        self.text = fold(before)
        self._before, self._rule, self._passes = self.text.text, 0, self._passes + 1
        return self.text is not before or self._changed(n for n in rules if n < first)

    def _changed(self, rules: Iterable[int]) -> bool:
        """Whether one of some rules changes the text; up to the first that does."""
        before = self.text
        for number in rules:
            row = RULES[number]
            self.text = rewrite(before, row.pattern, row.reading, row.name)
            if self.text is not before:
                self._rule = number + 1
                return True
        return False


def _triggered(texts: Sequence[str]) -> list[int]:
    """Rows of the texts that a rule may change; all where they are too few for a column."""
    column = _column(texts)
    if column is None:
        return list(range(len(texts)))
    triggered = (column.str.contains(trigger) for trigger in ANY_TRIGGERS)
    return reduce(or_, triggered).arg_true().to_list()


def _rules(texts: Sequence[str]) -> Iterator[Sequence[int]]:
    """For every text the numbers, in order, of the rules whose triggers match it, and few more."""
    column = _column(texts)
    if column is None:
        everything = range(len(RULES))
        yield from (everything if _SYMBOL.search(text) else _PLAIN_RULES for text in texts)
        return
    joined = np.zeros((len(texts), len(_JOINED)), bool)
    joined[:, _PLAIN] = _match(column, _PLAIN)
    others = column.str.contains(f"[^{NORMALIZED}]").arg_true().to_numpy()
    joined[others[:, None], _NOT_PLAIN] = _match(column.gather(others), _NOT_PLAIN)
    rows, rules = np.nonzero(_apart(texts, joined)[:, _TRIGGER_OF_RULE])
    bounds = np.searchsorted(rows, np.arange(len(texts) + 1)).tolist()
    numbers = rules.tolist()
    for first, last in pairwise(bounds):
        yield numbers[first:last]


def _match(column: "pl.Series", triggers: Iterable[int]) -> NDArray[np.bool_]:
    """Row by row, which of the triggers match the texts of a column."""
    import polars as pl

    matches = (
        pl.col("text").str.contains(_JOINED[number][0]).alias(str(number)) for number in triggers
    )
    return column.to_frame("text").select(matches).to_numpy()


def _apart(texts: Sequence[str], joined: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Row by row, which triggers match, of those that were joined to an expression that does.

    By RE2, which takes a tenth of the time that polars takes to compile an expression.
    """
    column = pa.array(texts, pa.large_string())
    matched = np.zeros((len(texts), len(_TRIGGERS)), bool)
    last = 0
    for (_, part), matches in zip(_JOINED, joined.T, strict=True):
        rows, first, last = np.flatnonzero(matches), last, last + len(part)
        if len(rows) < FEW:
            matched[rows, first:last] = True
            continue
        some = column.take(pa.array(rows))
        for number in range(first, last):
            matched[rows, number] = pc.match_substring_regex(some, _RE2[number])
    return matched


def _column(texts: Sequence[str]) -> "pl.Series | None":
    """The texts as a column; None if they are too few, or this process has no use for one."""
    if len(texts) < SMALLEST_COLUMN or os.getpid() != PROCESS:
        return None
    import polars as pl

    try:
        return pl.Series("text", texts, dtype=pl.String)
    except UnicodeEncodeError:  # lone surrogates, which no file holds
        return None

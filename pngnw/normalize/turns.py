"""Rules on many texts at once: a look at the column of texts finds which rules each may need.

Guarantees: every text becomes what all rules in order, again and again, make of it alone. A rule
that changes a text ends the text's turn; the next look at the column, which then holds what the
rule left, tells which later rules are left to try. So no text is searched by a rule that cannot
apply, and few columns are looked at: as many as one text sees changes.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, repeat
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pngnw.normalize.folding import fold
from pngnw.normalize.rule import NORMALIZED
from pngnw.normalize.rules import RULES, SUSPECT
from pngnw.normalize.rules.tidying import trim
from pngnw.normalize.spans import NormalizedText, rewrite

PASSES: Final = 8
SMALLEST_COLUMN: Final = 64  # below, the rules themselves are faster than setting up a column
_TRIGGERS: Final = list(dict.fromkeys(row.trigger for row in RULES))
_TRIGGER_OF_RULE: Final = np.array([_TRIGGERS.index(row.trigger) for row in RULES])
_PLAIN: Final = np.array(sorted({_TRIGGERS.index(row.trigger) for row in RULES if row.plain}))
_ODD: Final = np.setdiff1d(np.arange(len(_TRIGGERS)), _PLAIN)  # find nothing in plain text


class Turn:
    """A text on its way through the rules: pass after pass until one of them changes nothing."""

    __slots__ = ("_before", "_passes", "_rule", "spoken")

    def __init__(self, spoken: NormalizedText) -> None:
        self.spoken = fold(spoken)
        self._before = self.spoken.text  # this pass
        self._rule = 0  # the first that has not had its turn
        self._passes = 1

    def take(self, rules: Iterable[int]) -> bool:
        """Go on to the first change; `rules` in order, all that may apply. False: finished."""
        before = self.spoken
        for number in rules:
            if number >= self._rule:
                row = RULES[number]
                self.spoken = rewrite(before, row.pattern, row.say)
                if self.spoken is not before:
                    self._rule = number + 1
                    return True
        self.spoken = trim(before)
        if self.spoken.text == self._before or self._passes == PASSES:
            return False
        # A pass can bring two pieces together that the next one rewrites.
        self.spoken = fold(self.spoken)
        self._before, self._rule, self._passes = self.spoken.text, 0, self._passes + 1
        return True


def finish(turns: Sequence[Turn]) -> None:
    """Take all turns of all texts."""
    while turns:
        going = [turn for turn, rules in zip(turns, _rules(turns), strict=True) if turn.take(rules)]
        turns = [going[row] for row in suspects([turn.spoken.text for turn in going])]


def suspects(texts: Sequence[str]) -> list[int]:
    """Rows of the texts that a rule may change; all where they are too few for a column."""
    column = _column(texts)
    if column is None:
        return list(range(len(texts)))
    return column.str.contains(SUSPECT).arg_true().to_list()


def _rules(turns: Sequence[Turn]) -> Iterator[Iterable[int]]:
    """For every text the numbers, in order, of the rules whose trigger finds something in it."""
    column = _column([turn.spoken.text for turn in turns])
    if column is None:
        yield from repeat(range(len(RULES)), len(turns))
        return
    found = np.zeros((len(turns), len(_TRIGGERS)), bool)
    found[:, _PLAIN] = _look(column, _PLAIN)
    odd = column.str.contains(f"[^{NORMALIZED}]").arg_true().to_numpy()
    found[odd[:, None], _ODD] = _look(column.gather(odd), _ODD)
    rows, rules = np.nonzero(found[:, _TRIGGER_OF_RULE])
    bounds = np.searchsorted(rows, np.arange(len(turns) + 1)).tolist()
    numbers = rules.tolist()
    for first, last in pairwise(bounds):
        yield numbers[first:last]


def _look(column: pl.Series, triggers: Iterable[int]) -> NDArray[np.bool_]:
    """Row by row, which of the triggers find something in the texts of a column."""
    looks = (
        pl.col("text").str.contains(_TRIGGERS[number]).alias(str(number)) for number in triggers
    )
    return column.to_frame("text").select(looks).to_numpy()


def _column(texts: Sequence[str]) -> pl.Series | None:
    """The texts as a column; None if they are too few, or no column can hold one of them."""
    if len(texts) < SMALLEST_COLUMN:
        return None
    try:
        return pl.Series("text", texts, dtype=pl.String)
    except UnicodeEncodeError:  # lone surrogates, which no file holds
        return None

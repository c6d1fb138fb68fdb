"""The rewriting rules, in the order they apply: each is a pattern and what to say for a match.

Every rule sees what the earlier ones left, so the specific come before the general: money, dates
and units before the bare number. A rule that answers None leaves its match to a later one.
"""

from pngnw.normalize.rule import Rule, suspect
from pngnw.normalize.rules import (
    abbreviations,
    codes,
    counts,
    dates,
    marks,
    measures,
    money,
    romans,
    symbols,
    tidying,
    times,
    web,
)

RULES: tuple[Rule, ...] = (
    *web.RULES,
    *marks.RULES,
    *symbols.EARLY,
    *abbreviations.RULES,
    *marks.LATE,
    *dates.RULES,
    *times.RULES,
    *codes.RULES,
    *money.RULES,
    *codes.LATE,
    *counts.SIGNED,
    *measures.RULES,
    *counts.BARE,
    *symbols.RULES,
    *romans.RULES,
    *tidying.RULES,
)
SUSPECT = suspect((*RULES, tidying.EDGES))

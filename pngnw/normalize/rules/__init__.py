"""The rewrite rules, in the order they apply: each is a pattern and the reading of its matches.

Every rule sees what the earlier ones left, so the specific come before the general: money, dates
and units before the bare number. A rule that has no reading for a match leaves it to a later one.
"""

from pngnw.normalize.rule import Rule, any_trigger
from pngnw.normalize.rules import (
    abbreviations,
    codes,
    counts,
    dates,
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
    *symbols.MARKS,
    *symbols.HASHES,
    *abbreviations.RULES,
    *symbols.FULL_STOPS,
    *dates.RULES,
    *times.RULES,
    *codes.RULES,
    *money.RULES,
    *codes.DESIGNATIONS,
    *counts.SIGNED,
    *measures.RULES,
    *counts.BARE,
    *symbols.NAMED,
    *romans.RULES,
    *tidying.RULES,
)
ANY_TRIGGER = any_trigger(RULES)

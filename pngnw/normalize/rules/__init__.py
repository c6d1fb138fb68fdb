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
    marks,
    measures,
    money,
    periods,
    romans,
    times,
    web,
)

RULES: tuple[Rule, ...] = (
    *web.RULES,
    *marks.MARKS,
    *marks.HASHES,
    *abbreviations.RULES,
    *marks.FULL_STOPS,
    *dates.RULES,
    *periods.RULES,
    *times.RULES,
    *codes.RULES,
    *money.RULES,
    *codes.DESIGNATIONS,
    *counts.SIGNED,
    *measures.RULES,
    *counts.BARE,
    *marks.NAMED,
    *romans.RULES,
    *marks.TIDYING,
)
ANY_TRIGGER = any_trigger(RULES)

"""The rewrite rules, in the order they apply: each is a pattern and the reading of its matches.

Every rule sees what the earlier ones left, so the specific come before the general: money, dates
and units before the bare number. A rule that has no reading for a match leaves it to a later one.
"""

from pngnw.normalize.rule import Rule, any_triggers
from pngnw.normalize.rules import (
    abbreviations,
    addresses,
    arithmetic,
    codes,
    conversation,
    counts,
    dates,
    marks,
    measures,
    money,
    periods,
    romans,
    telephone,
    times,
    web,
)

RULES: tuple[Rule, ...] = (
    *marks.TAGS,
    *web.RULES,
    *codes.MACHINES,
    *conversation.EMOTICONS,
    *marks.MARKS,
    *marks.HASHES,
    *addresses.RULES,
    *abbreviations.RULES,
    *marks.FULL_STOPS,
    *conversation.WORDS,
    *dates.RULES,
    *money.SHILLINGS,
    *periods.RULES,
    *times.RULES,
    *counts.GROUPS,
    *arithmetic.RANGES,
    *telephone.RULES,
    *codes.RULES,
    *money.RULES,
    *codes.DESIGNATIONS,
    *measures.INVERSE,
    *arithmetic.RULES,
    *counts.SCALED,
    *measures.RULES,
    *marks.SLASHES,
    *counts.RULES,
    *marks.NAMED,
    *money.ALONE,
    *romans.RULES,
    *marks.TIDYING,
)
ANY_TRIGGERS = any_triggers(RULES)

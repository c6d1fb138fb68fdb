"""A rewriting rule, and the trigger that tells cheaply where it cannot apply.

Guarantees: the trigger of a rule finds something in every text that the rule changes, and `suspect`
in every plain text (see `NORMALIZED`) that any rule changes. These are promises of the rows, proved by
tests; they save time and never decide what is said.
"""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

LETTERS = "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ"
NORMALIZED = rf"""{LETTERS}.,;:!?"'() \-"""  # all that spoken text is made of, as a character class


class Rule(NamedTuple):
    """A row: where `pattern` finds something, it is read as `say` answers (None: not at all).

    Patterns that start with a character or a class are found fastest, so context in front of a
    match is best left out of the group `it`, see `spans.rewrite`.

    Attributes:
        trigger: a Rust regular expression (no look-around) that finds something in every text
            that the rule changes when all rules in front of it have had their turn.
        plain: whether the trigger can find something in text that is made of `NORMALIZED` alone.
    """

    name: str
    pattern: re.Pattern[str]
    say: Callable[[re.Match[str]], str | None]
    trigger: str
    plain: bool


def rule(
    name: str,
    pattern: str,
    say: str | Callable[[re.Match[str]], str | None],
    trigger: str,
    plain: bool = False,
) -> Rule:
    """A row; `say` may be the words themselves."""
    answer = (lambda match: say) if isinstance(say, str) else say
    return Rule(name, re.compile(pattern), answer, trigger, plain)


def any_of(words: Iterable[str]) -> str:
    """An expression that finds any of the words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


def suspect(rules: Iterable[Rule]) -> str:
    """A Rust regular expression that finds something in every text that a rule may change."""
    return "|".join([f"[^{NORMALIZED}]", *dict.fromkeys(row.trigger for row in rules if row.plain)])

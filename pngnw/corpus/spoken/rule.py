"""A rewriting rule with the triggers that tell cheaply that it cannot apply.

Guarantees: a rule changes only texts that hold one of its `needs`, one of its `literals` and
something for its `gate`, where it has these; the expression of `suspect` finds something in
every text that one of the rules changes. These are promises of the rows, proved by tests; they save
time and never decide what is said.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from pngnw.corpus.spoken.spans import Spoken, rewrite

LETTERS = "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ"
SPOKEN = rf"""{LETTERS}.,;:!?"'() \-"""  # all that spoken text is made of, as a character class
DIGITS = "0123456789"
JOINED = r"[0-9] ?[-/.:] ?[0-9]"  # a gate that several rules share
Gate = Callable[[str], object]  # a text: whether something is found in it
_PLAIN = re.compile(f"[{SPOKEN}]")


class Rule(NamedTuple):
    """A row: where `pattern` finds something, it is read as `say` answers (None: not at all).

    Patterns that start with a character or a class are found fastest, so context in front of a
    match is best left out of the group `it`, see `spans.rewrite`.

    Attributes:
        needs: characters; a text without any of them is left alone.
        literals: strings; a text without any of them is left alone (none: no condition).
        gate: a cheaper search; a text where it finds nothing is left alone (None: no condition).
        suspect: a Rust regular expression (no look-around) that finds something in every plain
            text (see `SPOKEN`) that the rule changes; "" if there is no such text.
    """

    name: str
    pattern: re.Pattern[str]
    say: Callable[[re.Match[str]], str | None]
    needs: frozenset[str]
    literals: tuple[str, ...]
    gate: Gate | None
    suspect: str


class Group(NamedTuple):
    """Neighbouring rules with the same needs, in parts with the same gate."""

    needs: frozenset[str]
    parts: tuple[tuple[Gate | None, tuple[Rule, ...]], ...]


def rule(
    name: str,
    pattern: str,
    say: str | Callable[[re.Match[str]], str | None],
    needs: str = "",
    literals: Sequence[str] = (),
    gate: str | Gate = "",
    suspect: str = "",
) -> Rule:
    """A row. `needs` defaults to the first characters of the literals, `suspect` to these."""
    required = frozenset(needs or (literal[0] for literal in literals))
    if not suspect and any(map(_PLAIN.match, required)):
        if not literals:
            raise ValueError(f"rule {name!r} may change plain text: say which, as `suspect`")
        suspect = "|".join(map(re.escape, literals))
    answer = (lambda match: say) if isinstance(say, str) else say
    # Equal patterns are one object (re's own cache), and so are equal gates: rules can share one.
    cheap = (re.compile(gate).search if gate else None) if isinstance(gate, str) else gate
    return Rule(name, re.compile(pattern), answer, required, tuple(literals), cheap, suspect)


def grouped(rules: Iterable[Rule]) -> tuple[Group, ...]:
    """The rules in order, in groups."""
    return tuple(
        Group(
            needs, tuple((gate, tuple(part)) for gate, part in groupby(rows, lambda row: row.gate))
        )
        for needs, rows in groupby(rules, lambda row: row.needs)
    )


def apply(spoken: Spoken, groups: Sequence[Group]) -> Spoken:
    """Every rule once, in order, each on what the earlier ones left."""
    text = spoken.text
    present = set(text)
    for needs, parts in groups:
        if needs.isdisjoint(present):
            continue
        for gate, rules in parts:
            if gate is not None and not gate(text):
                continue
            for row in rules:
                if row.literals and not _holds_any(text, row.literals):
                    continue
                after = rewrite(spoken, row.pattern, row.say)
                if after is not spoken:
                    spoken, text = after, after.text
                    present = set(text)
    return spoken


def _holds_any(text: str, literals: tuple[str, ...]) -> bool:
    for literal in literals:  # noqa: SIM110  # any() makes a generator: thrice the time
        if literal in text:
            return True
    return False


def suspect(rules: Iterable[Rule]) -> str:
    """A Rust regular expression that finds something in every text that a rule may change."""
    own = dict.fromkeys(row.suspect for row in rules if row.suspect)
    return "|".join([f"[^{SPOKEN}]", *own])

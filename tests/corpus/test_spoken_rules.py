"""Triggers save time only: no rule changes a text that its triggers keep from it."""

import polars as pl
import pytest
from hypothesis import given, settings

from pngnw.corpus.spoken.folding import fold
from pngnw.corpus.spoken.rule import Rule, apply, rule
from pngnw.corpus.spoken.rules import GROUPS, RULES, SUSPECT
from pngnw.corpus.spoken.rules.tidying import EDGES, trim
from pngnw.corpus.spoken.spans import Spoken, rewrite, unchanged
from tests.corpus.test_spoken import TEXTS
from tests.corpus.test_spoken_cases import CASES


def _may_apply(row: Rule, text: str) -> bool:
    return (
        not row.needs.isdisjoint(text)
        and (not row.literals or any(literal in text for literal in row.literals))
        and (row.gate is None or bool(row.gate(text)))
    )


def _check(text: str) -> None:
    """Each rule in turn, without its triggers, on what the earlier ones left."""
    spoken = fold(unchanged(text))
    for row in RULES:
        after = rewrite(spoken, row.pattern, row.say)
        assert after is spoken or _may_apply(row, spoken.text), (row.name, spoken.text)
        spoken = after
    assert apply(fold(unchanged(text)), GROUPS) == spoken


@pytest.mark.parametrize("text", [case[1] for case in CASES])
def test_no_trigger_keeps_a_rule_from_a_case(text: str) -> None:
    _check(text)


@settings(max_examples=300)
@given(TEXTS)
def test_no_trigger_keeps_a_rule_from_any_text(text: str) -> None:
    _check(text)


def _suspect(text: str) -> bool:
    if any("\ud800" <= character <= "\udfff" for character in text):
        return True  # no column can hold it, and then every text is
    return bool(pl.Series([text]).str.contains(SUSPECT)[0])


@settings(max_examples=300)
@given(TEXTS)
def test_what_is_not_suspect_stays_as_it_is(text: str) -> None:
    _check_suspicion(text)


@pytest.mark.parametrize("text", [case[1] for case in CASES])
def test_cases_that_change_are_suspect(text: str) -> None:
    _check_suspicion(text)


def _check_suspicion(text: str) -> None:
    spoken = _one_pass(text)
    assert spoken.text == text or _suspect(text)
    assert spoken.text == _one_pass(spoken.text).text or _suspect(spoken.text)


def _one_pass(text: str) -> Spoken:
    spoken = unchanged(text)
    for row in (*RULES, EDGES):
        spoken = rewrite(fold(spoken), row.pattern, row.say)
    assert trim(spoken) == spoken
    return spoken


def test_a_rule_for_plain_text_says_which() -> None:
    with pytest.raises(ValueError, match="may change plain text"):
        rule("x", "a", "b", needs="a")

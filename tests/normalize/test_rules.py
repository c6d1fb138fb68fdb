"""Triggers save time only: no rule changes a text in which its trigger finds nothing."""

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.normalize.folding import fold
from pngnw.normalize.rule import any_of
from pngnw.normalize.rules import RULES, SUSPECT
from pngnw.normalize.rules.tidying import EDGES, trim
from pngnw.normalize.spans import NormalizedText, rewrite, unchanged
from tests.normalize.test_cases import CASES
from tests.normalize.test_normalize import TEXTS

WITHOUT_SURROGATES = TEXTS.map(lambda text: text.encode("utf-8", "replace").decode())


def _found(expression: str, texts: Sequence[str]) -> list[bool]:
    return pl.Series(texts, dtype=pl.String).str.contains(expression).to_list()


def _check_triggers(texts: Sequence[str]) -> None:
    """Each rule in turn, without its trigger, on what the earlier ones left."""
    column = [fold(unchanged(text)) for text in texts]
    for row in RULES:
        found = _found(row.trigger, [each.text for each in column])
        after = [rewrite(each, row.pattern, row.say) for each in column]
        for each, changed, triggered in zip(column, after, found, strict=True):
            assert changed is each or triggered, (row.name, each.text)
        column = after


def test_no_trigger_keeps_a_rule_from_a_case() -> None:
    _check_triggers([case[1] for case in CASES])


@settings(max_examples=60)
@given(st.lists(WITHOUT_SURROGATES, min_size=1, max_size=12))
def test_no_trigger_keeps_a_rule_from_any_text(texts: list[str]) -> None:
    _check_triggers(texts)


def _check_suspicion(text: str) -> None:
    spoken = _one_pass(text)
    assert spoken.text == text or _found(SUSPECT, [text])[0]
    assert spoken.text == _one_pass(spoken.text).text or _found(SUSPECT, [spoken.text])[0]


@settings(max_examples=300)
@given(WITHOUT_SURROGATES)
def test_what_is_not_suspect_stays_as_it_is(text: str) -> None:
    _check_suspicion(text)


@pytest.mark.parametrize("text", [case[1] for case in CASES])
def test_cases_that_change_are_suspect(text: str) -> None:
    _check_suspicion(text)


def _one_pass(text: str) -> NormalizedText:
    spoken = unchanged(text)
    for row in (*RULES, EDGES):
        spoken = rewrite(fold(spoken), row.pattern, row.say)
    assert trim(spoken) == spoken
    return spoken


def test_the_longest_of_several_words_is_found_first() -> None:
    assert any_of(["a.m", "a", "amen"]) == r"amen|a\.m|a"

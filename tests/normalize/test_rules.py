"""Triggers save time only: no rule changes a text that its trigger does not match."""

from collections.abc import Sequence

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.normalize.folding import fold
from pngnw.normalize.normalized_text import rewrite, unchanged
from pngnw.normalize.rules import RULES
from tests.normalize.test_cases import CASES
from tests.normalize.test_normalize import TEXTS

WITHOUT_SURROGATES = TEXTS.map(lambda text: text.encode("utf-8", "replace").decode())


def _matches(trigger: str, texts: Sequence[str]) -> list[bool]:
    """By both engines that read triggers, which agree."""
    matches: list[bool] = pl.Series(texts, dtype=pl.String).str.contains(trigger).to_list()
    re2 = trigger.replace("(?-u:", "(?:")
    assert pc.match_substring_regex(pa.array(texts, pa.string()), re2).to_pylist() == matches, re2
    return matches


def _check_triggers(texts: Sequence[str]) -> None:
    """Each rule in turn, without its trigger, on what the earlier ones left."""
    before = [fold(unchanged(text)) for text in texts]
    for row in RULES:
        matches = _matches(row.trigger, [each.text for each in before])
        after = [rewrite(each, row.pattern, row.reading) for each in before]
        for old, new, matched in zip(before, after, matches, strict=True):
            assert new is old or matched, (row.name, old.text)
        before = after


def test_no_trigger_keeps_a_rule_from_a_case() -> None:
    _check_triggers([case[1] for case in CASES])


@settings(max_examples=60)
@given(st.lists(WITHOUT_SURROGATES, min_size=1, max_size=12))
def test_no_trigger_keeps_a_rule_from_any_text(texts: list[str]) -> None:
    _check_triggers(texts)

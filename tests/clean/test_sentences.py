"""Sentence ends, mojibake, and lines of any length."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pngnw.clean import sentences


def _split(paragraph: str) -> list[str]:
    return sentences.split(paragraph, Counter())


def test_abbreviations_end_no_sentence() -> None:
    text = (
        'Mr. Darcy and Mrs. Long came at 5 a.m. and left. "Oh dear!" said Alice. Dr. No paid $3.5 '
        "million vs. nothing. It was in the U.S. Army."
    )
    assert _split(text) == [
        "Mr. Darcy and Mrs. Long came at 5 a.m. and left.",
        '"Oh dear!" said Alice.',
        "Dr. No paid $3.5 million vs. nothing.",
        "It was in the U.S. Army.",
    ]


def test_mojibake_and_entities_are_repaired_and_counted() -> None:
    counts: Counter[str] = Counter()
    assert sentences.repair("It â€™s a cafÃ© &amp; bar", counts) == "It ’s a café & bar"
    assert sentences.repair("“Plain” café — fine", counts) == "“Plain” café — fine"
    assert counts["repaired.encoding"] == 1


def test_a_long_line_is_cut_at_sentence_ends_and_counted() -> None:
    counts: Counter[str] = Counter()
    found = sentences.split("It rained all day. " * 5000, counts)
    assert found == ["It rained all day."] * 5000
    assert counts["repaired.long_line"] == (5000 * 19 - 1) // sentences.LONGEST


@given(st.text(alphabet="aB .!?\"'(", max_size=300))
def test_no_letter_is_lost(text: str) -> None:
    assert "".join("".join(_split(text)).split()) == "".join(text.split())

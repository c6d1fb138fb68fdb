"""Which line breaks are the typesetter's, sentence ends, mojibake, and lines of any length."""

from collections import Counter

import pytest

from pngnw.clean import sentences

WRAPPED = (
    "Emma Woodhouse, handsome, clever, and rich, with a comfortable home\n"
    "and happy disposition, seemed to unite some of the best blessings\n"
    "of existence.\n\nShe was the youngest.\n"
)
LONG_LINES = ["word " * 40 + "end", "Short line", "another one"]
LIST = ["the first line of many", "another line is here", "a third line", "a fourth"]
TITLE = ["CHAPTER I", "It was the best of times, it was the worst of times for us."]


@pytest.mark.parametrize(
    ("text", "paragraphs", "blank"),
    [
        (WRAPPED, " ".join(WRAPPED.split()).replace("existence. ", "existence.\n").split("\n"), 1),
        ("the red-\nhaired reader--\nwho read", ["the red-haired reader-- who read"], 0),
        ("\n".join(TITLE), TITLE, 0),
        ("\n".join(LONG_LINES), LONG_LINES, 0),
        ("\n".join(LIST), LIST, 0),
        ("", [], 0),
        ("\n\n \n", [], 3),
        ("a\n\n\nb", ["a", "b"], 2),
    ],
)
def test_paragraphs(text: str, paragraphs: list[str], blank: int) -> None:
    assert sentences.paragraphs(text) == (paragraphs, blank)


def test_abbreviations_end_no_sentence() -> None:
    text = (
        'Mr. Darcy and Mrs. Long came at 5 a.m. and left. "Oh dear!" said Alice. Dr. No paid $3.5 '
        "million vs. nothing. It was in the U.S. Army."
    )
    assert sentences.split(text, Counter()) == [
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

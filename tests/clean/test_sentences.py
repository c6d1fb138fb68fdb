"""Which line breaks are the typesetter's, sentence ends, mojibake, and lines of any length."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pngnw.clean import sentences


def _split(paragraph: str) -> list[str]:
    return sentences.split(paragraph, Counter())


def test_hard_wrapped_lines_are_joined() -> None:
    text = (
        "Emma Woodhouse, handsome, clever, and rich, with a comfortable home\n"
        "and happy disposition, seemed to unite some of the best blessings\n"
        "of existence.\n\nShe was the youngest.\n"
    )
    assert sentences.paragraphs(text) == (
        [
            "Emma Woodhouse, handsome, clever, and rich, with a comfortable home and happy "
            "disposition, seemed to unite some of the best blessings of existence.",
            "She was the youngest.",
        ],
        1,
    )


def test_a_compound_broken_at_its_hyphen_is_one_word_and_a_dash_is_none() -> None:
    assert sentences.paragraphs("the red-\nhaired reader--\nwho read")[0] == [
        "the red-haired reader-- who read"
    ]


def test_a_title_above_a_line_stays_apart() -> None:
    text = "CHAPTER I\nIt was the best of times, it was the worst of times for us."
    assert sentences.paragraphs(text)[0] == text.split("\n")


def test_lines_longer_than_any_typesetter_makes_are_paragraphs() -> None:
    lines = ["word " * 40 + "end", "Short line", "another one"]
    assert sentences.paragraphs("\n".join(lines))[0] == lines


def test_lists_without_full_stops_are_lines() -> None:
    lines = ["the first line of many", "another line is here", "a third line", "a fourth"]
    assert sentences.paragraphs("\n".join(lines))[0] == lines


def test_blank_lines_are_counted() -> None:
    assert sentences.paragraphs("") == ([], 0)
    assert sentences.paragraphs("\n\n \n") == ([], 3)
    assert sentences.paragraphs("a\n\n\nb") == (["a", "b"], 2)


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

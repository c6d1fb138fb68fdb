"""One example of every refusal, and sentences that must pass."""

import pytest

from pngnw.clean import filters


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x" * 2001, "too_long"),
        ("* * * 17 *", "no_letters"),
        ("He said 東京 to her.", "alphabet"),
        ("See http://example.org for more.", "markup_residue"),
        ("a = (b + c) * {d} / 2 - 17 * 33;", "symbols"),
        ("THE ADVENTURE OF THE FOX.", "capitals"),
        ("A plain sentence — with “quotes” and ½ a café.", ""),
        ("I AM here.", ""),
    ],
)
def test_refusal_of_source(text: str, reason: str) -> None:
    assert filters.refusal_of_source(text) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Yes.", "too_short"),
        ("- - !", "too_short"),
        ("one two three four five six seven", "too_long"),
        (f"a {'b' * 41} c", "long_word"),
        ("h e l l o", "spelled_out"),
        ("I am.", ""),
    ],
)
def test_refusal_of_normalized(text: str, reason: str) -> None:
    assert filters.refusal_of_normalized(text, min_words=2, max_words=6) == reason


HEADINGS = "CHAPTER I. Down the Rabbit-Hole|Chapter 12|[Emma by Jane Austen 1816]|THE ORPHANS.|IV|"
HEADINGS += "The Little Red Hen"
SENTENCES = "She looked up.|hello there my old friend|He bought 5 apples and a pear|Oh!|Part of it"
SENTENCES += " was lost"


def test_headings() -> None:
    assert all(map(filters.heading, HEADINGS.split("|")))
    assert not any(map(filters.heading, SENTENCES.split("|")))


def test_only_sure_foreign_sentences_are_dropped() -> None:
    language = filters.open_language()
    assert filters.is_foreign("Das ist ein langer deutscher Satz mit vielen Wörtern.", language)
    assert not filters.is_foreign("This is a rather long English sentence with words.", language)
    assert not filters.is_foreign("Das ist kurz.", language)

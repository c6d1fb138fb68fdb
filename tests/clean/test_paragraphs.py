"""Which line breaks are the typesetter's."""

from pngnw.clean.paragraphs import paragraphs


def test_hard_wrapped_lines_are_joined() -> None:
    text = (
        "Emma Woodhouse, handsome, clever, and rich, with a comfortable home\n"
        "and happy disposition, seemed to unite some of the best blessings\n"
        "of existence.\n\nShe was the youngest.\n"
    )
    assert paragraphs(text) == (
        [
            "Emma Woodhouse, handsome, clever, and rich, with a comfortable home and happy "
            "disposition, seemed to unite some of the best blessings of existence.",
            "She was the youngest.",
        ],
        1,
    )


def test_a_compound_broken_at_its_hyphen_is_one_word_and_a_dash_is_none() -> None:
    assert paragraphs("the red-\nhaired reader--\nwho read")[0] == [
        "the red-haired reader-- who read"
    ]


def test_a_title_above_a_line_stays_apart() -> None:
    text = "CHAPTER I\nIt was the best of times, it was the worst of times for us."
    assert paragraphs(text)[0] == text.split("\n")


def test_lines_longer_than_any_typesetter_makes_are_paragraphs() -> None:
    lines = ["word " * 40 + "end", "Short line", "another one"]
    assert paragraphs("\n".join(lines))[0] == lines


def test_lists_without_full_stops_are_lines() -> None:
    lines = ["the first line of many", "another line is here", "a third line", "a fourth"]
    assert paragraphs("\n".join(lines))[0] == lines


def test_blank_lines_are_counted() -> None:
    assert paragraphs("") == ([], 0)
    assert paragraphs("\n\n \n") == ([], 3)
    assert paragraphs("a\n\n\nb") == (["a", "b"], 2)

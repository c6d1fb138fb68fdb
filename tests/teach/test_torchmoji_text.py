"""Text to words and their numbers: facts from the reference, and properties of any text.

torchmoji_cut.jsonl: the cases of its own tests; torchmoji_words.jsonl: what it yields under
Python 2.7.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.core.errors import UserError
from pngnw.teach.torchmoji_text import Vocabulary, raw_words, words
from tests.teach.synthetic import VOCABULARY

PUBLISHED = Path(__file__).parents[3] / "shared/data/torchmoji/vocabulary.json"


def facts(name: str) -> list[tuple[str, list[str]]]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [tuple(json.loads(line)) for line in lines]


@pytest.mark.parametrize(("text", "tokens"), facts("torchmoji_cut.jsonl"))
def test_raw_words_of_the_reference_s_own_cases(text: str, tokens: list[str]) -> None:
    assert raw_words(text) == tokens


@pytest.mark.parametrize(("text", "expected"), facts("torchmoji_words.jsonl"))
def test_words_of_the_reference(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_repeats_stay_as_under_python_3_if_asked() -> None:
    expected = ["sooo", "good", "...", "CUSTOM_URL", "CUSTOM_NUMBER", "a"]
    assert words("sooo good... www.a.com 1000 a", fold_repeats=False) == expected


@given(st.text())
def test_any_text_is_cut_without_losing_a_character_into_words_without_spaces(text: str) -> None:
    assert "".join(raw_words(text)) == "".join(text.split())
    assert all(word and not any(map(str.isspace, word)) for word in words(text))


@pytest.mark.parametrize(
    ("ids", "text", "expected"),
    [
        ({"CUSTOM_MASK": 0, "CUSTOM_UNKNOWN": 1, "aasdf": 1000, "basdf": 2000}, "aasdf basdf ccc",
         [1000, 2000, 1]),
        (VOCABULARY, "I love mom's cooking", [6, 7, 8, 9]),
        (VOCABULARY, "soooo good ... <3", [12, 13, 10, 14]),
        (VOCABULARY, "@you http://a.b 12\n?", [2, 3, 4, 5, 16]),
        (VOCABULARY, "  ", []),
    ],
)  # fmt: skip
def test_numbers_of_the_reference(ids: dict[str, int], text: str, expected: list[int]) -> None:
    assert Vocabulary(ids).tokens([text]) == [expected]


def test_words_after_the_longest_length_are_not_read() -> None:
    text = "good " * 40
    assert [len(row) for row in Vocabulary(VOCABULARY).tokens([text, "good"])] == [30, 1]
    vocabulary = Vocabulary(VOCABULARY, max_tokens=3, fold_repeats=False)
    assert vocabulary.tokens([text, "soooo"]) == [[13, 13, 13], [1]]


@pytest.mark.parametrize("content", ["[1]", '{"a": -1}', "\xff"])
def test_a_file_that_is_no_vocabulary_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "vocabulary.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(UserError, match=r"vocabulary\.json: not a vocabulary"):
        Vocabulary.read(path)


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published file is not part of this project")
def test_the_published_file_knows_shortened_words_only() -> None:
    vocabulary = Vocabulary.read(PUBLISHED)
    assert vocabulary.size == 50_000
    assert vocabulary.tokens(["sooo ... @a http://b.c 3\n4"]) == [[922, 34, 2, 3, 4, 5, 4]]
    assert Vocabulary.read(PUBLISHED, fold_repeats=False).tokens(["sooo ..."]) == [[1, 1]]

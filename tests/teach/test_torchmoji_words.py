"""Text to words: facts from the reference, and properties of any text.

torchmoji_cut.jsonl: the cases of its own tests; torchmoji_words.jsonl: what it yields under
Python 2.7.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.teach.torchmoji_words import cut, plain_punctuation, shortened, words


def facts(name: str) -> list[tuple[str, list[str]]]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [tuple(json.loads(line)) for line in lines]


@pytest.mark.parametrize(("text", "tokens"), facts("torchmoji_cut.jsonl"))
def test_cut_like_the_reference_s_own_cases(text: str, tokens: list[str]) -> None:
    assert cut(text) == tokens


@pytest.mark.parametrize(("text", "expected"), facts("torchmoji_words.jsonl"))
def test_words_of_the_reference(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sooo good...", ["sooo", "good", "..."]),
        ("www.a.com", ["CUSTOM_URL"]),
        ("1000 a", ["CUSTOM_NUMBER", "a"]),
    ],
)
def test_repeats_stay_as_under_python_3_if_asked(text: str, expected: list[str]) -> None:
    assert words(text, fold_repeats=False) == expected


@pytest.mark.parametrize("word", ["č", "ěščřžýáíé", "plain"])
def test_letters_with_accents_stay(word: str) -> None:
    assert plain_punctuation(word) == word


@pytest.mark.parametrize(
    ("word", "short"),
    [("aaa", "aa"), ("aa", "aa"), ("!!!!", "!!"), ("aaabbbb", "aabb"), ("éééé", "éééé")],
)
def test_runs_are_cut_to_two(word: str, short: str) -> None:
    assert shortened(word) == short


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u00a0\u2003", "\ufe0f"])
def test_blank_texts_have_no_words(text: str) -> None:
    assert words(text) == []


@given(st.text())
def test_any_text_is_cut_without_losing_a_character(text: str) -> None:
    assert "".join(cut(text)) == "".join(text.split())


@given(st.text())
def test_any_text_has_words_without_spaces(text: str) -> None:
    assert all(word and not any(map(str.isspace, word)) for word in words(text))

"""Properties with hypothesis, a short seeded run, and a test for every bug that fuzzing found."""

import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.clean import sentences, wiki
from pngnw.normalize import normalize, normalize_all
from pngnw.phonemize.phonemizer import Phonemizer
from pngnw.phonemize.pronouncer import UNPRONOUNCEABLE
from tests.fuzz import runner
from tests.fuzz.runner import TARGETS

SEEDED = {"cleaner": 200, "normalizer": 300, "phonemizer": 100, "words": 100}  # inputs
# What the phonemizer calls a word holds no white space.
WORD = st.tuples(st.text().map(lambda text: "".join(text.split()) or "x"), st.booleans())
ANY: dict[str, st.SearchStrategy[Any]] = {
    "cleaner": st.tuples(
        st.sampled_from(["text", "wiki"]), st.binary() | st.text().map(str.encode)
    ),
    "normalizer": st.text(st.characters()),  # lone surrogates too
    "phonemizer": st.text(st.characters()),
    "words": st.lists(
        WORD.map(lambda word: (word[0], [word[0][0]] if word[1] else ["K", "AE1"], word[1]))
    ),
}


def _quickly(work: Callable[[], Any]) -> Any:
    """What `work` gives, if it takes little of the processor's time (more, where many share it)."""
    began = time.process_time()
    result = work()
    assert time.process_time() - began < 2.5
    return result


@pytest.mark.parametrize("name", TARGETS)
def test_seeded_input_breaks_nothing(name: str) -> None:
    assert runner.run(name, 2026, 0, SEEDED[name]) == []


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=20)
@given(data=st.data())
def test_any_input_breaks_nothing(name: str, data: st.DataObject) -> None:
    runner.check_of(name)(data.draw(st.lists(ANY[name], min_size=1)))


# Bugs of before: each of these failed or took many seconds.


def test_a_decade_of_thousands_of_digits_is_spoken() -> None:
    assert _quickly(lambda: normalize(f"{'1' * 5000}0s")).text.endswith("one zeros")


def test_brackets_that_hold_nothing_vanish_however_deep() -> None:
    text = normalize(f"so{'{' * 40}{'}' * 39} it is").text
    assert text == normalize(text).text == "so (it is"
    assert normalize("a (b) ((c)) (()) d").text == "a (b) ((c)) d"


@pytest.mark.parametrize(
    ("unit", "tail"),
    [
        ("a_", "@"), ("1-", ".txt"), ("-=", "a"), (" ", "a"), ("A-", " vs B"), ("0", "°"),
        ("1", "-"), ("v. ", "A"), ("Mr. ", ""), ("Co. ", ""), ("Dr. ", "x"), ("No. ", "x"),
        ("e\u0301\u0327", ""), ("a\u0300\u0327", "b"),
        ("9", ""), ("Alice", "°C"), ("(", ")"), ("1,000", ""), ("'", ""), (". ", ""),
    ],
)  # fmt: skip
def test_rules_take_time_in_proportion_to_the_text(unit: str, tail: str) -> None:
    length = 60_000 if unit.endswith(". ") else 30_000
    long = (unit * length)[:length] + tail
    normalize("warm")
    _quickly(lambda: normalize_all([long]))


def test_long_texts_take_no_time() -> None:
    marks = "e" + "\u0301\u0327" * 50_000
    assert _quickly(lambda: normalize(marks)).text in ("é", "ȩ", "e")
    for cut, text in (
        (partial(sentences.split, counts=Counter()), "Mr. A " * 10_000),
        (sentences._cut, "a" * 60_000_000),
    ):
        parts = _quickly(partial(cut, text))
        assert "".join(parts).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "markup",
    [
        *(opening * 20_000 for opening in (
            "<b>", "{{a|", "[[a|", "{|\n", "<ref>", "<!--", "[http://a ", "<b a='",
        )),
        *(opening * 1000 + "a" + closing * 1000 for opening, closing in (
            ("{{", "}}"), ("[[a|", "]]"), ("<b>", "</b>"), ("{{{", "}}}"),
        )),
    ],
    ids=lambda markup: markup[:5],
)  # fmt: skip
def test_markup_that_nothing_closes_or_nested_too_deep_is_dropped_and_counted(markup: str) -> None:
    counts: Counter[str] = Counter()
    assert _quickly(lambda: wiki.lines(markup, counts)) == []
    assert counts == {"lines_in": 1, "dropped.broken_markup": 1}


def test_a_word_longer_than_any_has_no_phonemes() -> None:
    phonemizer = Phonemizer()
    phonemizer("warm zqxv")
    for text in ("abcdefghij" * 100_000, "x" + "'s" * 5000, "a-" * 5000 + "a", "S's" * 4000):
        column = pa.array([text], pa.large_string())
        spoken = _quickly(partial(phonemizer.pronounce, column))
        (reading,) = spoken.reading_W
        assert (spoken.readings[reading], spoken.origins[reading]) == ("", UNPRONOUNCEABLE)
    assert phonemizer("a" * 255).words[0].phonemes

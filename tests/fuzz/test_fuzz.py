"""Properties with hypothesis, a short seeded run, and a test for every bug that fuzzing found."""

import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.clean import sentences, wiki
from pngnw.normalize import normalize, normalize_all
from pngnw.params import Phonemize
from pngnw.phonemize.phonemizer import Phonemizer
from pngnw.phonemize.pronouncer import UNPRONOUNCEABLE
from tests.fuzz import runner
from tests.fuzz.runner import TARGETS

SEEDED = {"cleaner": 200, "normalizer": 300, "phonemizer": 100, "words": 100}  # inputs
EXAMPLES = 20
# What the phonemizer calls a word holds no white space.
WORD = st.text().map(lambda text: "".join(text.split()) or "x")


def _quickly(work: Callable[[], Any]) -> Any:
    """What `work` gives, if it takes little of the processor's time (more, where many share it)."""
    began = time.process_time()
    found = work()
    assert time.process_time() - began < 2.5
    return found


@pytest.mark.parametrize("name", TARGETS)
def test_seeded_input_breaks_nothing(name: str) -> None:
    assert runner.run(name, 2026, 0, SEEDED[name]) == []


@settings(max_examples=EXAMPLES)
@given(
    st.lists(st.tuples(st.sampled_from(["text", "wiki"]), st.binary() | st.text().map(str.encode)))
)
def test_the_cleaner_loses_nothing(inputs: list[tuple[str, bytes]]) -> None:
    runner.check_of("cleaner")(inputs)


@pytest.mark.parametrize("name", ["normalizer", "phonemizer"])
@settings(max_examples=EXAMPLES)
@given(inputs=st.lists(st.text(st.characters()), min_size=1))  # lone surrogates too
def test_any_text_is_spoken_and_pronounced(name: str, inputs: list[str]) -> None:
    runner.check_of(name)(inputs)


@settings(max_examples=EXAMPLES)
@given(st.lists(st.lists(st.tuples(WORD, st.just(["K", "AE1"]), st.booleans()))))
def test_any_word_is_aligned(inputs: list[list[tuple[str, list[str], bool]]]) -> None:
    sound = [
        [(text, [text[0]] if mark else said, mark) for text, said, mark in words]
        for words in inputs
    ]
    runner.check_of("words")(sound)


def test_an_input_is_a_function_of_the_seed() -> None:
    for name in TARGETS:
        first = [runner.input_of(name, 1, index) for index in range(30)]
        assert first == [runner.input_of(name, 1, index) for index in range(30)]
        assert first != [runner.input_of(name, 2, index) for index in range(30)]


def test_a_hang_is_reported() -> None:
    def hang(_: object) -> None:
        while True:
            pass

    assert runner.problem(hang, ["a"], 0.05).startswith("Hang")


# What was found; before it was mended, it failed or took many seconds.


def test_a_decade_of_thousands_of_digits_is_spoken() -> None:
    assert _quickly(lambda: normalize(f"{'1' * 5000}0s")).text.endswith("one zeros")


def test_brackets_that_hold_nothing_vanish_however_deep() -> None:
    text = normalize(f"so{'{' * 40}{'}' * 39} it is").text
    assert text == "so (it is"
    assert normalize(text).text == text
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


def test_a_storm_of_marks_is_put_in_order_in_no_time() -> None:
    storm = "e" + "\u0301\u0327" * 50_000
    assert _quickly(lambda: normalize(storm)).text in ("é", "ȩ", "e")


def test_titles_are_looked_for_at_the_end_only() -> None:
    text = "Mr. A " * 10_000
    assert "".join(_quickly(lambda: sentences.split(text, Counter()))) != ""
    assert sentences._continues("It was Messrs.", "Darcy")
    assert sentences._continues("Mr.", "Darcy")
    assert not sentences._continues("the xMr.", "Darcy")


def test_a_paragraph_of_megabytes_is_cut_in_no_time() -> None:
    text = "a" * 60_000_000
    assert "".join(_quickly(lambda: sentences._cut(text))) == text


@pytest.mark.parametrize(
    "opening", ["<b>", "{{a|", "[[a|", "{|\n", "<ref>", "<!--", "[http://a ", "<b a='"]
)
def test_markup_that_nothing_closes_is_dropped_and_counted(opening: str) -> None:
    counts: Counter[str] = Counter()
    assert _quickly(lambda: wiki.lines(opening * 20_000, counts)) == []
    assert counts == {"lines_in": 1, "dropped.broken_markup": 1}


@pytest.mark.parametrize(
    ("opening", "closing"), [("{{", "}}"), ("[[a|", "]]"), ("<b>", "</b>"), ("{{{", "}}}")]
)
def test_markup_nested_a_thousand_times_is_dropped_and_counted(opening: str, closing: str) -> None:
    counts: Counter[str] = Counter()
    markup = opening * 1000 + "a" + closing * 1000
    assert _quickly(lambda: wiki.lines(markup, counts)) == []
    assert counts == {"lines_in": 1, "dropped.broken_markup": 1}
    wiki.lines(opening * 60 + "a" + closing * 60, counts)


def test_a_word_longer_than_any_has_no_phonemes() -> None:
    phonemizer = Phonemizer.load(Phonemize(lexicon=None))
    phonemizer(["warm zqxv"])
    for word in ("abcdefghij" * 100_000, "x" + "'s" * 5000, "a-" * 5000 + "a", "S's" * 4000):
        (found,) = _quickly(partial(phonemizer, [word]))
        assert [(each.text, each.phonemes, each.origin) for each in found] == [
            (word, (), UNPRONOUNCEABLE)
        ]
    (found,) = phonemizer(["a" * 255])
    assert found[0].phonemes

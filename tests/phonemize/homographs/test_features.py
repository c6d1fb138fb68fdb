"""What the homograph model sees: pieces of tokens, keys, and the features of neighbors."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.phonemize import tokenizer
from pngnw.phonemize.homographs.features import Classes, Features, extract, find, key, pieces

NOTHING = Classes(np.array([], np.uint32), np.array([], np.uint8))


@pytest.mark.parametrize(
    ("token", "parts"),
    [
        ("read", ["read"]), ("don't", ["do", "n't"]), ("DON’T", ["DO", "N'T"]),
        ("he's", ["he", "'s"]), ("ex-convict's", ["ex", "-", "convict", "'s"]), ("U.S.", ["U.S."]),
        ("'tis", ["'tis"]), (",", [","]), ("—", ["—"]), ("“", []), (")", []),
    ],
)  # fmt: skip
def test_pieces(token: str, parts: list[str]) -> None:
    assert pieces(token) == parts


@given(st.text(min_size=1, max_size=12))
def test_pieces_hold_all_of_a_token_or_nothing(token: str) -> None:
    assert len("".join(pieces(token))) in (0, len(token))


@given(st.sets(st.integers(0, 2**32 - 1)), st.lists(st.integers(0, 2**32 - 1)))
def test_find(listed: set[int], wanted: list[int]) -> None:
    rising = sorted(listed)
    asked = [*wanted, *rising[:3]]
    found = find(np.array(rising, np.uint32), np.array(asked, np.uint32)).tolist()
    assert found == [rising.index(each) if each in listed else len(rising) for each in asked]


def test_classes_of_listed_words_endings_and_names() -> None:
    listed = {key("the"): 2, key("-ing"): 3}
    rising = sorted(listed)
    classes = Classes(
        np.array(rising, np.uint32), np.array([listed[each] for each in rising], np.uint8)
    )
    words = ["The", "blorping", "Blorp", "blorp"]
    assert classes.of(
        np.array([key(word.lower()) for word in words], np.uint64),
        np.array([key(f"-{word[-3:]}") for word in words], np.uint64),
        np.array([word[0].isupper() for word in words], bool),
    ).tolist() == [2, 3, 1, 0]


def _features(texts: list[str], word: str) -> Features:
    tokens = tokenizer.tokenize(pa.array(texts))
    is_word = np.array([each.lower() == word for each in tokens.distinct], bool)
    found = np.flatnonzero(is_word[tokens.kind_W])
    return extract(tokens, found, np.zeros(len(found), np.int64), NOTHING)


def _same(one: Features, other: Features) -> bool:
    return np.array_equal(one.near_NF, other.near_NF) and np.array_equal(one.bag_B, other.bag_B)


def test_a_sentence_has_the_same_features_alone_and_among_others() -> None:
    texts = ["to read it", "", "They read it, they read that.", "no homograph", "read"]
    together = _features(texts, "read")
    alone = [_features([text], "read") for text in texts if "read" in text]
    assert np.array_equal(together.near_NF, np.concatenate([each.near_NF for each in alone]))
    assert np.array_equal(together.bag_B, np.concatenate([each.bag_B for each in alone]))


def test_quotes_do_not_count_but_order_and_the_edge_do() -> None:
    assert _same(_features(["the “lead” pipe"], "lead"), _features(["the lead pipe"], "lead"))
    one, other = (_features([text], "lead").near_NF for text in ("a lead b", "b lead a"))
    assert not np.array_equal(one, other)
    edge = _features(["lead b"], "lead").near_NF
    assert not np.array_equal(edge, _features(["x lead b"], "lead").near_NF)


def test_the_bag_holds_each_word_once_and_not_the_homograph() -> None:
    once = _features(["fish lead fish river"], "lead")
    assert len(once.bag_B) == 2
    assert _features(["lead"], "lead").bag_B.tolist() == []


def test_picking_and_joining_keep_the_bags_apart() -> None:
    all_three = _features(["red lead fish", "lead", "the lead way down"], "lead")
    parts = [all_three.pick(np.array([each])) for each in range(3)]
    again = parts[0].joined(parts[1]).joined(parts[2])
    assert _same(all_three, again)
    assert again.bag_bounds.tolist() == all_three.bag_bounds.tolist()

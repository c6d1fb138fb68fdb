"""What the homograph model sees: pieces of tokens, keys, and the features of neighbors."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.phonemize import tokenizer
from pngnw.phonemize.homographs import neighbors
from pngnw.phonemize.homographs.features import Features, extract, pieces
from pngnw.phonemize.homographs.neighbors import Vocabulary, find, key


def vocabulary(rows: dict[str, tuple[int, int, int, int]]) -> Vocabulary:
    """A vocabulary of words and endings with class, clusters and traits each."""
    rising = sorted(rows, key=key)
    columns = np.array([rows[each] for each in rising], np.uint16).reshape(-1, 4).T
    return Vocabulary(
        np.array([key(each) for each in rising], np.uint32), columns[0].astype(np.uint8),
        columns[1], columns[2].astype(np.uint8), columns[3],
    )  # fmt: skip


NOTHING = vocabulary({})


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


def test_what_is_known_of_listed_words_endings_and_names() -> None:
    known = vocabulary({"the": (2, 0, 0, 4), "trout": (5, 7, 3, 8), "-ing": (3, 0, 0, 16)})
    words = ["The", "Trout", "blorping", "Blorp", "blorp"]
    described = known.of(
        np.array([key(word.lower()) for word in words], np.uint64),
        np.array([key(f"-{word[-3:]}") for word in words], np.uint64),
        np.array([word[0].isupper() for word in words], bool),
    )
    name = int(neighbors.NOMINAL | neighbors.SINGULAR)
    assert described.T.tolist() == [
        [2, 0, 0, 4], [5, 7, 3, 8], [3, 0, 0, 16], [1, 0, 0, name], [0, 0, 0, 0],
    ]  # fmt: skip


def _features(texts: list[str], word: str, known: Vocabulary = NOTHING) -> Features:
    tokens = tokenizer.tokenize(pa.array(texts))
    is_word = np.array([each.lower() == word for each in tokens.distinct], bool)
    found = np.flatnonzero(is_word[tokens.kind_W])
    return extract(tokens, found, np.zeros(len(found), np.int64), known)


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


def test_clusters_are_in_the_bag_and_speak_for_their_words() -> None:
    known = vocabulary({"trout": (2, 9, 4, 0), "perch": (2, 9, 4, 0), "guitar": (2, 8, 5, 0)})
    bags = [
        set(_features([f"bass {word}"], "bass", known).bag_B.tolist())
        for word in ("trout", "perch", "guitar")
    ]
    assert [len(bag) for bag in bags] == [3, 3, 3]
    assert len(bags[0] & bags[1]) == 2
    assert not bags[0] & bags[2]

"""What is known of neighbors: classes and traits from tags and lists, clusters from vectors."""

from collections import Counter
from dataclasses import fields

import numpy as np
import pytest
from safetensors.numpy import load, save

from pngnw.phonemize.homographs import neighbors
from pngnw.phonemize.homographs.neighbors import Vocabulary, key
from pngnw.tools.homographs.tagger import tag
from pngnw.tools.homographs.vocabulary import learn, traits

TEXTS = [
    *["The work is good .", "They want to work .", "A work of art .", "He has to work ."] * 3,
    "Don't stop blorping !",
]


@pytest.fixture(scope="module")
def known() -> Vocabulary:
    return learn(tag(TEXTS))


def _described(known: Vocabulary, words: list[str]) -> list[list[int]]:
    keys, ends = ([key(each) for each in part] for part in (words, [f"-{w[-3:]}" for w in words]))
    described = known.of(
        np.array(keys, np.uint64), np.array(ends, np.uint64), np.zeros(len(words), bool)
    )
    rows: list[list[int]] = described.T.tolist()
    return rows


def test_classes_are_of_words_seen_often_enough(known: Vocabulary) -> None:
    classes = [row[0] for row in _described(known, ["the", "to", "work", "is", "blorping"])]
    assert len(set(classes[:4])) == 4
    assert min(classes[:4]) >= 2
    assert classes[4] == 0


def test_a_file_keeps_it(known: Vocabulary) -> None:
    """safetensors writes the memory of an array, whatever its strides."""
    kept = load(save({each.name: getattr(known, each.name) for each in fields(known)}))
    for name, column in kept.items():
        assert np.array_equal(column, getattr(known, name)), name


def test_clusters_are_of_words_that_mean_alike(known: Vocabulary) -> None:
    rows = _described(known, ["trout", "salmon", "guitar", "violin", "piano"])
    fine, broad = [row[1] for row in rows], [row[2] for row in rows]
    assert min(fine) > 0
    assert fine[0] == fine[1]
    assert broad[0] == broad[1]
    assert broad[2] == broad[3] == broad[4] != broad[0]


@pytest.mark.parametrize(
    ("word", "tags", "names"),
    [
        ("quickly", {"RB": 9}, ["ADVERB"]), ("walked", {"VBD": 5, "VBN": 5}, ["PAST"]),
        ("walks", {"VBZ": 7, "NNS": 3}, ["PRESENT"]), ("dogs", {"NNS": 4}, ["NOMINAL", "PLURAL"]),
        ("dog", {"NN": 4}, ["NOMINAL", "SINGULAR"]), ("she", {"PRP": 4}, ["NOMINAL", "HE"]),
        ("will", {"MD": 9}, ["AUXILIARY", "MODAL"]),
        ("yesterday", {"NN": 9}, ["NOMINAL", "SINGULAR", "PAST_TIME"]),
        ("of", {"IN": 9}, []), ("blorp", {}, []),
    ],
)  # fmt: skip
def test_traits(word: str, tags: dict[str, int], names: list[str]) -> None:
    assert traits(word, Counter(tags)) == sum(int(getattr(neighbors, name)) for name in names)

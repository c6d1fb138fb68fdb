"""Surprisal against counts made word by word."""

from collections import Counter
from itertools import pairwise
from math import log

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pngnw.model.sentences import Sentences
from pngnw.pretrain.surprisal import PRIOR, UNSEEN, surprisals
from tests.model.synthetic import table, word

Text = list[list[int]]  # sentences of words of one wordpiece
texts = st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=6), min_size=1, max_size=8)


def of_text(text: Text) -> Sentences:
    rows = [[word([0], [1], [piece]) for piece in sentence] for sentence in text]
    return Sentences.from_table(table(rows, first=1))


def by_hand(text: Text, train: Text, vocabulary: int, own: int) -> list[list[float]]:
    """Nats of every word, from dictionaries; -1 is an end of a sentence."""
    single = Counter(piece for sentence in train for piece in sentence)
    pair = Counter(p for sentence in train for p in pairwise([-1, *sentence, -1]))
    context = Counter(single)
    context[-1] = len(train)
    total = sum(single.values())
    rows = []
    for sentence in text:
        ends = [-1, *sentence, -1]
        for before, piece, behind in zip(ends, sentence, ends[2:], strict=False):
            p = (single[piece] - own + UNSEEN) / (total - own + UNSEEN * vocabulary)
            after = (pair[before, piece] - own + PRIOR * p) / (context[before] - own + PRIOR)
            ahead = (pair[piece, behind] - own + PRIOR * p) / (context[behind] - own + PRIOR)
            rows.append([-log(p), -log(after), -log(ahead)])
    return rows


@given(texts, texts)
def test_counts_of_the_training_split_without_the_word_itself(train: Text, test: Text) -> None:
    found = surprisals({"train": of_text(train), "test": of_text(test)}, "train")
    vocabulary = len({piece for sentence in train + test for piece in sentence})
    learned = np.array(by_hand(train, train, vocabulary, own=1))
    asked = np.array(by_hand(test, train, vocabulary, own=0))
    deviation = learned.std(0)
    scale = np.where(deviation > 1e-9, deviation, np.nan)  # constant columns are not scaled
    for nats, numbers in ((learned, found["train"]), (asked, found["test"])):
        expected = (nats - learned.mean(0)) / scale
        known = ~np.isnan(expected)
        np.testing.assert_allclose(numbers[known], expected[known], rtol=1e-6, atol=1e-6)

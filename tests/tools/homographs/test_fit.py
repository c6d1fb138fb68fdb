"""Weights of rows: what is written for the model makes no reading more likely."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.phonemize.homographs.features import Features
from pngnw.tools.homographs import fit
from pngnw.tools.homographs.fit import BALANCE, Labelled

EMPTY = Features(
    near_NF=np.zeros((0, 0), np.uint64),
    bag_B=np.zeros(0, np.uint64),
    bag_bounds=np.zeros(1, np.int64),
)


def rows(nouns: int, verbs: int, word: str = "use") -> Labelled:
    readings = np.array([0] * nouns + [1] * verbs)
    return Labelled([word] * len(readings), {word: ("N", "V")}, EMPTY, readings)


@given(st.integers(0, 30), st.integers(1, 30))
def test_more_sentences_make_a_reading_no_more_likely(nouns: int, verbs: int) -> None:
    natural = {("use", 0): 8, ("use", 1): 1}
    weights = fit._balanced(rows(8 + nouns, 1 + verbs), natural)
    own = weights[: 8 + nouns].sum(), weights[8 + nouns :].sum()
    assert own[1] / own[0] == pytest.approx((2 / 9) ** (1 - BALANCE))
    assert weights.mean() == pytest.approx(1)


def test_a_word_without_natural_rows_is_as_frequent_as_its_rows() -> None:
    weights = fit._balanced(rows(4, 1, "dove"), {("use", 0): 8})
    assert weights[4] / weights[:4].sum() == pytest.approx((1 / 4) ** (1 - BALANCE))

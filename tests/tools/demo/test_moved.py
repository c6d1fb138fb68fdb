import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pngnw.phonemize.phonemizer import Word
from pngnw.tools.demo.moved import Moved, apart, moved, pairs

SYMBOLS = st.lists(st.sampled_from(["K", "AE1", "T", "S"]), max_size=8)


def word(*phonemes: str) -> Word:
    return Word("x", 0, 1, phonemes, "lexicon")


def test_pairs_by_hand() -> None:
    assert pairs(["R", "EH1", "D"], ["R", "IY1", "D"]) == [(0, 0), (1, 1), (2, 2)]
    assert pairs(["K", "AE1", "T"], ["K", "AE1", "T", "S"]) == [(0, 0), (1, 1), (2, 2), (None, 3)]
    assert pairs(["S", "T", "AA1"], ["T", "AA1"]) == [(0, None), (1, 0), (2, 1)]
    assert pairs(["K"], ["AE1", "T"]) == [(0, 0), (None, 1)]


@given(SYMBOLS, SYMBOLS)
def test_every_phoneme_is_in_one_pair_in_order(before: list[str], after: list[str]) -> None:
    found = pairs(before, after)
    assert [i for i, _ in found if i is not None] == list(range(len(before)))
    assert [j for _, j in found if j is not None] == list(range(len(after)))
    assert (None, None) not in found
    if before == after:
        assert all(i == j for i, j in found)


def test_distances_by_hand() -> None:
    before, after = [word("K", "AE1"), word("T")], [word("K"), word("T")]
    states = torch.tensor([[3.0, 4.0], [1.0, 0.0], [0.0, 2.0]])
    changed = torch.tensor([[3.0, 9.0], [0.0, 2.0]])  # K moved by 5 of 5, T not at all
    assert moved(before, after, states, changed) == [
        Moved(0, "K", "K", pytest.approx(1.0)),
        Moved(0, "AE1", None, None),
        Moved(1, "T", "T", 0.0),
    ]


def test_apart_by_hand() -> None:
    # Steps of 5 of 5, of √72 of 10, and of 1 of 2.
    states = torch.tensor([[3.0, 4.0], [6.0, 8.0], [0.0, 2.0], [0.0, 3.0]])
    assert apart(states[:2]) == pytest.approx(1.0)
    assert apart(states[2:]) == pytest.approx(0.5)
    assert apart(states) == pytest.approx(72**0.5 / 10)
    assert apart(states[:1]) == 0.0

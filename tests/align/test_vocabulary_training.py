"""Training wordpieces: deterministic, whatever the order; clear about what is impossible."""

import string
import subprocess
import sys

import pytest

from pngnw.align.vocabulary_training import train
from pngnw.align.wordpieces import SPECIALS
from pngnw.core.errors import UserError
from tests.align.conftest import WORDS

PROGRAM = """
from pngnw.align.vocabulary_training import train
from tests.words.conftest import WORDS
print("|".join(train(WORDS, 170).pieces))
"""


def test_another_process_and_another_order_give_the_same_vocabulary() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    pieces = train(dict(reversed(WORDS.items())), 170).pieces
    assert done.stdout.strip() == "|".join(pieces)


def test_specials_come_first_and_every_letter_has_both_positions() -> None:
    pieces = train(WORDS, 170).pieces
    assert pieces[:5] == SPECIALS
    assert set(string.ascii_lowercase) <= set(pieces)
    assert {f"##{letter}" for letter in string.ascii_lowercase} <= set(pieces)
    assert len(set(pieces)) == len(pieces)


def test_frequent_words_become_one_piece() -> None:
    wordpieces = train(WORDS, 170)
    assert "the" in wordpieces.pieces
    assert wordpieces.size <= 170


def test_a_small_corpus_gives_a_smaller_vocabulary() -> None:
    assert train({"tiny": 3}, 8192).size < 200


def test_impossible_sizes_and_empty_corpora_are_named() -> None:
    with pytest.raises(UserError, match=r"align\.vocab_size = 50"):
        train(WORDS, 50)
    with pytest.raises(UserError, match="training split"):
        train({}, 8192)


def test_characters_beyond_the_plane_are_left_out() -> None:
    assert train({"\U00020000\U00020001": 5, "cat": 1}, 8192).size == train({"cat": 1}, 8192).size

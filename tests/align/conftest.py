"""What is slow to make and never changes: the trained aligner and a small vocabulary."""

import pytest

from pngnw.align import aligner_training
from pngnw.align.aligner import Aligner
from pngnw.align.wordpieces import Wordpieces, train_wordpieces

WORDS = {
    "the": 50, "knight": 9, "knights": 4, "reader": 7, "reading": 6, "red-haired": 3, "don't": 8,
    "phone": 5, "telephone": 2, "unreadable": 1, "café": 2, "was": 20, "to": 20, "by": 9,
}  # fmt: skip


@pytest.fixture(scope="session")
def aligner() -> Aligner:
    return aligner_training.train()


@pytest.fixture(scope="session")
def wordpieces() -> Wordpieces:
    return train_wordpieces(WORDS, 170)

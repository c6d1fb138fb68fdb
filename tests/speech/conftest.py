"""What recordings need besides themselves."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from pngnw.align import ALIGNER, WORDPIECES
from pngnw.align.aligner import LETTERS, PHONEMES, Aligner, Units
from pngnw.align.wordpieces import train_wordpieces
from tests.speech.corpus import row, write_align


@pytest.fixture
def aligned(tmp_path: Path) -> Path:
    """An align folder: one row, wordpieces and an aligner that knows nothing."""
    out = tmp_path / "data/align"
    write_align(out, [row(1, ["hello", "cat"])], 1)
    train_wordpieces(Counter({"cat": 3, "reads": 2}), 200).save(out / WORDPIECES)
    a, b = LETTERS, PHONEMES
    Aligner(Units(*map(np.zeros, [(a,), (a, b), (a, b * b), (a * a, b)]))).save(out / ALIGNER)
    return out

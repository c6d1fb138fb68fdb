"""Kept vectors: computed once, and again when they are damaged or of other sentences."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pngnw.teach import phrases
from pngnw.teach.minilm import WIDTH


class Compute:
    """Vectors that tell the length of a sentence; counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, sentences: Sequence[str]) -> phrases.Single:
        self.asked += 1
        return np.array([[len(text)] * WIDTH for text in sentences], np.float32)


def test_computed_once(tmp_path: Path) -> None:
    compute = Compute()
    first = phrases.kept(["I", "am"], compute, tmp_path)
    again = phrases.kept(["I", "am"], compute, tmp_path)
    assert compute.asked == 1
    assert first.shape == (2, WIDTH)
    assert np.array_equal(first, again)
    assert again[1, 0] == 2
    phrases.kept(["am", "I"], compute, tmp_path)
    assert compute.asked == 2


def test_damage_is_noticed(tmp_path: Path) -> None:
    compute = Compute()
    good = phrases.kept(["I", "am"], compute, tmp_path)
    (path,) = tmp_path.iterdir()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert np.array_equal(phrases.kept(["I", "am"], compute, tmp_path), good)
    assert compute.asked == 2

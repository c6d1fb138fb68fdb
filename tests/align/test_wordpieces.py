"""Wordpieces: how words are cut, how a vocabulary is trained, and files that are none."""

import string
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.align.wordpieces import SPECIALS, Wordpieces, train_wordpieces
from pngnw.core.errors import UserError
from tests.align.conftest import WORDS

SMALL = Wordpieces([*SPECIALS, "read", "##er", "##ing", "red", "-", "don", "'", "t", "cafe", "##s"])


def pieces_of(word: str, wordpieces: Wordpieces = SMALL) -> tuple[list[str], list[int]]:
    pieces, owners = wordpieces.encode([word])
    return [wordpieces.pieces[i] for i in pieces.values], owners.values.tolist()


@pytest.mark.parametrize(
    ("word", "pieces", "owners"),
    [
        ("reader", ["read", "##er"], [0, 0, 0, 0, 1, 1]),
        ("READING", ["read", "##ing"], [0, 0, 0, 0, 1, 1, 1]),
        ("red-reader", ["red", "-", "read", "##er"], [0, 0, 0, 1, 2, 2, 2, 2, 3, 3]),
        ("don't", ["don", "'", "t"], [0, 0, 0, 1, 2]),
        ("cafés", ["cafe", "##s"], [0, 0, 0, 0, 1]),
        ("cafe\u0301s", ["cafe", "##s"], [0, 0, 0, 0, 0, 1]),
        ("readx", ["[UNK]"], [0] * 5),
        ("don't-x", ["[UNK]"], [0] * 7),
        ("\u0301", ["[UNK]"], [0]),
    ],
)
def test_pieces_by_hand(word: str, pieces: list[str], owners: list[int]) -> None:
    assert pieces_of(word) == (pieces, owners)


@pytest.mark.parametrize("content", [None, b"a\nb\n", b"[UNK]\na\na\n", b"\xff\xfe[UNK]\n"])
def test_a_missing_or_foreign_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "vocab.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=r"vocab\.txt"):
        Wordpieces.load(path)


@given(st.text("abcdefghijklmnopqrstuvwxyz'-", min_size=1, max_size=40))
def test_pieces_concatenate_to_the_word(wordpieces: Wordpieces, word: str) -> None:
    pieces, owners = pieces_of(word, wordpieces)
    assert "".join(piece.removeprefix("##") for piece in pieces) == word
    spelled = ["".join(c for c, o in zip(word, owners, strict=True) if o == n) for n in set(owners)]
    assert spelled == [piece.removeprefix("##") for piece in pieces]


PROGRAM = """
from pngnw.align.wordpieces import train_wordpieces
from tests.align.conftest import WORDS
print("|".join(train_wordpieces(WORDS, 170).pieces))
"""


def test_another_process_and_another_order_train_the_same_vocabulary() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    pieces = train_wordpieces(dict(reversed(WORDS.items())), 170).pieces
    assert done.stdout.strip() == "|".join(pieces)


def test_a_trained_vocabulary(wordpieces: Wordpieces) -> None:
    pieces = wordpieces.pieces
    assert pieces[:5] == SPECIALS
    assert set(string.ascii_lowercase) <= set(pieces)
    assert {f"##{letter}" for letter in string.ascii_lowercase} <= set(pieces)
    assert "the" in pieces
    assert len(set(pieces)) == len(pieces) <= 170
    assert train_wordpieces({"cat": 1}, 8192).size < 200


def test_impossible_sizes_and_empty_corpora_are_named() -> None:
    with pytest.raises(UserError, match=r"align\.vocab_size = 50"):
        train_wordpieces(WORDS, 50)
    with pytest.raises(UserError, match="training split"):
        train_wordpieces({}, 8192)

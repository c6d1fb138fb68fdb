"""Wordpieces: what a word becomes, and files that are none."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.align.wordpieces import SPECIALS, Wordpieces
from pngnw.core.errors import UserError

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


def test_round_trip_through_the_file(tmp_path: Path) -> None:
    path = tmp_path / "wordpieces.txt"
    SMALL.save(path)
    again = Wordpieces.load(path)
    assert again.pieces == SMALL.pieces
    assert again.size == len(SMALL.pieces)


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    path.write_bytes(b"[PAD]\r\n[UNK]\r\nread\r\n")
    assert Wordpieces.load(path).pieces == ("[PAD]", "[UNK]", "read")


@pytest.mark.parametrize("content", [b"", b"a\nb\n", b"[UNK]\na\na\n", b"\xff\xfe[UNK]\n"])
def test_a_foreign_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vocab.txt"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"vocab\.txt"):
        Wordpieces.load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere\.txt.*align\.vocab"):
        Wordpieces.load(tmp_path / "nowhere.txt")


@given(st.text("abcdefghijklmnopqrstuvwxyz'-", min_size=1, max_size=40))
def test_pieces_concatenate_to_the_word(wordpieces: Wordpieces, word: str) -> None:
    pieces, owners = pieces_of(word, wordpieces)
    assert "".join(piece.removeprefix("##") for piece in pieces) == word
    spelled = ["".join(c for c, o in zip(word, owners, strict=True) if o == n) for n in set(owners)]
    assert spelled == [piece.removeprefix("##") for piece in pieces]


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=10))
def test_any_word_has_pieces_and_every_character_has_one(
    wordpieces: Wordpieces, words: list[str]
) -> None:
    pieces, owners = wordpieces.encode(words)
    assert np.all(pieces.counts >= 1)
    assert owners.counts.tolist() == [len(word) for word in words]
    assert np.all(owners.values < np.repeat(pieces.counts, owners.counts))
    alone, _ = wordpieces.encode(words[:1])
    assert alone.values.tolist() == pieces.values[: pieces.counts[0]].tolist()

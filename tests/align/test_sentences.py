"""Alignment of sentences: rows by hand, stage equal to API, properties of any words."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
import pytest

from pngnw.align.aligner import Aligner
from pngnw.align.sentences import (
    LOWER,
    NONE,
    OTHER,
    TITLE,
    UPPER,
    AlignedSentence,
    WordAligner,
    word_type,
)
from pngnw.align.stage import align_table
from pngnw.align.symbols import TOKENS
from pngnw.align.wordpieces import SPECIALS, Wordpieces

PIECES = Wordpieces([*SPECIALS, "read", "##er", "red", "-", "haired", "the", ".", "?", "!"])


@dataclass(frozen=True)
class Word:
    text: str
    phonemes: tuple[str, ...]
    origin: str = "lexicon"


def word(text: str, phonemes: str) -> Word:
    return Word(text, tuple(phonemes.split()))


def mark(text: str) -> Word:
    return Word(text, (text,), "punctuation")


SENTENCE = [
    word("The", "DH AH0"),
    word("red-haired", "R EH1 D HH EH1 R D"),
    word("reader", "R IY1 D ER0"),
    mark("."),
]


def phonemized(sentences: Sequence[Sequence[Word]]) -> pa.Table:
    """A table as the phonemize stage writes it."""
    names = pa.dictionary(pa.int32(), pa.string())
    struct = pa.struct(
        [("text", pa.string()), ("phonemes", pa.list_(pa.string())), ("origin", pa.string())]
    )
    rows = [
        [{"text": w.text, "phonemes": list(w.phonemes), "origin": w.origin} for w in sentence]
        for sentence in sentences
    ]
    return pa.table(
        {
            "id": pa.array(range(len(rows)), pa.uint64()),
            "split": pa.array(["train"] * len(rows), pa.string()).cast(names),
            "words": pa.array(rows, pa.list_(struct)),
        }
    )


def row_of(table: pa.Table, index: int) -> AlignedSentence:
    return AlignedSentence(
        **{f.name: np.array(table[f.name][index].as_py()) for f in fields(AlignedSentence)}
    )


def equal(one: AlignedSentence, two: AlignedSentence) -> bool:
    return all(np.array_equal(getattr(one, f.name), getattr(two, f.name)) for f in fields(one))


def test_a_sentence_by_hand(aligner: Aligner) -> None:
    row = WordAligner(PIECES, aligner).align(SENTENCE)
    spelled = [TOKENS.symbols[i] for i in row.graphemes]
    assert spelled == ["t", "h", "e", *"red", "<->", *"haired", *"reader", "."]
    assert [TOKENS.symbols[i] for i in row.phonemes] == (
        ["DH", "AH0", "R", "EH1", "D", "HH", "EH1", "R", "D", "R", "IY1", "D", "ER0", "."]
    )
    assert row.graphemes_per_word.tolist() == [3, 10, 6, 1]
    assert row.phonemes_per_word.tolist() == [2, 7, 4, 1]
    assert [PIECES.pieces[i] for i in row.pieces] == [
        "the", "red", "-", "haired", "read", "##er", ".",
    ]  # fmt: skip
    assert row.pieces_per_word.tolist() == [1, 3, 2, 1]
    assert row.piece_of_grapheme.tolist() == [0] * 6 + [1] + [2] * 6 + [0] * 4 + [1] * 2 + [0]
    assert row.piece_of_phoneme.tolist() == [0, 0, 0, 0, 0, 2, 2, 2, 2, 0, 0, 0, 1, 0]
    assert row.word_type.tolist() == [TITLE, LOWER, LOWER, NONE]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("word", LOWER), ("WORD", UPPER), ("Word", TITLE), ("I", TITLE), ("U.S.", UPPER),
        ("McCoy", OTHER), ("iPod", OTHER), ("don't", LOWER), ("Red-haired", TITLE),
        ("X-RAY", UPPER), ("Élan", TITLE), ("漢字", NONE), ("'", NONE),
    ],
)  # fmt: skip
def test_word_types(text: str, expected: int) -> None:
    assert word_type(text) == expected


def test_the_stage_equals_the_api(aligner: Aligner) -> None:
    sentences = [SENTENCE, SENTENCE[::-1], [mark("!")], SENTENCE[2:]]
    table, stats = align_table(WordAligner(PIECES, aligner), phonemized(sentences))
    for index, sentence in enumerate(sentences):
        assert equal(row_of(table, index), WordAligner(PIECES, aligner).align(sentence))
    assert stats["words"] == sum(map(len, sentences)) == 11
    assert stats["pieces"] == 7 + 7 + 1 + 3
    assert stats["unknown_pieces"] == 0
    assert stats["words_monotone"] == stats["words_every_piece_spoken"] + 2 == 11


def test_rows_that_do_not_fit_are_dropped_and_counted(aligner: Aligner) -> None:
    sentences = [SENTENCE, [word("a" * 256, "AH0")], [], [word("a", "AH0 " * 256)], SENTENCE]
    table, stats = align_table(WordAligner(PIECES, aligner), phonemized(sentences))
    assert table["id"].to_pylist() == [0, 4]
    assert stats["dropped.word_too_long"] == 2
    assert stats["dropped.no_words"] == 1
    with pytest.raises(ValueError, match="255"):
        WordAligner(PIECES, aligner).align(sentences[1])


def test_a_word_without_phonemes_is_counted(aligner: Aligner) -> None:
    table, stats = align_table(
        WordAligner(PIECES, aligner), phonemized([[word("漢", ""), mark(".")]])
    )
    assert table["phonemes_per_word"].to_pylist() == [[0, 1]]
    assert stats["words_without_phonemes"] == 1


def test_many_threads_see_what_one_sees(aligner: Aligner, monkeypatch: pytest.MonkeyPatch) -> None:
    """While words are learned and, with a small memory, forgotten."""
    monkeypatch.setattr("pngnw.align.sentences.MEMORY", 12)
    draw = random.Random(0)
    words = [word(f"{'read' * (n % 5 + 1)}{n}", "R EH1 D " * (n % 7 + 1)) for n in range(40)]
    asked = [draw.sample(words, draw.randrange(1, 7)) for _ in range(2000)]
    shared = WordAligner(PIECES, aligner)
    with ThreadPoolExecutor(8) as pool:
        found = [*pool.map(shared.align, asked)]
    one = WordAligner(PIECES, aligner)
    assert all(equal(row, one.align(each)) for row, each in zip(found, asked, strict=True))

"""Any text in, words with phonemes out: the same ones alone, in a batch, in any order."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.params import Phonemize
from pngnw.phonemize.arpabet import SYMBOLS
from pngnw.phonemize.phonemizer import Phonemizer, Word
from pngnw.phonemize.pronouncer import ORIGINS, UNPRONOUNCEABLE
from pngnw.phonemize.words import is_mark


@pytest.fixture(scope="module")
def phonemizer() -> Phonemizer:
    return Phonemizer.load(Phonemize(lexicon=None))


@pytest.fixture(scope="module")
def other() -> Phonemizer:
    return Phonemizer.load(Phonemize(lexicon=None))


def test_a_sentence(phonemizer: Phonemizer) -> None:
    assert phonemizer(["Mr. Darcy's red-haired 中 blorpat."]) == [
        [
            Word("Mr", 0, 2, ("M", "IH1", "S", "T", "ER0"), "lexicon"),
            Word(".", 2, 3, (".",), "punctuation"),
            Word("Darcy's", 4, 11, ("D", "AA1", "R", "S", "IY0", "Z"), "rule"),
            Word("red-haired", 12, 22, ("R", "EH1", "D", "HH", "EH1", "R", "D"), "rule"),
            Word("中", 23, 24, (), UNPRONOUNCEABLE),
            Word("blorpat", 25, 32, ("B", "L", "AO1", "R", "P", "AE2", "T"), "neural"),
            Word(".", 32, 33, (".",), "punctuation"),
        ]
    ]


def test_nothing(phonemizer: Phonemizer) -> None:
    assert phonemizer([]) == []
    assert phonemizer(["", " \n"]) == [[], []]


PIECES = st.sampled_from(
    [
        *[
            "The",
            "wind",
            "blorp",
            "read",
            "it",
            ",",
            "'tis",
            "'",
            "“",
            "”",
            "dogs'",
            "U.S.",
            "HTML",
        ],
        *["42", "α", "½", "中", "red-haired", "don't", "wound", "-", "é"],
    ]
)
TEXTS = st.text(max_size=30) | st.lists(PIECES, max_size=12).map(" ".join)


@settings(max_examples=120)
@given(text=TEXTS)
def test_any_string_gets_something_for_every_word(phonemizer: Phonemizer, text: str) -> None:
    (words,) = phonemizer([text])
    assert "".join(word.text for word in words) == "".join(text.split())
    for word in words:
        assert text[word.start : word.end] == word.text
        if word.origin == UNPRONOUNCEABLE:
            assert word.phonemes == ()
            assert not word.text.isascii()
        elif is_mark(word.text):
            assert (word.phonemes, word.origin) == ((word.text,), "punctuation")
        else:
            assert word.origin in ORIGINS
            assert word.phonemes
            assert SYMBOLS.issuperset(word.phonemes)


@settings(max_examples=40)
@given(texts=st.lists(TEXTS, max_size=8))
def test_company_changes_nothing(
    phonemizer: Phonemizer, other: Phonemizer, texts: list[str]
) -> None:
    """`other` meets the texts in the opposite order: what it remembers must not matter either."""
    together = phonemizer(texts)
    assert together == [phonemizer([text])[0] for text in texts]
    assert [other([text])[0] for text in reversed(texts)] == together[::-1]


def test_lone_surrogates_are_survived(phonemizer: Phonemizer) -> None:
    (words,) = phonemizer(["a\ud800b cat"])
    assert [(word.start, word.end) for word in words] == [(0, 1), (1, 2), (2, 3), (4, 7)]


def test_a_long_line_is_only_long(phonemizer: Phonemizer) -> None:
    (words,) = phonemizer(["a.b-" * 5000 + "x" * 5000])
    assert sum(len(word.text) for word in words) == 25000


def test_the_users_lexicon_wins_over_everything(tmp_path: Path) -> None:
    path = tmp_path / "own.dict"
    path.write_text("read AA1\nred-haired AE1\ncat B\nblorp EY1\nblorps IY1\n", encoding="utf-8")
    own = Phonemizer.load(Phonemize(lexicon=str(path)))
    (words,) = own(["Read red-haired cat blorp blorps blorp's blorp-cat"])
    assert [" ".join(word.phonemes) for word in words] == [
        "AA1", "AE1", "B", "EY1", "IY1", "EY1 Z", "EY1 B",
    ]  # fmt: skip

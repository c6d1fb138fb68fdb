"""Any text in, words with phonemes out: the same alone, in a batch, in any order, in threads."""

import os
import pickle
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.core.errors import UserError
from pngnw.normalize import NormalizeOptions
from pngnw.phonemize.phonemizer import Phonemizer, Word
from pngnw.phonemize.pronouncer import UNPRONOUNCEABLE
from tests.fuzz.hostile import sentences


@pytest.fixture(scope="module")
def other() -> Phonemizer:
    return Phonemizer()


def test_a_sentence(phonemizer: Phonemizer) -> None:
    text = "Dr. Darcy's red-haired 中 blorpat, 12 [x](/EH1 K S/)."
    read = phonemizer(text)
    assert read.words == (
        Word("Doctor", ("D", "AA1", "K", "T", "ER0"), "Dr.", 0, 3, "dotted", "lexicon", None),
        Word("Darcy's", ("D", "AA1", "R", "S", "IY0", "Z"), "Darcy's", 4, 11, None, "rule", None),
        Word("red-haired", ("R", "EH1", "D", "HH", "EH1", "R", "D"), "red-haired", 12, 22, None,
             "rule", None),
        Word("中", (), "中", 23, 24, None, UNPRONOUNCEABLE, None),
        Word("blorpat", ("B", "L", "AO1", "R", "P", "AE2", "T"), "blorpat", 25, 32, None, "neural",
             None),
        Word(",", (",",), ",", 32, 33, None, "punctuation", None),
        Word("twelve", ("T", "W", "EH1", "L", "V"), "12", 34, 36, "number", "lexicon", None),
        Word("x", ("EH1", "K", "S"), "[x](/EH1 K S/)", 37, 51, None, "override", None),
        Word(".", (".",), ".", 51, 52, None, "punctuation", None),
    )  # fmt: skip
    assert (read.text, read.silent) == (text, ())
    assert read.phonemes.endswith("AE2 T | , | T W EH1 L V | EH1 K S | .")


PIECES = st.sampled_from([
    "The", "wind", "blorp", "read", "it", ",", "'tis", "'", "“", "”", "dogs'", "U.S.", "HTML",
    "42", "α", "½", "中", "red-haired", "don't", "wound", "-", "é", "[a](/K/)", "<b>", "$5",
])  # fmt: skip
TEXTS = st.text(max_size=30) | st.lists(PIECES, max_size=12).map(" ".join)


@settings(max_examples=40)
@given(texts=st.lists(TEXTS, max_size=8))
def test_company_changes_nothing(
    phonemizer: Phonemizer, other: Phonemizer, texts: list[str]
) -> None:
    """`other` meets the texts in the opposite order: what it remembers must not matter either."""
    together = phonemizer.batch(texts)
    assert together == [phonemizer(text) for text in texts]
    assert [other(text) for text in reversed(texts)] == together[::-1]


def test_odd_texts(phonemizer: Phonemizer) -> None:
    assert phonemizer.batch([]) == []
    assert [read.words for read in phonemizer.batch(["", " \n"])] == [(), ()]
    read = phonemizer("a\ud800b cat")  # a lone surrogate
    assert [(word.start, word.end) for word in read.words] == [(0, 1), (1, 2), (2, 3), (4, 7)]
    assert sum(word.end - word.start for word in phonemizer("x" * 5000).words) == 5000


@pytest.mark.parametrize("texts", [[None], ["fine", 3], ["fine", b"bytes"]])
def test_what_is_no_text_is_named(phonemizer: Phonemizer, texts: list[Any]) -> None:
    with pytest.raises(TypeError, match=f"text {len(texts) - 1}.*{type(texts[-1]).__name__}"):
        phonemizer.batch(texts)
    with pytest.raises(TypeError, match=type(texts[-1]).__name__):
        phonemizer(texts[-1])
    with pytest.raises(TypeError, match="batch"):
        phonemizer(["a text"])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="list"):
        phonemizer.batch("a text")


def test_a_lexicon_as_a_dict_is_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "own.dict"
    path.write_text("WORCESTER  W UH1 S T ER0\n")
    text = "Worcester's wind: worcester"
    (read,) = {Phonemizer(own)(text) for own in ({"Worcester": "W UH1 S T ER0"}, path, str(path))}
    assert [word.origin for word in read.words] == ["user", "homograph", "punctuation", "user"]
    assert read.words[0].phonemes == ("W", "UH1", "S", "T", "ER0", "Z")
    with pytest.raises(UserError, match="X"):
        Phonemizer({"cat": "K AE1 X"})


@pytest.mark.parametrize("initialism", ["U.S.", "D.C.", "p.m.", "Q.R.Z."])
def test_an_initialism_at_the_end_keeps_its_reading_and_leaves_the_full_stop(
    phonemizer: Phonemizer, initialism: str
) -> None:
    within = phonemizer(f"It is {initialism} now").words
    end = phonemizer(f"It is {initialism}").words
    assert end[2].phonemes == within[2].phonemes
    assert (end[3].text, end[3].written) == (".", ".")


def test_choices_of_normalization() -> None:
    read = Phonemizer(options=NormalizeOptions(number_and=True))("105")
    assert [word.text for word in read.words] == ["one", "hundred", "and", "five"]


def test_phonemes_alone_are_those_of_the_words(
    phonemizer: Phonemizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["He read it -- in 1984.", "", "To read 東京: a red-haired blorp!", "[Fox](/F/)'s wind"]
    rows = [
        [" ".join(word.phonemes) for word in read.words if word.phonemes]
        for read in phonemizer.batch(lines)
    ]
    assert phonemizer.phonemes(lines).to_pylist() == rows
    monkeypatch.setattr("pngnw.phonemize.phonemizer.COLUMN", 3)
    assert phonemizer.phonemes(lines).to_pylist() == rows
    assert phonemizer.phonemes([]).to_pylist() == []


@pytest.mark.parametrize(
    ("alphabet", "phonemes", "first"),
    [
        ("ipa", "ˈdɑktɚ ˈhu, ˈblɔɹp.", ("ˈd", "ɑ", "k", "t", "ɚ")),
        ("espeak", "dˈɑːktɚ hˈuː, blˈɔːɹp.", ("d", "ˈɑː", "k", "t", "ɚ")),
        ("misaki", "dˈɑktəɹ hˌu, blˈɔɹp.", ("d", "ˈɑ", "k", "t", "əɹ")),
    ],
)
def test_alphabets(alphabet: str, phonemes: str, first: tuple[str, ...]) -> None:
    phonemizer = pickle.loads(pickle.dumps(Phonemizer(alphabet=alphabet)))  # noqa: S301 - our own
    read = phonemizer("Dr. [Who](/HH UW1/), blorp.")
    assert (read.phonemes, read.words[0].phonemes) == (phonemes, first)
    assert [word.origin for word in read.words[:2]] == ["lexicon", "override"]
    assert phonemizer.batch(["", "Dr. [Who](/HH UW1/), blorp."])[1] == read


def test_an_alphabet_that_there_is_not_is_refused() -> None:
    with pytest.raises(UserError, match=r"klingon.*misaki"):
        Phonemizer(alphabet="klingon")


def _texts(count: int) -> list[str]:
    """Sentences, each with a word that only the network can read, and with numbers."""
    every = sentences()
    return [f"{every[n % len(every)]} Blorp{chr(97 + n % 26) * 2}{n}" for n in range(count)]


def test_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """They forget in the midst of each other's work, too."""
    texts = _texts(160)
    one_by_one = Phonemizer().batch(texts)
    monkeypatch.setattr("pngnw.phonemize.pronouncer.REMEMBERED", 3)
    shared = Phonemizer()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(shared, texts)) == one_by_one
        halves = pool.map(shared.batch, [texts[start::2] for start in (0, 1)] * 4)
        assert list(halves) == [one_by_one[start::2] for start in (0, 1)] * 4
    assert shared.batch(texts) == one_by_one


def test_a_forked_child_answers_alike(phonemizer: Phonemizer) -> None:
    texts = _texts(100)
    expected = phonemizer.batch(texts)
    phonemizer.batch(_texts(200))  # the pools have their threads
    child = os.fork()
    if not child:
        signal.alarm(60)  # a child that waits for ever is killed
        os._exit(int(phonemizer.batch(texts) != expected or Phonemizer().batch(texts) != expected))
    assert os.waitpid(child, 0)[1] == 0

"""The article and the letter."""

import pytest

from pngnw.params import Phonemize
from pngnw.phonemes.phonemizer import Phonemizer


@pytest.fixture(scope="module")
def phonemizer() -> Phonemizer:
    return Phonemizer.load(Phonemize(lexicon=None))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A man", "AH0"),
        ("such a man", "AH0"),
        ("the U S A won", "EY1"),
        ("a B A in history", "AH0 EY1"),
        ("at ten a m", "EY1"),
        ("Am I a man", "AH0"),
        ("plan B. A man", "AH0"),
        ("A", "AH0"),
        ("A A", "EY1 EY1"),
    ],
)
def test_a(phonemizer: Phonemizer, text: str, said: str) -> None:
    (words,) = phonemizer([text])
    assert " ".join(word.phonemes[0] for word in words if word.text in "aA") == said


def test_neighbours_in_other_texts_do_not_count(phonemizer: Phonemizer) -> None:
    (_, (a,), (_, last), _) = phonemizer(["U S", "A", "such a", "m"])
    assert a.phonemes == last.phonemes == ("AH0",)

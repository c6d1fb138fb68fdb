"""The article and the letter."""

import pytest

from pngnw.params import Phonemize
from pngnw.phonemize.phonemizer import Phonemizer


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
        ("Plan A failed", "EY1"),
        ("rich in vitamin A.", "EY1"),
        ("from A to Z", "EY1"),
        ("Group A", "EY1"),
        ("a sonata in A minor", "AH0 EY1"),
        ("in A Room of One's Own", "AH0"),
        ('"A man," she said', "AH0"),
        ("She said, A man", "AH0"),
        ("THIS IS A TEST", "AH0"),
        ("the letter a", "AH0"),
        ("the letter a.", "EY1"),
        ("the letters a, b and c", "EY1"),
        ("it has an 'a' in it", "EY1"),
        ('it has an "a" in it', "EY1"),
        ('a "great" man', "AH0"),
        ("a 'great' man", "AH0"),
        ("a (great) man", "AH0"),
        ("such a - a man", "AH0 AH0"),
        ("such a... a man", "AH0 AH0"),
        ("such a… a man", "AH0 AH0"),
    ],
)
def test_a(phonemizer: Phonemizer, text: str, said: str) -> None:
    (words,) = phonemizer([text])
    assert " ".join(word.phonemes[0] for word in words if word.text in "aA") == said


def test_neighbours_in_other_texts_do_not_count(phonemizer: Phonemizer) -> None:
    (_, (a,), (_, last), _) = phonemizer(["U S", "A", "such a", "m"])
    assert a.phonemes == last.phonemes == ("AH0",)


def test_first_and_last_tokens_of_neighbouring_texts(phonemizer: Phonemizer) -> None:
    texts = ["", "Plan A", ". A man", "a", ".", "", "the letter a.", "such a", "B", ""]
    assert phonemizer(texts) == [phonemizer([text])[0] for text in texts]

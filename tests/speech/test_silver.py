"""pocketsphinx against gold times, and the same whatever was aligned before."""

import numpy as np
import pytest

from pngnw.speech import silver
from pngnw.speech.breaths import say
from pngnw.speech.silver import Aligner, Silver
from pngnw.speech.utterance import Line, generator

pytest.importorskip("pocketsphinx")

HELLO = [["HH", "AH0", "L", "OW1"], ["K", "AE1", "T", "S"], [","], ["R", "IY1", "D"], ["."]]
BOOKS = [["DH", "AH0"], ["B", "UH1", "K", "S"], ["AA1", "R"], ["S", "L", "OW1"], ["."]]


@pytest.fixture(scope="module")
def aligner() -> Aligner:
    return Aligner()


@pytest.mark.parametrize("words", [HELLO, BOOKS])
def test_phones_are_those_of_the_text_near_their_gold_times(
    aligner: Aligner, words: list[list[str]]
) -> None:
    u = say(Line(words), generator(0, 1))
    assert not isinstance(u, str)
    assert u.start is not None
    found = aligner(u.samples, words)
    assert isinstance(found, Silver)
    tokens = [token for word in words for token in word]
    spoken = [n for n, token in enumerate(tokens) if token[0].isalpha()]
    assert [name for name, _, _ in found.phones] == [tokens[n].rstrip("012") for n in spoken]
    errors = np.abs([a for _, a, _ in found.phones] - u.start[spoken])
    assert np.median(errors) < 0.03
    assert errors.max() < 0.15


def test_nothing_leaks_from_one_recording_into_the_next(aligner: Aligner) -> None:
    u, other = say(Line(HELLO), generator(0, 2)), say(Line(BOOKS), generator(0, 3))
    assert not isinstance(u, str)
    assert not isinstance(other, str)
    first = aligner(u.samples, HELLO)
    aligner(other.samples, BOOKS)
    assert aligner(u.samples, HELLO) == first == Aligner()(u.samples, HELLO)


def test_a_text_that_is_not_said_has_a_reason(aligner: Aligner) -> None:
    short = np.zeros(1200, np.int16)
    assert aligner(short, [*HELLO, *BOOKS] * 2) in (silver.NO_PATH, silver.OTHER_PHONES)

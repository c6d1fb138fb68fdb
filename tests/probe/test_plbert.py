"""Symbols of PL-BERT's arm by hand; its states where the extra is installed."""

import numpy as np
import pytest

from pngnw.probe import plbert
from pngnw.probe.sets import LabelledText, Span
from pngnw.probe.texts import to_questions
from pngnw.text import TextReader
from tests.phonemize.symbols import SETS

TEXT = 'We saw "art", (if not all) of the U.S. presents.'


def test_symbols_are_kokoros() -> None:
    assert set(plbert.IDS) == SETS["misaki"]
    # As its config.json has them.
    assert [plbert.IDS[symbol] for symbol in ';"A Iˈᵻ'] == [1, 11, 24, 16, 25, 156, 177]
    assert plbert._MASK not in plbert.IDS.values()


def test_ids_and_words_by_hand() -> None:
    """wi "ɑɹt", where the second word is hidden: its symbols, and neither marks nor spaces."""
    rows = [("w", "i"), ('"',), ("ˈɑ", "ɹ", "t"), ('"',), (",",)]
    hidden = np.array([False, False, True, False, False])
    ids, word = plbert._symbols(rows, hidden)
    assert ids == [0, 65, 51, 16, 11, 29, 29, 29, 29, 11, 3, 0]
    assert word.tolist() == [-1, 0, 0, -1, 1, 2, 2, 2, 2, 3, 4, -1]


@pytest.mark.skipif(bool(plbert.missing()), reason="needs the extra kokoro")
def test_states_are_those_of_the_words_symbols(reader: TextReader) -> None:
    spans = (Span(0, 2, "all", "?"), Span(8, 11, "all", "?"))
    questions = to_questions([LabelledText(TEXT, spans)], reader)
    states = plbert.plbert(questions)
    assert states.shape == (2, 768)
    rows = plbert._rows(questions.sentences)
    ids, word = plbert._symbols(rows, np.zeros(len(rows), np.bool_))
    (whole,) = plbert._session().run(None, {"tokens": np.array([ids])})
    for row, number in ((0, 0), (1, 3)):
        np.testing.assert_allclose(states[row], whole[0, word == number].mean(axis=0), atol=1e-5)

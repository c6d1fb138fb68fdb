"""The table of words by hand, and the sentence encoder on a sentence that was looked at."""

import numpy as np
import pytest
import torch

from pngnw.arms.text import spelled
from pngnw.probe.sets import LabelledText, Span
from pngnw.probe.texts import to_questions
from pngnw.probe.words import lexical, minilm, of_questions
from pngnw.teach.minilm import MiniLM
from pngnw.text import TextReader

TEXT = "Ann's red-haired cat, Bo!"


def _about(*bounds: tuple[int, int]) -> LabelledText:
    return LabelledText(TEXT, tuple(Span(start, end, "all", "?") for start, end in bounds))


def test_words_are_those_that_the_encoders_read(reader: TextReader) -> None:
    questions = to_questions([_about((0, 5))], reader)
    assert spelled(questions.sentences) == [["ann's", "red-haired", "cat", ",", "bo", "!"]]


@pytest.mark.parametrize(
    ("bounds", "neighbors", "features"),
    [
        ((22, 24), 0, 3),  # bo: the word, o, bo
        ((17, 20), 0, 4),  # cat, t, at, cat
        ((17, 20), 2, 8),  # and ann's, red-haired; "," and bo
        ((17, 24), 0, 9),  # cat, "," and bo; a mark is its own suffix
    ],
)
def test_features_by_hand(
    reader: TextReader, bounds: tuple[int, int], neighbors: int, features: int
) -> None:
    table = lexical(to_questions([_about(bounds)], reader), neighbors)
    assert table.sum() == table.shape[1] == features


def test_rows_share_what_their_words_share(reader: TextReader) -> None:
    """cat | bo | cat: the same word has the same row, and its neighbors tell it apart."""
    texts = [_about((17, 20), (22, 24)), LabelledText("A cat!", (Span(2, 5, "all", "?"),))]
    questions = to_questions(texts, reader)
    alone, beside = (lexical(questions, n).toarray() for n in (0, 1))
    assert (alone @ alone.T).tolist() == [[4, 0, 4], [0, 3, 0], [4, 0, 4]]
    # Beside it: "red-haired" and ","; "," and "!"; "a" and "!".
    assert (beside @ beside.T).tolist() == [[6, 0, 4], [0, 5, 1], [4, 1, 6]]


def test_minilm_states_are_means_over_wordpieces() -> None:
    """As the tokenizer cuts the text: ann ' s red - haired cat , bo !"""
    model = MiniLM.load()
    (ids,) = model.tokenize([TEXT])
    assert len(ids) == 12
    words = ["ann's", "red-haired", "cat", ",", "bo", "!"]
    other = ["so", "it", "was"]
    states = model.word_states([other, words, []])
    assert states.shape == (9, 384)
    _, states_BTH = model._run([ids])
    for word, pieces in zip(states[3:], ([1, 2, 3], [4, 5, 6], [7], [8], [9], [10]), strict=True):
        torch.testing.assert_close(
            word, states_BTH[0, pieces].float().mean(dim=0), atol=1e-3, rtol=0
        )


def test_minilm_is_asked_about_the_same_words(reader: TextReader) -> None:
    questions = to_questions([_about((17, 20)), _about((17, 24), (0, 5))], reader)
    states = MiniLM.load().word_states(spelled(questions.sentences)).numpy()
    asked = minilm(questions)
    np.testing.assert_allclose(asked[0], states[2], atol=1e-3)
    np.testing.assert_allclose(asked[1], states[8:11].mean(axis=0), atol=1e-3)  # cat , bo
    np.testing.assert_allclose(asked[2], states[6], atol=1e-3)
    assert of_questions(states, questions).dtype == np.float32

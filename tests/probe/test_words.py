"""The table of words by hand, and the sentence encoder on a sentence that was looked at."""

import numpy as np
import pytest

from pngnw.core.errors import UserError
from pngnw.probe.sets import LabelledText, Span
from pngnw.probe.texts import to_questions
from pngnw.probe.words import lexical, minilm
from pngnw.teach.minilm import MiniLM
from pngnw.text import TextReader

TEXT = "Ann's red-haired cat, Bo!"


def _about(*bounds: tuple[int, int]) -> LabelledText:
    return LabelledText(TEXT, tuple(Span(start, end, "all", "?") for start, end in bounds))


@pytest.mark.parametrize(
    ("bounds", "neighbors", "features"),
    [
        ((17, 20), 0, 4),  # cat, t, at, cat
        ((17, 24), 0, 9),  # cat, "," and bo; a mark is its own suffix
    ],
)
def test_features_by_hand(
    reader: TextReader, bounds: tuple[int, int], neighbors: int, features: int
) -> None:
    table = lexical(to_questions([_about(bounds)], reader), neighbors)
    assert table.sum() == table.shape[1] == features


def test_columns_are_in_the_order_of_the_text(reader: TextReader) -> None:
    """And not in that of a set of strings, which is another one in every process."""
    spans = tuple(Span(start, start + 3, "all", "?") for start in (2, 6))
    table = lexical(to_questions([LabelledText("A cat sat.", spans)], reader), neighbors=0)
    # cat, -t, -at, -cat; of sat two endings are known.
    assert table.indices.tolist() == [0, 1, 2, 3, 1, 2, 4, 5]


def test_rows_share_what_their_words_share(reader: TextReader) -> None:
    """cat | bo | cat: the same word has the same row, and its neighbors tell it apart."""
    texts = [_about((17, 20), (22, 24)), LabelledText("A cat!", (Span(2, 5, "all", "?"),))]
    questions = to_questions(texts, reader)
    alone, beside = (lexical(questions, n).toarray() for n in (0, 1))
    assert (alone @ alone.T).tolist() == [[4, 0, 4], [0, 3, 0], [4, 0, 4]]
    # Beside it: "red-haired" and ","; "," and "!"; "a" and "!".
    assert (beside @ beside.T).tolist() == [[6, 0, 4], [0, 5, 1], [4, 1, 6]]


def test_minilm_is_asked_about_the_same_words(reader: TextReader) -> None:
    """As its tokenizer cuts the words, ann ' s red - haired cat , bo !; sentences by length."""
    texts = [_about((17, 20), (17, 24), (0, 5)), LabelledText("So?", (Span(0, 2, "all", "?"),))]
    asked = minilm(to_questions(texts, reader))
    short, long = "so ?", "ann's red-haired cat , bo !"
    [batch] = MiniLM.load().batches([long, short])
    assert batch.rows == [1, 0]
    of_short, of_long = batch.states.float().numpy()
    assert asked.dtype == np.float32
    for row, pieces in zip(asked, ([7], [7, 8, 9], [1, 2, 3]), strict=False):
        np.testing.assert_allclose(row, of_long[pieces].mean(axis=0), atol=1e-3)
    np.testing.assert_allclose(asked[3], of_short[1], atol=1e-3)


def test_a_sentence_that_minilm_cannot_read_is_named(reader: TextReader) -> None:
    text = LabelledText("Oh, " * 300, (Span(0, 2, "all", "?"),))
    with pytest.raises(UserError, match=r"512 wordpieces at most; split the sentence 'oh , oh"):
        minilm(to_questions([text], reader))

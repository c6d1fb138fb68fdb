"""Controls by hand on a tiny corpus, and against the same rule written with dictionaries."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from pngnw.align.symbols import TOKENS
from pngnw.model.inputs import GRAPHEME_SIDE, PHONEME_SIDE, assemble
from pngnw.model.sentences import Sentences
from pngnw.pretrain.controls import HIDDEN_WORDS, Controls, numbers, visible, word_table
from pngnw.pretrain.data import Split
from tests.model import synthetic

A, B, C = TOKENS.letters[:3]
P, Q, R = TOKENS.phonemes[:3]
COMMA = TOKENS.id(",")
# name: letters, phonemes, wordpieces. Two readings of "ab", two spellings of P Q.
WORDS = {
    "ab": ([A, B], [P, Q], [10]),
    "AB": ([A, B], [P, R, R], [10]),
    "ac": ([A, C], [P, Q], [11]),
    "ba": ([B, A], [Q, P], [12]),
    "bb": ([B, B], [Q, Q], [13, 4]),
    "abc": ([A, B, C], [P, Q, R], [14]),
    ",": ([COMMA], [COMMA], [15]),
}
TEXT = ["ac ab ba", "ba ab AB ,", "ac ab ba ,", "ba abc ba", "bb abc ac", "ac bb ba"]


def sentences(text: list[str]) -> Sentences:
    words = [[synthetic.word(*WORDS[name]) for name in line.split()] for line in text]
    return Sentences.from_table(synthetic.table(words))


def controls(text: list[str], unit: str = "letter") -> Controls:
    return Controls.of(Split(sentences(text), np.zeros((len(text), 64), np.float16)), unit)


def asked(line: str, unit: str = "letter") -> pl.DataFrame:
    """The words in square brackets, hidden in their sentence."""
    hidden = np.array([name.startswith("[") for name in line.split()])
    words = word_table(sentences([line.replace("[", "").replace("]", "")]), unit)
    return visible(words, hidden).filter(pl.Series(hidden))


@pytest.mark.parametrize("unit", ["letter", "wordpiece"])
def test_sequences_are_the_tokens_that_the_model_is_asked_for(unit: Any) -> None:
    text = sentences(TEXT)
    config = synthetic.MODEL.model_copy(update={"grapheme_unit": unit})
    inputs, table = assemble(text, np.arange(len(text)), config), word_table(text, unit)
    for side, column in ((PHONEME_SIDE, "pronunciation"), (GRAPHEME_SIDE, "spelling")):
        rows = (inputs.segment == side) & (inputs.word >= 0)
        tokens = np.concatenate([numbers(sequence) for sequence in table[column]])
        assert inputs.token[rows].tolist() == tokens.tolist()


@pytest.mark.parametrize(
    ("text", "word", "shown", "column", "answer"),
    [
        (TEXT, "AB", "spelling", "pronunciation", [P, Q]),  # three times against one
        (TEXT, "ab", "pronunciation", "spelling", [A, C]),  # four "ac", three "ab"
        (["ab ac"], "ac", "pronunciation", "spelling", [A, B]),  # a tie
        (["ac"], "ab", "spelling", "pronunciation", None),  # unseen
    ],
)
def test_lookup_by_hand(
    text: list[str], word: str, shown: str, column: str, answer: list[int] | None
) -> None:
    answers, seen = controls(text).answers(asked(f"ac [{word}]"), shown, column)
    assert [*answers] == ["lookup"]
    assert seen.tolist() == [answer is not None]
    (found,) = answers["lookup"]
    assert (found is None) == (answer is None)
    assert numbers(found).tolist() == (answer or [])


CONTEXTS = ["ac ab ba", "ac ab ba", "ac bb ba", "abc bb ,", "abc ba bb", "abc ba bb"]
BA, BB, AB, ABC = [12], [13, 4], [10], [14]


@pytest.mark.parametrize(
    ("line", "neighbors", "same_shape", "both"),
    [
        # Between the two: "ab" twice, "bb" once.
        ("ac [bb] ba", AB, BA, AB),
        # The pair is new. Behind "ac": "ab" 2 of 3; nothing before "abc".
        ("ac [ba] abc", AB, BA, AB),
        # Behind "bb": "ba" and a comma, 1 / (2 + 1). Before the comma: "bb" alone, 1 / (1 + 1).
        # Of two letters and two phonemes behind "bb": "ba" alone, as likely, and the left is first.
        ("bb [ab] ,", BB, BA, BA),
        # The left neighbor is hidden. Before "ba": "ab" and "abc" twice each, "ab" came first.
        ("[ac] [ab] ba", AB, BA, AB),
        # Both are hidden: the commonest word.
        ("[ab] [ab] [ab]", BA, BA, BA),
        # Only "abc" has three of each; it stood before "ba".
        ("ac [abc] ba", AB, ABC, ABC),
        # Nothing has three phonemes and two letters.
        ("ac [AB] ba", AB, None, None),
    ],
)
def test_hidden_words_by_hand(line: str, neighbors: Any, same_shape: Any, both: Any) -> None:
    words = asked(line)
    answers = controls(CONTEXTS).answers(words, None, "value")[0]
    assert [*answers] == [*HIDDEN_WORDS]
    row = len(words) // 2
    found = [None if a[row] is None else numbers(a[row]).tolist() for a in answers.values()]
    assert found == [neighbors, same_shape, both]

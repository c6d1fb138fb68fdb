"""Marks are asked for, and the encoder cannot read them off its input."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pngnw.align.symbols import TOKENS
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.model.inputs import assemble
from pngnw.model.sentences import Sentences
from pngnw.probe.punctuation import read, to_questions
from tests.model.synthetic import MODEL, table, word


def _word(*letters: str, kind: int = 1) -> dict[str, list[int]]:
    return word([TOKENS.letter(c) for c in letters], [TOKENS.phoneme("AH0")] * 2, [7], kind)


def _mark(symbol: str) -> dict[str, list[int]]:
    return word([TOKENS.mark(symbol)], [TOKENS.mark(symbol)], [5], 0)


# “Go”, he said; why? -- and: (yes) no! / A b / c?"
SENTENCES = [
    [
        _mark('"'), _word("g", "o", kind=3), _mark(","), _mark('"'), _word("h", "e"),
        _word("s"), _mark(";"), _word("w"), _mark("?"), _mark("-"), _word("a"), _mark("("),
        _word("y"), _mark(")"), _word("n", "o"), _mark("!"), _mark('"'),
    ],
    [_word("a", kind=2), _word("b")],
    [_word("c"), _mark("."), _mark("?"), _mark('"')],
]  # fmt: skip


def test_labels_by_hand() -> None:
    questions = to_questions(Sentences.from_table(table(SENTENCES)))
    assert questions.label.tolist() == [
        "comma", "none", "pause", "question", "none", "none", "exclamation",
        "none", "none", "question",
    ]  # fmt: skip
    assert questions.group.tolist() == ["inside"] * 6 + ["end", "inside", "end", "end"]
    assert questions.sentence.tolist() == [0] * 7 + [1, 1, 2]
    assert questions.first.tolist() == [0, 1, 2, 3, 4, 5, 6, 0, 1, 0]
    assert (questions.stop - questions.first == 1).all()


def test_the_encoder_sees_no_mark_and_no_capital() -> None:
    """Two texts that differ in marks and capitals alone are the same to the encoder."""
    plain = Sentences.from_table(table([[_word(*"go"), _word(*"he")], [_word("a"), _word("b")]]))
    marked = Sentences.from_table(
        table([
            [_mark('"'), _word(*"go", kind=3), _mark("!"), _word(*"he", kind=2), _mark("?")],
            [_word("a"), _mark(","), _word("b"), _mark(".")],
        ])
    )  # fmt: skip
    one, two = (
        assemble(to_questions(each).sentences, np.arange(2), MODEL) for each in (plain, marked)
    )
    for name in ("token", "word_value", "word_type", "segment", "word", "starts"):
        assert getattr(one, name).equal(getattr(two, name)), name
    for kind, values in one.positions.items():
        assert values.equal(two.positions[kind]), kind


def test_only_the_test_split_is_read(tmp_path: Path) -> None:
    rows = table(SENTENCES, ["train", "test", "test"])
    shards.write(tmp_path / shards.name(0), rows, stage="align", fingerprint="x")
    assert read(tmp_path).label.tolist() == ["none", "none", "question"]


def test_a_corpus_without_test_split_is_refused(tmp_path: Path) -> None:
    rows: pa.Table = table(SENTENCES, ["train"] * 3)
    shards.write(tmp_path / shards.name(0), rows, stage="align", fingerprint="x")
    with pytest.raises(UserError, match="no sentence is in the test split"):
        read(tmp_path)

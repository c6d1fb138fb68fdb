"""Labelled sentences: checked row by row, found in the spoken form, held out by hash."""

from collections import Counter
from pathlib import Path

import pytest

from pngnw.core.errors import UserError
from pngnw.phonemize.homographs import read_table
from pngnw.phonemize.homographs.labelled import Row, held_out, read_wikipedia
from pngnw.tools.homographs.data import as_speech, prepare, read_everyday, read_examples

TABLE = read_table()
HEADER = '"homograph"\t"wordid"\t"sentence"\t"start"\t"end"\n'


def _folder(tmp_path: Path, row: str) -> Path:
    (tmp_path / "read.tsv").write_text(HEADER + row + "\n", encoding="utf-8")
    return tmp_path


def test_offsets_are_bytes_and_quotes_are_doubled(tmp_path: Path) -> None:
    folder = _folder(tmp_path, '"read"\t"read_past"\t"Zoë said ""I Read it""."\t13\t17')
    (row,) = read_wikipedia(folder, TABLE)
    assert row == Row("read", 0, 'Zoë said "I Read it".', 12, 16)
    assert row.sentence[row.start : row.end] == "Read"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ('"read"\t"read_past"\t"I read it."\t3\t7', r"read\.tsv:2: bytes 3:7 are not 'read'"),
        ('"read"\t"read_maybe"\t"I read it."\t2\t6', "no reading 'maybe'"),
        ('"cat"\t"cat"\t"a cat"\t2\t5', "'cat' has no reading 'base'"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: str, complaint: str) -> None:
    with pytest.raises(UserError, match=complaint):
        read_wikipedia(_folder(tmp_path, row), TABLE)


def test_homographs_are_found_where_the_text_was_rewritten() -> None:
    rows = [
        Row("lead", 0, "Dr. Who has 42 lead pipes.", 15, 19),
        Row("convict", 0, "An ex-convict, aged 50.", 6, 13),
        Row("lead", 0, "misleading", 3, 7),
    ]
    examples = prepare(rows)
    assert (examples.rows, examples.lost) == (rows[:2], 1)
    kinds = examples.tokens.kind_W[examples.token_N]
    assert [examples.tokens.distinct[kind] for kind in kinds] == ["lead", "ex-convict"]
    assert examples.piece_N.tolist() == [0, 2]


def test_our_own_examples_are_all_usable() -> None:
    rows = read_examples(TABLE)
    assert prepare(rows).lost == 0
    assert all(row.sentence[row.start : row.end].lower() == row.word for row in rows)
    assert len(set(rows)) == len(rows)


def test_a_bad_example_is_named(tmp_path: Path) -> None:
    path = tmp_path / "examples.tsv"
    path.write_text("# ours\nread\tpast\tNothing here.\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"examples\.tsv:2: 'read' is not in the sentence"):
        read_examples(TABLE, path)


def test_a_tenth_of_every_reading_is_held_out_whatever_the_order() -> None:
    counts = {("read", 0): 40, ("read", 1): 9, ("lead", 0): 2, ("lead", 1): 1}
    rows = [
        Row(word, reading, f"sentence {number}", 0, 4)
        for (word, reading), count in counts.items()
        for number in range(count)
    ]
    held = held_out(rows)
    assert held == held_out(rows[::-1])
    per_reading = {each: sum((row.word, row.reading) == each for row in held) for each in counts}
    assert list(per_reading.values()) == [4, 1, 1, 0]


def test_everyday_sentences_are_halved_reading_by_reading() -> None:
    shown, kept = read_everyday(TABLE)
    counts = [Counter((row.word, row.reading) for row in half) for half in (shown, kept)]
    assert counts[0].keys() == counts[1].keys()
    assert all(0 <= counts[0][each] - counts[1][each] <= 1 for each in counts[0])
    assert min(len(shown), len(kept)) >= 300
    assert prepare(kept).lost == 0


def test_no_example_is_nearly_an_everyday_sentence_that_is_held_out() -> None:
    _, kept = read_everyday(TABLE)
    words = {row: set(row.sentence.lower().split()) for row in [*kept, *read_examples(TABLE)]}
    near = [
        (example.sentence, row.sentence)
        for example in read_examples(TABLE)
        for row in kept
        if row.word == example.word
        and len(words[row] & words[example]) > 0.6 * len(words[row] | words[example])
    ]
    assert near == []


@pytest.mark.parametrize(
    ("sentence", "start", "spoken"),
    [
        ("\u201cI Read it,\u201d he said.", 3, "i [read] it he said"),
        ("An ex-convict's life - well, 2nd.", 6, "an ex-[convict]'s life well 2nd"),
        ("(Lead) isn't it?", 1, "[lead] isn't it"),
    ],
)
def test_speech_has_no_capitals_and_no_marks(sentence: str, start: int, spoken: str) -> None:
    word = spoken[spoken.index("[") + 1 : spoken.index("]")]
    row = as_speech(Row(word, 0, sentence, start, start + len(word)))
    assert row.sentence == spoken.replace("[", "").replace("]", "")
    assert (row.start, row.sentence[row.start : row.end]) == (spoken.index("["), word)

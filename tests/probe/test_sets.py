"""Files of labelled text: what is read of good ones, and how bad ones are refused."""

import gzip
import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from pngnw.core.errors import UserError
from pngnw.probe.questions import TEST, TRAIN, UNASSIGNED, VALID
from pngnw.probe.sets import read_emotion, read_homographs, read_pauses, read_prominence

HEADER = '"homograph"\t"wordid"\t"sentence"\t"start"\t"end"\n'


def test_prominence_of_two_sentences(tmp_path: Path) -> None:
    path = tmp_path / "p.txt"
    path.write_text(
        "<file>\ta.txt\nThe\t0\t0\t0.1\t0.0\nbank\t2\t1\t2.5\t1.0\n.\tNA\tNA\tNA\tNA\n"
        "<file>\tb.txt\nNo\t1\t2\t1.25\t2.0\n"
    )
    first, second = read_prominence(path)
    assert first.text == "The bank."
    assert [first.text[span.start : span.end] for span in first.spans] == ["The", "bank"]
    assert [(span.label, span.value) for span in first.spans] == [("0", 0.1), ("2", 2.5)]
    assert (second.text, second.spans[0].label, second.spans[0].value) == ("No", "1", 1.25)
    assert first.part == UNASSIGNED


def test_a_folder_of_prominence_has_parts_and_may_lack_real_values(tmp_path: Path) -> None:
    """Labels of May 2019 in the training file, those of October in the other one, packed."""
    (tmp_path / "train.txt").write_text("<file>\ta.txt\nNo\t1\t2\n.\tNA\tNA\n")
    packed = gzip.compress(b"<file>\tb.txt\nYes\t2\t2\t1.25\t2.0\n")
    (tmp_path / "test.txt.gz").write_bytes(packed)
    train, test = read_prominence(tmp_path)
    assert (train.text, train.part, train.spans[0].label) == ("No.", TRAIN, "1")
    assert (test.text, test.part, test.spans[0].value) == ("Yes", TEST, 1.25)
    assert math.isnan(train.spans[0].value)


def test_pauses_behind_words(tmp_path: Path) -> None:
    """0.1 s is a pause and 0.09 s none; "Mr." is said "mister", half-past is one word."""
    words = [
        ["mister", 0.0, 0.4], ["", 0.4, 0.5], ["jones", 0.5, 0.9], ["", 0.9, 0.99],
        ["<unk>", 0.99, 1.2], ["half", 1.3, 1.5], ["", 1.5, 1.8], ["past", 1.8, 2.0],
        ["", 2.0, 2.05], ["", 2.05, 2.11], ["three", 2.11, 2.3], ["um", 2.5, 2.6], ["go", 2.9, 3.0],
    ]  # fmt: skip
    row = {"id": "1", "text": "Mr. Jones, p.m. half-past three: go.", "words": words}
    ((text,), dropped) = read_pauses(_jsonl(tmp_path / "p.jsonl", row))
    assert [(text.text[s.start : s.end], s.label) for s in text.spans] == [
        ("Mr", "pause"), ("Jones", "none"), ("p.m", "pause"), ("past", "pause"), ("three", "pause"),
    ]  # fmt: skip
    assert dropped == {"inside_a_word": 1, "not_in_text": 1}


def test_emotion_of_two_columns(tmp_path: Path) -> None:
    path = tmp_path / "e.tsv"
    path.write_text("I love it\tjoy\n\nGo away\tanger\r\n")
    found = [(t.text, t.spans[0].label) for t in read_emotion(path)]
    assert found == [("I love it", "joy"), ("Go away", "anger")]


def _jsonl(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_one_true_place_is_one_label_and_splits_are_kept(tmp_path: Path) -> None:
    rows = [
        {"text": "a", "label": [place == 1, place == 0], "split": split}
        for place, split in ((0, "train"), (1, "val"), (1, "test"))
    ]
    texts = read_emotion(_jsonl(tmp_path / "e.jsonl", *rows))
    assert [[span.label for span in text.spans] for text in texts] == [["1"], ["0"], ["0"]]
    assert [text.part for text in texts] == [TRAIN, VALID, TEST]


def test_several_true_places_are_a_question_each(tmp_path: Path) -> None:
    rows = [{"text": text, "label": [text == "a"] * 2 + [False]} for text in "ab"]
    first, second = read_emotion(_jsonl(tmp_path / "e.jsonl", *rows))
    assert [(s.group, s.label) for s in first.spans] == [("0", "yes"), ("1", "yes"), ("2", "no")]
    assert [s.label for s in second.spans] == ["no", "no", "no"]


def read_in(path: Path) -> object:
    """Homographs are read from a folder."""
    return read_homographs(path.parent)


SPLIT = '{"text": "a", "label": 1, "split": "test"}'
BAD: list[tuple[Callable[[Path], object], str, str, str]] = [
    (read_prominence, "p.txt", "<file>\ta\nThe\t0\t0\t0.1\n", r"p\.txt:2: not `word"),
    (read_prominence, "p.txt", "<file>\ta\n", r"p\.txt: empty"),
    (read_prominence, "p.txt.gz", "no gzip", r"p\.txt\.gz: cannot be read"),
    (read_pauses, "p.jsonl", '{"text": "a", "words": []}\n{"text": "a"}', r"p\.jsonl:2: not an"),
    (read_pauses, "p.jsonl", '{"text": "a", "words": [["a", 0.2]]}', r"p\.jsonl:1: not an"),
    (read_emotion, "e.tsv", "good\tjoy\nno label\n", r"e\.tsv:2: not `text<TAB>label`"),
    (read_emotion, "e.tsv", "good\tjoy\n\xff\tjoy\n", r"e\.tsv:2: not UTF-8"),
    (read_emotion, "e.jsonl", "{\n", r"e\.jsonl:1: not JSON"),
    (read_emotion, "e.jsonl", '{"text": "a", "label": [2]}', r"e\.jsonl:1: label is \[2\]"),
    (read_emotion, "e.jsonl", SPLIT.replace("test", "x"), "split is 'x'"),
    (read_emotion, "e.jsonl", SPLIT + '\n{"text": "b", "label": 1}', "some lines say their split"),
    (read_in, "read.tsv", "homograph\twordid\n", r"read\.tsv:1: the columns"),
    (read_in, "read.tsv", HEADER + "read\tread_past\tI read.\t0\t4\n", r"tsv:2: bytes 0:4"),
    (read_in, "read.tsv", HEADER + "read\tread_x\tI read.\t2\t6\n", "'read' has no reading 'x'"),
]


@pytest.mark.parametrize(("read", "name", "text", "message"), BAD)
def test_a_bad_row_is_named(
    tmp_path: Path, read: Callable[[Path], object], name: str, text: str, message: str
) -> None:
    (tmp_path / name).write_bytes(text.encode("latin-1"))
    with pytest.raises(UserError, match=message):
        read(tmp_path / name)


def test_homographs_with_a_fixed_pronunciation(tmp_path: Path) -> None:
    rows = [
        f'"read"\t"read_{reading}"\t"Été {number}: I read it."\t"{at}"\t"{at + 4}"\n'
        for number in range(20)
        for reading in ("past", "present")
        for at in (len(f"Été {number}: I ".encode()),)
    ]
    (tmp_path / "read.tsv").write_text(HEADER + "".join(rows))
    texts, phonemes = read_homographs(tmp_path)
    assert {text.text[s.start : s.end] for text in texts for s in text.spans} == {"read"}
    assert {text.spans[0].label for text in texts} == {"past", "present"}
    assert sum(text.part == TEST for text in texts) == 4
    assert phonemes["read"] in (("R", "EH1", "D"), ("R", "IY1", "D"))

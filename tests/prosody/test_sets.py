"""A forced aligner's file and labels of prominence, found among our own words."""

import gzip
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from pngnw.core.errors import UserError
from pngnw.params import ProsodyData
from pngnw.prosody import sets
from pngnw.prosody.dataset import DURATION, PAUSE, PROMINENCE
from pngnw.text import TextReader

SHIPPED = Path("pngnw/weights")


def timed(text: str, words: list[tuple[str, str, float]], document: str = "LJ001-1") -> str:
    """A line of a file: each word with its phones, of 0.1 s each, and the silence behind it."""
    now, out, phones = 0.0, [], []
    for word, sounds, silence in words:
        start = now
        for sound in sounds.split():
            phones.append([sound, round(now, 3), round(now + 0.1, 3)])
            now += 0.1
        out.append([word, round(start, 3), round(now, 3)])
        if silence:
            out.append(["", round(now, 3), round(now + silence, 3)])
            phones.append(["sp", round(now, 3), round(now + silence, 3)])
            now += silence
    return json.dumps({"id": document, "text": text, "words": out, "phones": phones})


LINE = timed(
    "The cat, Mr. Brown reads.",
    [
        ("the", "DH IY0", 0.0), ("cat", "K AE1 T", 0.3), ("mister", "M IH1 S T ER0", 0.0),
        ("brown", "B R AW1", 0.0), ("reads", "R IY1 D Z", 0.2),
    ],
)  # fmt: skip


def test_words_are_found_and_their_times_counted(tmp_path: Path) -> None:
    path = tmp_path / "times.jsonl.gz"
    path.write_bytes(gzip.compress((LINE + "\n").encode()))
    (row,) = sets.read_times(path)
    reader = TextReader.load(SHIPPED)
    (text,) = reader.pronounce([row.text])
    counts = Counter[str]()
    tokens, silence = sets.heard(row, text, counts)
    words = [word.text.lower() for word in text.words]
    assert words == ["the", "cat", ",", "mister", "brown", "reads", "."]
    # "brown" lacks a phoneme, "the" has another vowel, which counts; the last word has no pause.
    assert counts == {"words.timed": 4, "words.other_phonemes": 1}
    np.testing.assert_allclose(silence, [0, 0.3, np.nan, 0, 0, np.nan, np.nan], atol=1e-6)
    assert len(tokens) == 2 + 3 + 1 + 5 + 4 + 4 + 1
    known = np.isfinite(tokens)
    assert known.tolist() == [True] * 5 + [False] + [True] * 5 + [False] * 4 + [True] * 4 + [False]
    np.testing.assert_allclose(np.exp(tokens[known]), 0.1, atol=1e-6)


def test_a_set_of_times_has_durations_and_pauses(tmp_path: Path) -> None:
    path = tmp_path / "times.jsonl"
    text = "The cat, he reads."
    words = [("the", "DH AH0", 0.0), ("cat", "K AE1 T", 0.3), ("he", "HH IY1", 0.0),
             ("reads", "R IY1 D Z", 0.0)]  # fmt: skip
    path.write_text("".join(timed(text, words, f"LJ{n % 7}-{n}") + "\n" for n in range(30)))
    chosen = ProsodyData(kind="times", path=str(path), sentences=20)
    found, counts = sets.read(chosen, SHIPPED, np.random.default_rng(0))
    assert counts == {"sentences": 20, "refused": 0, "not_drawn": 10, "words.timed": 80}
    assert found.targets.keys() == {DURATION, PAUSE}
    assert found.targets[PAUSE].tolist() == [0, 1, -1, 0, -1, -1] * 20


def test_labels_of_prominence_stand_at_their_words(tmp_path: Path) -> None:
    path = tmp_path / "labels.txt"
    lines = ["<file>\ta", "Cats\t2\t0\t1.5\t0", ",\tNA\tNA\tNA\tNA", "they\t0\t1\t0.1\t0",
             "read\t1\t0\t0.7\t0", ".\tNA\tNA\tNA\tNA"]  # fmt: skip
    path.write_text("\n".join(lines * 10) + "\n")
    chosen = ProsodyData(kind="prominence", path=str(path), sentences=6)
    found, counts = sets.read(chosen, SHIPPED, np.random.default_rng(0))
    assert len(found) == counts["sentences"] == 6
    assert found.targets[PROMINENCE].tolist() == [2, -1, 0, 1, -1] * 6
    assert found.value is not None
    np.testing.assert_allclose(found.value[:4], [1.5, np.nan, 0.1, 0.7])


@pytest.mark.parametrize(
    "line", ["[]", '{"id": "a", "text": "a", "words": [["a", 1, 0]], "phones": []}']
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "times.jsonl"
    path.write_text(f"{LINE}\n{line}\n")
    with pytest.raises(UserError, match=r"times.jsonl:2: not an object"):
        sets.read_times(path)

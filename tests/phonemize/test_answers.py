"""The store of the network's answers never changes a result, whatever becomes of its file."""

import sqlite3
from pathlib import Path

import pytest

from pngnw.params import Phonemize
from pngnw.phonemize.answers import Answers
from pngnw.phonemize.network import Network
from pngnw.phonemize.phonemizer import Phonemizer

BLORP = {"blorp": ("B", "L", "AO1", "R", "P"), "zib": ("Z", "IH1", "B")}


def _file(folder: Path) -> Path:
    (path,) = folder.glob("*.sqlite")
    return path


def test_what_was_added_is_found_again(tmp_path: Path) -> None:
    Answers(tmp_path).add(BLORP)
    assert Answers(tmp_path).get(["blorp", "unheard", "zib"]) == BLORP
    many = {f"{'a' * (1 + n % 7)}{chr(97 + n % 26)}{n}": ("AA1",) for n in range(2000)}
    Answers(tmp_path).add(many)
    assert Answers(tmp_path).get(list(many)) == many


def test_a_changed_row_is_not_believed(tmp_path: Path) -> None:
    answers = Answers(tmp_path)
    answers.add(BLORP)
    with sqlite3.connect(_file(tmp_path)) as store:
        store.execute("UPDATE answers SET phonemes = 'M UW1' WHERE stem = 'zib'")
    assert answers.get(["zib", "blorp"]) == {"blorp": BLORP["blorp"]}


def test_a_file_that_is_no_database_is_replaced(tmp_path: Path) -> None:
    answers = Answers(tmp_path)
    answers.add(BLORP)
    _file(tmp_path).write_bytes(b"not a database" * 500)
    assert answers.get(["blorp"]) == {}
    answers.add(BLORP)
    assert answers.get(["blorp", "zib"]) == BLORP


def test_a_store_that_another_process_holds_counts_as_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pngnw.phonemize.answers._WAIT", 0.05)
    answers = Answers(tmp_path)
    answers.add(BLORP)
    with sqlite3.connect(_file(tmp_path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert answers.get(["blorp"]) == {}
        answers.add({"mib": ("M", "IH1", "B")})
        other.rollback()
    assert answers.get(["blorp", "mib"]) == {"blorp": BLORP["blorp"]}


def test_the_network_is_asked_once_for_all_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Phonemize(lexicon=None)
    first = Phonemizer.load(config, Answers(tmp_path))(["A blorpish wug frobnicated."])

    def never(*_: object) -> None:
        raise AssertionError("the network was asked again")

    monkeypatch.setattr(Network, "predict", never)
    assert Phonemizer.load(config, Answers(tmp_path))(["A blorpish wug frobnicated."]) == first

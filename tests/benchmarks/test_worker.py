"""Processes under measurement: what they answer, and what is said of one that cannot run."""

import sys
from pathlib import Path

import pytest

from benchmarks.peers import Missing
from benchmarks.worker import Worker

PYTHON = Path(sys.executable)


def test_ours_answers_block_after_block() -> None:
    with Worker(PYTHON, "ours", {}) as worker:
        assert worker.start_up > 0
        for block in (["It was 1984."], [], ["A cat.", ""]):
            answer = worker.ask(block)
            assert answer.seconds > 0
            assert answer.peak_mib > 1
            assert answer.answers is None


def test_a_worker_that_cannot_start_says_why() -> None:
    with pytest.raises(Missing, match=r"nobody: .*No module named"):
        Worker(PYTHON, "nobody", {})


def test_an_interpreter_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"ours: .*No such file"):
        Worker(tmp_path / "python", "ours", {})

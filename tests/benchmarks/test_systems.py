"""Processes under measurement: answers, turns, and what is said of one that fails."""

from pathlib import Path

import pytest

from benchmarks.peers import Missing
from benchmarks.result import OURS
from benchmarks.systems import System, Worker, interleave

BLOCKS = [["It was 1984."], [], ["A cat.", ""]]


def test_ours_answers_block_after_block() -> None:
    with Worker(System(OURS, "ours")) as worker:
        assert worker.start_up > 0
        for block in BLOCKS:
            answer = worker.ask(block)
            assert answer.seconds > 0
            assert answer.peak_mib > 1
            assert answer.answers is None


def test_a_workers_memory_is_its_own() -> None:
    ballast = b"x" * (600 << 20)  # of this process, which the kernel counts until a child's exec
    with Worker(System(OURS, "ours")) as worker:
        assert worker.ask([]).peak_mib < len(ballast) >> 20


def test_a_worker_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"nobody: .*No module named"):
        Worker(System(OURS, "nobody"))
    with pytest.raises(Missing, match=r"ours: .*No such file"):
        Worker(System(OURS, "ours", python=tmp_path / "python"))


def test_systems_take_turns_and_a_missing_peer_costs_no_other_figure() -> None:
    systems = [System(OURS, "ours"), System("nobody", "nobody")]
    samples = interleave(systems, BLOCKS, lambda block, answer: answer.seconds)
    assert set(samples) == {OURS}
    assert len(samples[OURS]) == 2
    with pytest.raises(Missing, match="nobody"):
        interleave([System(OURS, "nobody")], BLOCKS, lambda block, answer: 0.0)

"""Worker processes that are killed, and parents that go before them."""

import contextlib
import multiprocessing
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from pngnw.engine import Failure, local
from pngnw.engine.work import ATTEMPTS
from tests.engine.work import Item, alive, attempts, eventually, open_work, start_parent


def _answers(notes: Path, items: list[Item]) -> dict[int, int | Failure]:
    pairs = local.map_unordered(partial(open_work, notes), items, 2)
    return {number: answer for (number, _), answer in pairs}


def test_a_worker_that_is_killed_costs_one_more_attempt(tmp_path: Path) -> None:
    items = [(number, "once" if number == 1 else "") for number in range(5)]
    assert _answers(tmp_path, items) == {number: number**2 for number in range(5)}
    assert [len(attempts(tmp_path, number)) for number in range(5)] == [1, 2, 1, 1, 1]


@pytest.mark.parametrize(
    ("fate", "cause"), [("always", "SIGKILL"), ("exit", "exit status 3"), ("panic", "a panic in")]
)
def test_an_item_that_kills_every_worker_is_named_and_the_others_are_done(
    fate: str, cause: str, tmp_path: Path
) -> None:
    items = [(number, fate if number == 1 else "") for number in range(4)]
    answers = _answers(tmp_path, items)
    failure = answers.pop(1)
    assert answers == {0: 0, 2: 4, 3: 9}
    assert isinstance(failure, Failure)
    assert cause in failure.reason
    assert len(attempts(tmp_path, 1)) == ATTEMPTS
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_do_not_outlive_their_parent(number: signal.Signals, tmp_path: Path) -> None:
    """Not even by the minute that their work takes."""
    parent, workers = start_parent(tmp_path, "local")
    parent.send_signal(number)
    parent.wait(10)
    eventually(lambda: not any(map(alive, workers)), seconds=10)


@pytest.mark.parametrize("end", [lambda pairs: pairs.close(), lambda pairs: pairs.throw(OSError)])
def test_leaving_the_loop_ends_the_workers(end: Callable[[object], None], tmp_path: Path) -> None:
    """Or an error in it, KeyboardInterrupt included."""
    items = [(2, ""), (0, "slow"), (1, "slow")]
    pairs = local.map_unordered(partial(open_work, tmp_path), items, 3)
    assert next(pairs) == ((2, ""), 4)
    eventually(lambda: attempts(tmp_path, 0) and attempts(tmp_path, 1))
    workers = [*attempts(tmp_path, 0), *attempts(tmp_path, 1)]
    with contextlib.suppress(OSError):
        end(pairs)
    assert multiprocessing.active_children() == []
    assert not any(map(alive, workers))

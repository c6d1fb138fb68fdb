"""The local engine: worker processes with one item each at a time, replaced when they are killed.

Guarantees: no worker outlives its parent, however that ends; a killed worker costs its item one
attempt and no other item anything; workers leave Ctrl-C to the parent.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from pngnw.engine.work import ONE_THREAD, Failure, OpenWork, attempt, should_retry, worker_died

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_unordered(
    open_work: OpenWork[Item, Result], items: Sequence[Item], workers: int
) -> Generator[tuple[Item, Result | Failure], None, None]:
    """See `pngnw.engine.map_unordered`."""
    waiting = deque(range(len(items)))
    attempts = [0] * len(items)
    left = len(items)
    pool: list[_Worker] = []
    try:
        while left:
            with _environment(ONE_THREAD):
                while len(pool) < min(workers, left):
                    pool.append(_Worker(open_work))
            for worker in pool:
                if worker.item is None and waiting:
                    worker.give(waiting.popleft(), items)
            ready = wait([worker.pipe for worker in pool])  # they have answered or died
            for worker in [each for each in pool if each.pipe in ready]:
                number, answer = worker.take()
                if worker.is_dead:
                    pool.remove(worker)
                if number is None:
                    continue
                attempts[number] += 1
                if should_retry(answer, attempts[number]):
                    waiting.append(number)
                else:
                    left -= 1
                    yield items[number], answer
    finally:
        for worker in pool:
            worker.kill()


class _Worker:
    """A process, the pipe to it, and the number of the item that it works on."""

    def __init__(self, open_work: OpenWork[Any, Any]) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.item: int | None = None
        self.is_dead = False
        self.process = context.Process(target=_serve, args=(other, open_work), daemon=True)
        self.process.start()
        other.close()

    def give(self, number: int, items: Sequence[Any]) -> None:
        self.item = number
        try:
            self.pipe.send(items[number])
        except OSError:
            return  # dead: `take` reports it

    def take(self) -> tuple[int | None, Any]:
        """The number of an item and the answer to it."""
        number, self.item = self.item, None
        try:
            return number, self.pipe.recv()
        except (EOFError, OSError):
            self.kill()
            return number, worker_died(_cause(self.process.exitcode))

    def kill(self) -> None:
        """End the process at once; the file that it was writing is a temporary one."""
        self.is_dead = True
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _cause(exitcode: int | None) -> str:
    """How a process ended, in words: "SIGKILL", "exit status 1"."""
    if exitcode is None or exitcode >= 0:
        return f"exit status {exitcode}"
    try:
        return signal.Signals(-exitcode).name
    except ValueError:
        return f"signal {-exitcode}"


def _serve(pipe: Connection, open_work: OpenWork[Any, Any]) -> None:
    """Run a worker process: answer items until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    open_once = cache(open_work)
    while True:
        try:
            item = pipe.recv()
        except EOFError:
            return
        pipe.send(attempt(lambda item: open_once()(item), item))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables for the processes that are started meanwhile."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)

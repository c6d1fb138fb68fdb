"""Checks of many seeded inputs, each batch with a time limit; a failing batch is taken apart.

Guarantees: input n of a target is a function of the seed and n, whatever the batches and workers.
"""

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from types import FrameType
from typing import Any

from tests.fuzz import cleaner, hostile, normalizer, phonemizer, words

LIMIT, PER = 1.0, 1 << 15  # seconds of processor time for so many characters or bytes, or fewer


@dataclass(frozen=True)
class Target:
    """A reader of input.

    Attributes:
        make: an input from a seeded generator.
        open: loads what is slow to load; gives the check, which raises for inputs that break it.
        batch: inputs that are checked in one go.
        share: of all inputs that are this target's.
    """

    make: Callable[[Random], Any]
    open: Callable[[], Callable[[Sequence[Any]], None]]
    batch: int
    share: float


TARGETS = {
    "cleaner": Target(cleaner.make, cleaner.open_check, 100, 0.2),
    "normalizer": Target(hostile.text, lambda: normalizer.check, 200, 0.35),
    "phonemizer": Target(phonemizer.make, phonemizer.open_check, 200, 0.15),
    "words": Target(words.make, words.open_check, 200, 0.25),
}


class Hang(BaseException):
    """The time is over; no `except Exception` in the code under test may catch it."""


def input_of(name: str, seed: int, index: int) -> Any:
    """Input number `index` of a target."""
    return TARGETS[name].make(Random(f"{seed}/{name}/{index}"))


@cache
def check_of(name: str) -> Callable[[Sequence[Any]], None]:
    """The check of a target, loaded once per process."""
    check: Callable[[Sequence[Any]], None] = TARGETS[name].open()
    return check


def run(name: str, seed: int, start: int, stop: int) -> list[str]:
    """Check the inputs from `start` to `stop` of a target; a line for each that fails."""
    check = check_of(name)
    inputs = [input_of(name, seed, index) for index in range(start, stop)]
    if not (together := problem(check, inputs, sum(map(allowed, inputs)))):
        return []
    lines = []
    for index, one in enumerate(inputs, start):
        # Twice: it may be a first use that loads something, or other processes.
        if problem(check, [one], allowed(one)) and (why := problem(check, [one], allowed(one))):
            lines.append(f"{name} --seed {seed} --only {index}: {why} ({repr(one)[:160]})")
    return lines or [f"{name} --seed {seed}: inputs {start} to {stop} together: {together}"]


def problem(check: Callable[[Sequence[Any]], None], inputs: Sequence[Any], limit: float) -> str:
    """What goes wrong, "" for nothing; `limit` is in seconds of processor time."""

    def raise_hang(_signal: int, _frame: FrameType | None) -> None:
        raise Hang(f"more than {limit:.1f} s")

    handler = signal.signal(signal.SIGPROF, raise_hang)
    began = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, limit)
    try:
        check(inputs)
    except MemoryError:
        raise
    except (Exception, Hang) as error:  # noqa: BLE001 - this is what is looked for
        return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, handler)
    # Native code that does not hear the alarm is late, and no less too slow.
    took = time.process_time() - began
    return f"Hang: {took:.1f} s" if took > limit else ""


def allowed(one: Any) -> float:
    """Seconds of processor time for an input."""
    return LIMIT * max(1.0, _size(one) / PER)


def _size(one: Any) -> int:
    if isinstance(one, str | bytes):
        return len(one)
    return sum(map(_size, one)) if isinstance(one, tuple | list) else 1

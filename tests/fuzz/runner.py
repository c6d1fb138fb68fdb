"""Checks of many seeded inputs, each batch with a time limit; a failing batch is taken apart.

Guarantees: input n of a target is a function of the seed and n, whatever the batches and workers.
"""

import signal
import time
from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Any, NamedTuple

from tests.fuzz import cleaner, hostile, normalizer, phonemizer, words

LIMIT, PER = 1.0, 1 << 15  # seconds of processor time for so many characters or bytes, or fewer
BATCH = 200
Check = Callable[[Sequence[Any]], None]


class Target(NamedTuple):
    """Makes an input; loads what is slow and gives the check, which raises; share of all inputs."""

    make: Callable[[Random], Any]
    open: Callable[[], Check]
    share: float


TARGETS = {
    "cleaner": Target(cleaner.make, cleaner.open_check, 0.2),
    "normalizer": Target(hostile.text, lambda: normalizer.check, 0.35),
    "phonemizer": Target(phonemizer.make, phonemizer.open_check, 0.15),
    "words": Target(words.make, words.open_check, 0.25),
}


class Hang(BaseException):
    """The time is over; no `except Exception` in the code under test may catch it."""


def input_of(name: str, seed: int, index: int) -> Any:
    return TARGETS[name].make(Random(f"{seed}/{name}/{index}"))


@cache
def check_of(name: str) -> Check:
    """The check of a target, loaded once per process."""
    return TARGETS[name].open()


def run(name: str, seed: int, start: int, stop: int) -> list[str]:
    """Check the inputs from `start` to `stop` of a target; a line for each that fails."""
    check = check_of(name)
    inputs = [input_of(name, seed, index) for index in range(start, stop)]
    if not (together := problem(check, inputs)):
        return []
    lines = []
    for index, one in enumerate(inputs, start):
        # Twice: it may be a first use that loads something, or other processes.
        if problem(check, [one]) and (why := problem(check, [one])):
            lines.append(f"{name} --seed {seed} --only {index}: {why} ({repr(one)[:160]})")
    return lines or [f"{name} --seed {seed}: inputs {start} to {stop} together: {together}"]


def problem(check: Check, inputs: Sequence[Any]) -> str:
    """What goes wrong, "" for nothing, with a limit on the processor's time."""
    limit = sum(LIMIT * max(1.0, _size(one) / PER) for one in inputs)

    def raise_hang(*_: object) -> None:
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


def _size(one: Any) -> int:
    if isinstance(one, str | bytes):
        return len(one)
    return sum(map(_size, one)) if isinstance(one, tuple | list) else 1

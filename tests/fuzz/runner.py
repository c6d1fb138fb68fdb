"""Checks of many inputs in worker processes, each timed; a failing batch is taken apart.

Guarantees: input n of a target is a function of the seed and n, whatever the batches and workers;
an input that fails, hangs or kills its process is named and the others go on.
"""

import faulthandler
import resource
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from types import FrameType
from typing import Any

from tests.fuzz import cleaner, phonemizer, shardfile, spoken, words
from tests.fuzz.target import Target

TARGETS = {
    module.TARGET.name: module.TARGET
    for module in (cleaner, spoken, phonemizer, words, shardfile)
}
LIMIT = 1.0  # seconds for an input
FREE = 1 << 15  # characters or bytes of it; every so many more have as long again
KILL = 600  # seconds after which a batch that does not even hear the alarm is killed
SLOW = 0.25  # seconds: a batch that takes longer is taken apart to find its slowest input


class Hang(BaseException):
    """The time is over; no `except Exception` in the code under test may catch it."""


@dataclass(frozen=True)
class Failure:
    """An input that broke something; `python -m tests.fuzz --only` shows it again."""

    target: str
    seed: int
    index: int
    what: str
    shown: str

    def __str__(self) -> str:
        return f"{self.target} --seed {self.seed} --only {self.index}: {self.what} ({self.shown})"


@dataclass
class Report:
    """What became of the inputs `start` to `stop`."""

    target: str
    start: int
    stop: int
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_index: int = -1
    peak: int = 0  # MiB
    failures: list[Failure] = field(default_factory=list)


def input_of(target: Target, seed: int, index: int) -> Any:
    """Input number `index` of a target."""
    return target.make(Random(f"{seed}/{target.name}/{index}"))


@cache
def opened(name: str) -> Callable[[Sequence[Any]], None]:
    """The check of a target, loaded once per process."""
    check: Callable[[Sequence[Any]], None] = TARGETS[name].open()
    return check


def run(name: str, seed: int, start: int, stop: int) -> Report:
    """Check the inputs from `start` to `stop` of a target."""
    target, check = TARGETS[name], opened(name)
    report = Report(name, start, stop)
    inputs = [input_of(target, seed, index) for index in range(start, stop)]
    faulthandler.dump_traceback_later(KILL + 4 * sum(map(allowed, inputs)), exit=True)
    began = time.perf_counter()
    what, took = _attempt(check, inputs, sum(map(allowed, inputs)))
    report.seconds = time.perf_counter() - began
    if not what and took < SLOW:
        report.slowest, report.slowest_index = took / len(inputs), start
    else:
        for index, failure, took in _taken_apart(check, inputs, start):
            if took > report.slowest:
                report.slowest, report.slowest_index = took, index
            if failure:
                shown = _shown(inputs[index - start])
                report.failures.append(Failure(name, seed, index, failure, shown))
        if what and not report.failures:
            shown = f"inputs {start} to {stop} together"
            report.failures.append(Failure(name, seed, start, what, shown))
    faulthandler.cancel_dump_traceback_later()
    report.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return report


def _taken_apart(
    check: Callable[[Sequence[Any]], None], inputs: Sequence[Any], start: int
) -> Iterator[tuple[int, str, float]]:
    """Index, failure ("": none) and seconds of every input by itself."""
    for offset, one in enumerate(inputs):
        limit = allowed(one)
        what, took = _attempt(check, [one], limit)
        if what.startswith("Hang"):  # other processes, or a first use that loads something?
            what, took = _attempt(check, [one], limit)
        yield start + offset, what, took


def _attempt(
    check: Callable[[Sequence[Any]], None], inputs: Sequence[Any], limit: float
) -> tuple[str, float]:
    """What went wrong ("": nothing) and the seconds of processor time it took."""

    def over(_signal: int, _frame: FrameType | None) -> None:
        raise Hang(f"more than {limit:.1f} s")

    # Processor time, because the machine is shared.
    before = signal.signal(signal.SIGPROF, over)
    began = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, limit)
    try:
        check(inputs)
    except MemoryError:
        raise
    except (Exception, Hang) as error:  # noqa: BLE001 - this is what is looked for
        what = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        return what, time.process_time() - began
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    took = time.process_time() - began
    # Native code that does not hear the alarm is late, and no less too slow.
    return (f"Hang: {took:.1f} s" if took > limit else ""), took


def allowed(one: Any) -> float:
    """Seconds for an input."""
    return LIMIT * max(1.0, _size(one) / FREE)


def _size(one: Any) -> int:
    if isinstance(one, str | bytes):
        return len(one)
    return sum(map(_size, one)) if isinstance(one, tuple | list) else 1


def _shown(one: Any) -> str:
    shown = repr(one) if _size(one) < 100_000 else f"{repr(one)[:60]}... of {_size(one)}"
    return shown if len(shown) <= 160 else f"{shown[:100]}...{shown[-40:]} ({len(shown)})"

"""What the command needs of a target, and how a check says that something is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any


class Broken(AssertionError):
    """An invariant does not hold."""


def demand(holds: object, what: str) -> None:
    """Raise `Broken` unless something holds; unlike `assert` in any mode of Python."""
    if not holds:
        raise Broken(what)


@dataclass(frozen=True)
class Target:
    """A reader of input.

    Attributes:
        make: an input from a seeded generator.
        open: loads what is slow to load; gives `check`, which raises for inputs that break it.
        batch: inputs that are checked in one go.
        share: of all inputs that are this target's.
    """

    name: str
    make: Callable[[Random], Any]
    open: Callable[[], Callable[[Sequence[Any]], None]]
    batch: int
    share: float

"""What the engines share: work that is opened once in a worker, and how it fails."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pngnw.errors import UserError

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Item], Result]
OpenWork = Callable[[], Callable[[Item], Result]]

ATTEMPTS = 3
KILLED = (
    "a worker process was killed while it worked on this (out of memory?); what is finished is "
    "kept: run it again, or lower run.workers"
)
# Libraries in the workers read these when they load; two threads on one core only wait.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"), "1"
)


@dataclass(frozen=True)
class Failure:
    """Why an item has no answer; a final failure would be the same in another attempt."""

    reason: str
    final: bool = False


def attempt(work: Callable[[Item], Result], item: Item) -> Result | Failure:
    """The answer to an item, or why there is none."""
    try:
        return work(item)
    except UserError as error:
        return Failure(str(error), final=True)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return Failure(f"{where}{error.strerror or error}")
    except Exception as error:  # noqa: BLE001 - named in the report; the other items go on
        return Failure(f"{type(error).__name__}: {' '.join(str(error).split())}")

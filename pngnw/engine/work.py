"""Work and its failures, shared by both engines."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pngnw.core.atomic import disk_full_message, is_disk_full
from pngnw.core.errors import UserError

Item = TypeVar("Item")
Result = TypeVar("Result")
OpenWork = Callable[[], Callable[[Item], Result]]

ATTEMPTS = 3
# Libraries in the workers read these when they load; two threads on one core only wait.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"), "1"
)


@dataclass(frozen=True)
class Failure:
    """Why an item has no answer; another attempt cannot mend a permanent failure."""

    reason: str
    permanent: bool = False


def worker_died(cause: str) -> Failure:
    """The failure of an item whose worker died; `cause` is what is known of its end."""
    return Failure(
        f"its worker process died {ATTEMPTS} times ({cause}; out of memory?); what is finished is "
        "kept: run it again, or lower run.workers"
    )


def should_retry(answer: object, attempts: int) -> bool:
    """Whether to try an item again after so many attempts, the last of which had this answer."""
    return isinstance(answer, Failure) and not answer.permanent and attempts < ATTEMPTS


def attempt(work: Callable[[Item], Result], item: Item) -> Result | Failure:
    """The answer to an item, or why there is none."""
    try:
        return work(item)
    except UserError as error:
        return Failure(str(error), permanent=True)
    except OSError as error:
        if is_disk_full(error):
            return Failure(disk_full_message(error.filename or "a file"), permanent=True)
        where = f"{error.filename}: " if error.filename else ""
        return Failure(f"{where}{error.strerror or error}")
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - named in the report (a panic in Rust is no Exception)
        return Failure(f"{type(error).__name__}: {' '.join(str(error).split())}")

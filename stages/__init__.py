"""What every stage script shares: --help, parameters, one-line errors, metrics, cost.

A stage script reads the parameters, calls one function of `pngnw` and writes its metrics.
"""

import argparse
import errno
import json
import re
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from stages.process import alone, end_with_dvc, end_with_workers

end_with_dvc()  # first of all: what the stages import takes seconds
try:
    from pngnw.core.atomic import is_full, no_room, write_text
    from pngnw.core.errors import UserError
    from pngnw.engine import Mapped
    from pngnw.params import load
except ModuleNotFoundError as error:
    raise SystemExit(
        f"stages: {error.name} is not installed for {sys.executable}; "
        "run `make setup`, then `source .venv/bin/activate`"
    ) from None

_COUNTER = re.compile(r"[a-z_]+(\.[a-z_]+)+")


def launch(main: Callable[..., Mapping[str, Any] | None], part: str | None = None) -> None:
    """Run a stage: parse the command line, load params.yaml, turn a `UserError` into one line.

    Args:
        main: called with the parameters; what it returns goes into metrics/cost too.
        part: what the command line may name beside, to run that part of the stage alone ("set"):
            `main` gets the name or None as second argument, and the part has a cost of its own.
    """
    stage = Path(sys.argv[0]).stem
    parser = argparse.ArgumentParser(
        prog=f"python -m stages.{stage}",
        description=main.__doc__,
        epilog="Reads params.yaml in the current folder. `dvc repro` runs it when it is needed. "
        f"example: python -m stages.{stage}",
    )
    if part:
        parser.add_argument("name", nargs="?", help=f"run this {part} alone")
    named = list(vars(parser.parse_args()).values())
    started = time.perf_counter()
    end_with_workers()
    try:
        with alone(stage):
            measured = main(load(), *named) or {}
            cost = _cost(time.perf_counter() - started)
            measured_of = "-".join([stage, *filter(None, named)])
            write_metrics(Path("metrics/cost") / f"{measured_of}.json", {**cost, **measured})
    except UserError as error:
        print(f"{stage}: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except OSError as error:
        if (told := _told(error)) is None:
            raise
        print(f"{stage}: {told}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        print(f"{stage}: interrupted; run it again to go on", file=sys.stderr)
        raise SystemExit(130) from None


def _told(error: OSError) -> str | None:
    """One line for what is the machine's doing and not ours; None if it may be."""
    if is_full(error):
        return no_room(error.filename2 or error.filename or "a file")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{error.filename}: {error.strerror}; give this user leave to write there"
    return None


def _cost(seconds: float) -> dict[str, float]:
    """Wall seconds, and the largest resident memory of this process or one of its workers."""
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {"seconds": seconds, "peak_memory_mib": peak / 1024}


def shards_of(work: Mapped) -> dict[str, Any]:
    """How many shards were computed and how many taken from the store, for metrics/cost."""
    return {"shards": {"computed": work.computed, "reused": work.reused}}


def write_metrics(path: Path, metrics: Mapping[str, Any]) -> None:
    """Write metrics as JSON that two equal runs write equally: floats to 6 significant digits.

    Counters come with dots between the words of their names ("dropped.too_long"); here they
    become nested. A dot in a number ("rate 0.3") stays.
    """
    text = json.dumps(_rounded(_nested(metrics)), indent=2, ensure_ascii=False)
    write_text(path, text + "\n")


def _nested(metrics: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in metrics.items():
        *path, last = name.split(".") if _COUNTER.fullmatch(name) else [name]
        place = out
        for part in path:
            place = place.setdefault(part, {})
        place[last] = _nested(value) if isinstance(value, Mapping) else value
    return out


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    if isinstance(value, float):
        return float(f"{value:.6g}")
    return value

"""What every stage script shares: --help, parameters, one-line errors, metrics, cost.

A stage script hands its stage's `run` to `launch`, which writes the metrics.
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
    from pngnw.core.atomic import disk_full_message, is_disk_full, write_text
    from pngnw.core.errors import UserError
    from pngnw.core.stage import StageResult
    from pngnw.params import load
except ModuleNotFoundError as error:
    raise SystemExit(
        f"stages: {error.name} is not installed for {sys.executable}; "
        "run `make setup`, then `source .venv/bin/activate`"
    ) from None

_COUNTER = re.compile(r"[a-z_]+(\.[a-z_]+)+")


def launch(run: Callable[..., StageResult | None], part: str | None = None) -> None:
    """Run a stage: parse the command line, load params.yaml, turn a `UserError` into one line.

    Args:
        run: the stage's `run(params, root)`; None from a process that has nothing to write.
        part: what the command line must name beside ("set"), for a stage that DVC runs once for
            each: `run(params, root, name)`; metrics and cost are the part's own.
    """
    stage = Path(sys.argv[0]).stem
    parser = argparse.ArgumentParser(
        prog=f"python -m stages.{stage}",
        description=run.__doc__,
        epilog="Reads params.yaml in the current folder. `dvc repro` runs it when it is needed. "
        f"example: python -m stages.{stage}{' NAME' if part else ''}",
    )
    if part:
        parser.add_argument("name", help=f"the {part} to run")
    named = list(vars(parser.parse_args()).values())
    started = time.perf_counter()
    end_with_workers()
    try:
        with alone(stage):
            result = run(load(), Path(), *named)
            if result is not None:
                cost = {**_cost(time.perf_counter() - started), **result.cost}
                write_metrics(Path("metrics").joinpath(stage, *named), result.metrics)
                write_metrics(Path("metrics/cost", "-".join([stage, *named])), cost)
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
    if is_disk_full(error):
        return disk_full_message(error.filename2 or error.filename or "a file")
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


def write_metrics(path: Path, metrics: Mapping[str, Any]) -> None:
    """Write `<path>.json` so that two equal runs write it equally: floats to 6 significant digits.

    Counters come with dots between the words of their names ("dropped.too_long"); here they
    become nested. A dot in a number ("rate 0.3") stays.
    """
    text = json.dumps(_rounded(_nested(metrics)), indent=2, ensure_ascii=False)
    write_text(path.with_name(f"{path.name}.json"), text + "\n")


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

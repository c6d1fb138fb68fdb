"""What every stage script shares: --help, parameters, one-line errors, metrics, cost.

A stage script reads the parameters, calls one function of `pngnw` and writes its metrics.
"""

import argparse
import json
import multiprocessing
import os
import re
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

try:
    from pngnw.engine import Mapped
    from pngnw.errors import UserError
    from pngnw.params import Params, load
    from pngnw.shards import write_text
except ModuleNotFoundError as error:
    raise SystemExit(
        f"stages: {error.name} is not installed for {sys.executable}; "
        "run `make setup`, then `source .venv/bin/activate`"
    ) from None

_COUNTER = re.compile(r"[a-z_]+(\.[a-z_]+)+")


def launch(main: Callable[[Params], Mapping[str, Any] | None]) -> None:
    """Run a stage: parse the command line, load params.yaml, turn a `UserError` into one line.

    What `main` returns goes into metrics/cost too.
    """
    stage = Path(sys.argv[0]).stem
    argparse.ArgumentParser(
        prog=f"python -m stages.{stage}",
        description=main.__doc__,
        epilog="Reads params.yaml in the current folder. `dvc repro` runs it when it is needed.",
    ).parse_args()
    started = time.perf_counter()
    signal.signal(signal.SIGTERM, _end)
    threading.Thread(target=_end_with_dvc, daemon=True).start()
    try:
        measured = main(load()) or {}
    except UserError as error:
        print(f"{stage}: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        print(f"{stage}: interrupted; run it again to go on", file=sys.stderr)
        raise SystemExit(130) from None
    cost = _cost(time.perf_counter() - started)
    write_metrics(Path("metrics/cost") / f"{stage}.json", {**cost, **measured})


def _end(number: int, frame: FrameType | None) -> None:
    """On SIGTERM: no process of this stage stays behind. What is finished is kept."""
    for child in multiprocessing.active_children():
        child.kill()
    raise SystemExit(128 + number)


def _end_with_dvc() -> None:
    """End this stage when the `dvc` that runs it is gone; started by hand, it has no such parent."""
    parent = os.getppid()
    while "DVC_ROOT" in os.environ and os.getppid() == parent:
        time.sleep(1)
    if "DVC_ROOT" in os.environ:
        os.kill(os.getpid(), signal.SIGTERM)


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

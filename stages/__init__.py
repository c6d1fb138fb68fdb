"""The launcher of the stage scripts: --help, parameters, one-line errors, metrics, cost."""

import argparse
import errno
import json
import os
import re
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from stages.process import alone, end_with_dvc, end_workers_on_sigterm

end_with_dvc()  # first of all: the imports of a stage take seconds
try:
    from pngnw.core.atomic import disk_full_message, is_disk_full, write_text
    from pngnw.core.errors import UserError
    from pngnw.core.stage import StageResult
    from pngnw.params import flatten, lookup, parse, read_yaml
    from pngnw.params.paths import refuse_untracked
except ModuleNotFoundError as error:
    raise SystemExit(
        f"stages: {error.name} is not installed for {sys.executable}; "
        "run `make setup`, then `source .venv/bin/activate`"
    ) from None

_COUNTER = re.compile(r"[a-z_]+(\.[a-z_]+)+")


def launch(run: Callable[..., StageResult | None], part: str | None = None) -> None:
    """Run a stage: parse the command line, load params.yaml, turn a `UserError` into one line.

    Args:
        run: the stage's `run(params, root)`; its result is None in a process that writes nothing.
        part: for a stage that DVC runs once for each of its parts ("set"): the command line names
            the part, for `run(params, root, name)`, which has metrics and cost of its own.
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
    name = list(vars(parser.parse_args()).values())  # one part at most
    started = time.perf_counter()
    end_workers_on_sigterm()
    try:
        with alone(stage):
            raw = _read("params.yaml")
            params = parse(raw)
            if "DVC_EXP_NAME" in os.environ and not Path(os.environ["DVC_ROOT"]).samefile("."):
                refuse_untracked(params, Path(os.environ["DVC_ROOT"]))
            result = run(params, Path(), *name)
            if result is not None:
                _refuse_edited(raw, stage, *name)
                kib = max(
                    resource.getrusage(who).ru_maxrss  # of this process, or the largest worker
                    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
                )
                seconds = time.perf_counter() - started
                cost = {"seconds": seconds, "peak_memory_mib": kib / 1024, **result.cost}
                _write_metrics(Path("metrics").joinpath(stage, *name), result.metrics)
                _write_metrics(Path("metrics/cost", "-".join([stage, *name])), cost)
    except (UserError, OSError) as error:
        message = str(error) if isinstance(error, UserError) else _message(error)
        if message is None:
            raise
        print(f"{stage}: {message}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        print(f"{stage}: interrupted; run it again to go on", file=sys.stderr)
        raise SystemExit(130) from None


def _read(name: str) -> Any:
    return read_yaml(Path(name), "run this from the root of the repository")


def _refuse_edited(before: Any, stage: str, name: str = "") -> None:
    """Raise `UserError` if a parameter of the stage was edited while it ran.

    DVC would write its new value into dvc.lock, beside outputs that were made with the old one.
    """
    after = _read("params.yaml")
    node = _read("dvc.yaml")["stages"][stage]
    for key in node.get("do", node)["params"]:
        key = key.replace("${key}", name)
        old, new = (flatten(lookup(values, key), key) for values in (before, after))
        for inner in sorted(old.keys() | new.keys()):
            if old.get(inner) != new.get(inner):
                raise UserError(
                    f"params.yaml: {inner} was {old.get(inner)!r} when this run began and is now "
                    f"{new.get(inner)!r}; `dvc repro` again runs it so"
                )


def _message(error: OSError) -> str | None:
    """One line for a full disk and for missing permissions; None for what may be a bug of ours."""
    if is_disk_full(error):
        return disk_full_message(error.filename2 or error.filename or "a file")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{error.filename}: {error.strerror}; give this user leave to write there"
    return None


def _write_metrics(path: Path, metrics: Mapping[str, Any]) -> None:
    """Write `<path>.json`, floats to 6 significant digits: equal runs write equal files.

    Counters with dots between the words of their names ("dropped.too_long") become nested. A dot
    in a number ("rate 0.3") stays.
    """
    text = json.dumps(_rounded(_nested(metrics)), indent=2, ensure_ascii=False, allow_nan=False)
    write_text(path.with_name(f"{path.name}.json"), text + "\n")


def _nested(metrics: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, value in metrics.items():
        *path, last = name.split(".") if _COUNTER.fullmatch(name) else [name]
        inner = nested
        for part in path:
            inner = inner.setdefault(part, {})
        inner[last] = _nested(value) if isinstance(value, Mapping) else value
    return nested


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    if isinstance(value, float):
        return float(f"{value:.6g}")
    return value

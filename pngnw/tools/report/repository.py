"""What git, DVC and this machine say of a run: revision, parameters, digests and experiments.

Parameters are those that dvc.lock says the figures were made with, and beside them what params.yaml
says now. What DVC cannot list is a reason in words, not an exception.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pngnw.params import flatten, lookup, read_yaml, validate
from pngnw.tools.report import words
from pngnw.tools.report.files import naming
from pngnw.tools.sweep.grid import Grid

# File, key in it, what it is called.
_PRETRAIN, _EVALUATE = "metrics/pretrain.json", "metrics/evaluate.json"
FIGURES = (
    (_PRETRAIN, "test.g2p.phoneme.error_rate", "g2p phoneme error"),
    (_PRETRAIN, "test.p2g.grapheme.error_rate", "p2g letter error"),
    (_PRETRAIN, "test.mlm.phoneme.accuracy", "mlm phoneme accuracy"),
    (_PRETRAIN, "test.mlm.word.accuracy", "mlm word accuracy"),
    (_PRETRAIN, "test.emoji.kl", "emoji KL, nats"),
    *(
        (
            _EVALUATE,
            f"{attention}.arms.pretrained.samples_to.fine.median",
            f"utterances to fine alignment, {attention.upper()}",
        )
        for attention in words.ATTENTIONS
    ),
)


@dataclass(frozen=True)
class Revision:
    """The commit that is checked out, and how many files differ from it."""

    commit: str
    date: str
    subject: str
    changed_files: int


@dataclass(frozen=True)
class Output:
    """A file or folder that a stage wrote, by its digest (MD5, as DVC takes it)."""

    stage: str
    path: str
    digest: str
    size: int
    files: int


@dataclass(frozen=True)
class Parameter:
    """A key of params.yaml: its value in the last run and now; None for absent."""

    key: str
    ran: str | None
    now: str | None


@dataclass(frozen=True)
class Lock:
    """dvc.lock: parameters and outputs of the last run of every stage."""

    parameters: Mapping[str, Any]
    outputs: tuple[Output, ...]


@dataclass(frozen=True)
class Experiments:
    """DVC's experiments as a table, "" where a value is unknown."""

    changed: tuple[str, ...]  # keys of the parameters in which some row differs from the baseline
    figures: tuple[str, ...]  # titles of the columns after those
    rows: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]  # name, parameters, figures


def revision(root: Path) -> Revision | None:
    log = _git(root, "log", "-1", "--format=%H%n%cs%n%s")
    if log is None:
        return None
    commit, date, subject = [*log.splitlines(), "", "", ""][:3]
    changed = _git(root, "status", "--porcelain") or ""
    return Revision(commit, date, subject, len(changed.splitlines()))


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, errors="replace"
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def machine() -> str:
    """This machine in words."""
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or "unknown processor"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{processor}, {os.cpu_count()} logical cores, {memory:.0f} GiB, {platform.platform()}, "
        f"Python {platform.python_version()}"
    )


def lock(root: Path) -> Lock | None:
    """dvc.lock; None if no stage has run. Raises `UserError` for what is no lock of DVC."""
    path = root / "dvc.lock"
    if not path.exists():
        return None
    raw = read_yaml(path, "run `dvc repro`")
    parameters: dict[str, Any] = {}
    outputs = []
    with naming(path):
        for name, stage in raw["stages"].items():
            for values in stage.get("params", {}).values():
                parameters |= flatten(values)
            for out in stage.get("outs", []):
                files = out.get("nfiles", 1)
                outputs.append(Output(name, out["path"], out["md5"], out["size"], files))
    return Lock(parameters, tuple(outputs))


def parameters(root: Path, ran: Lock | None) -> list[Parameter]:
    """Every key of params.yaml and of the lock, in the order of params.yaml."""
    now = flatten(read_yaml(root / "params.yaml", "run this from the root of the repository"))
    then = ran.parameters if ran else {}
    return [
        Parameter(key, shown(then[key]) if key in then else None,
                  shown(now[key]) if key in now else None)
        for key in dict.fromkeys([*now, *then])
    ]  # fmt: skip


def shown(value: Any) -> str:
    """A parameter's value in a line: text as it is, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def experiments(root: Path) -> Experiments | str:
    """The experiments of the commit that is checked out, or why there is no table."""
    command = [sys.executable, "-m", "dvc", "exp", "show", "--json"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, errors="replace")
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[0]
        return f"DVC could not list experiments: {reason}"
    try:
        return compare(json.loads(done.stdout))
    except (ValueError, KeyError, TypeError, AttributeError):
        return "DVC listed experiments in a form that this version of pngnw does not know."


def compare(listing: Sequence[Mapping[str, Any]]) -> Experiments | str:
    """The output of `dvc exp show --json` as a table; the commit is the baseline of the others.

    A run that failed, or has not ended, stands in it with what DVC says of it.
    """
    rows = [*_rows(listing)]
    if len(rows) < 3:
        return "No experiments on this commit yet: dvc exp run -S model.pos_emb=sinusoidal"
    base = next((p for name, p, _ in rows if not name.startswith("workspace")), {})
    keys = dict.fromkeys(key for _, params, _ in rows for key in [*base, *params])
    changed = tuple(
        key for key in keys
        if any(params and params.get(key) != base.get(key) for _, params, _ in rows)
    )  # fmt: skip
    figures = [f for f in FIGURES if any(_figure(metrics, f) for _, _, metrics in rows)]
    return Experiments(
        changed,
        tuple(title for _, _, title in figures),
        tuple(
            (
                name,
                tuple(shown(params[key]) if key in params else "" for key in changed),
                tuple(_figure(metrics, figure) for figure in figures),
            )
            for name, params, metrics in rows
        ),
    )


def _rows(listing: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    for entry in listing:
        name = entry.get("name") or entry["rev"]
        yield _row(f"commit {name}" if entry["rev"] != "workspace" else "workspace", entry)
        for experiment in entry.get("experiments") or []:
            # The newest state of an experiment comes first; those behind it are its checkpoints.
            state = (experiment.get("executor") or {}).get("state")
            name = f"{experiment['name']} ({state})" if state else str(experiment["name"])
            yield _row(name, experiment["revs"][0])


def _row(name: str, entry: Mapping[str, Any]) -> tuple[str, dict[str, Any], Any]:
    data = entry.get("data") or {}
    if entry.get("error"):
        name = f"{name}: {entry['error'].get('msg', 'failed')}"
    params: dict[str, Any] = {}
    for file in (data.get("params") or {}).values():
        params |= flatten(file.get("data") or {})
    return name, params, data.get("metrics") or {}


def _figure(metrics: Any, figure: tuple[str, str, str]) -> str:
    file, key, _ = figure
    value = lookup(metrics.get(file, {}).get("data"), key)
    if value is None:
        return ""
    return f"{value:,.4g}" if isinstance(value, int | float) else str(value)


def grid_changes(path: Path) -> dict[str, str]:
    """A grid's runs with the parameters in which they differ, in words; {} without the grid."""
    if not path.is_file():
        return {}
    grid = validate(Grid, read_yaml(path, "run `python -m pngnw sweep`"), str(path))
    return {
        run: "\n".join(f"{key}: {shown(value)}" for key, value in flatten(overlay).items())
        for run, overlay in grid.runs.items()
    }

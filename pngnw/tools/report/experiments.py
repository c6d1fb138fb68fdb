"""DVC's experiments side by side, the parameters in which they differ first.

Guarantees: what DVC cannot list is a reason in words, not an exception; a run that failed, or has
not ended, stands in the table with what DVC says of it.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pngnw.params import read_yaml, validate
from pngnw.tools.report import words
from pngnw.tools.report.origin import flat, shown
from pngnw.tools.sweep.grid import Grid

# File, key in it, what it is called.
_PRETRAIN, _ALIGNMENT = "metrics/pretrain.json", "metrics/evaluate.json"
FIGURES = (
    (_PRETRAIN, "test.g2p.phoneme.error_rate", "g2p phoneme error"),
    (_PRETRAIN, "test.p2g.grapheme.error_rate", "p2g letter error"),
    (_PRETRAIN, "test.mlm.phoneme.accuracy", "mlm phoneme accuracy"),
    (_PRETRAIN, "test.mlm.word.accuracy", "mlm word accuracy"),
    (_PRETRAIN, "test.emoji.kl", "emoji KL, nats"),
    *(
        (
            _ALIGNMENT,
            f"{attention}.arms.pretrained.samples_to.fine.median",
            f"utterances to fine alignment, {attention.upper()}",
        )
        for attention in words.ATTENTIONS
    ),
)


@dataclass(frozen=True)
class Comparison:
    """Experiments as a table.

    Attributes:
        changed: keys of the parameters in which some row differs from the baseline.
        figures: what the columns after those are called.
        rows: name, values of `changed`, values of `figures`; "" where unknown.
    """

    changed: tuple[str, ...]
    figures: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]


def listed(root: Path) -> Comparison | str:
    """The experiments of the commit that is validate out, or why there is no table."""
    command = [sys.executable, "-m", "dvc", "exp", "show", "--json"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, errors="replace")
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no message"])[0]
        return f"DVC could not list experiments: {said}"
    try:
        return compare(json.loads(done.stdout))
    except (ValueError, KeyError, TypeError, AttributeError):
        return "DVC listed experiments in a form that this version of pngnw does not know."


def compare(listing: Sequence[Mapping[str, Any]]) -> Comparison | str:
    """What `dvc exp show --json` says, as a table; the commit is the baseline of the others."""
    rows = [*_rows(listing)]
    if len(rows) < 3:
        return "No experiments on this commit yet: dvc exp run -S model.pos_emb=sinusoidal"
    base = next((p for name, p, _ in rows if not name.startswith("workspace")), {})
    keys = dict.fromkeys(key for _, params, _ in rows for key in [*base, *params])
    changed = tuple(
        key for key in keys
        if any(params and params.get(key) != base.get(key) for _, params, _ in rows)
    )  # fmt: skip
    used = [f for f in FIGURES if any(_figure(found, f) != "" for _, _, found in rows)]
    return Comparison(
        changed,
        tuple(label for _, _, label in used),
        tuple(
            (
                name,
                tuple(shown(params[key]) if key in params else "" for key in changed),
                tuple(_figure(found, figure) for figure in used),
            )
            for name, params, found in rows
        ),
    )


def _rows(listing: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    for entry in listing:
        name = entry.get("name") or entry["rev"]
        yield _row(f"commit {name}" if entry["rev"] != "workspace" else "workspace", entry)
        for experiment in entry.get("experiments") or []:
            # The newest state of an experiment comes first; those behind it are its checkpoints.
            state = (experiment.get("executor") or {}).get("state")
            told = f"{experiment['name']} ({state})" if state else str(experiment["name"])
            yield _row(told, experiment["revs"][0])


def _row(name: str, entry: Mapping[str, Any]) -> tuple[str, dict[str, Any], Any]:
    data = entry.get("data") or {}
    if entry.get("error"):
        name = f"{name}: {entry['error'].get('msg', 'failed')}"
    params: dict[str, Any] = {}
    for file in (data.get("params") or {}).values():
        params |= flat(file.get("data") or {})
    return name, params, data.get("metrics") or {}


def _figure(metrics: Any, figure: tuple[str, str, str]) -> str:
    file, key, _ = figure
    found = metrics.get(file, {}).get("data")
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if found is None:
        return ""
    return f"{found:,.4g}" if isinstance(found, int | float) else str(found)


def changes(path: Path) -> dict[str, str]:
    """A grid's runs with the parameters in which they differ, in words; {} without the grid."""
    if not path.is_file():
        return {}
    grid = validate(Grid, read_yaml(path, "run `python -m pngnw sweep`"), str(path))
    return {
        run: "\n".join(f"{key}: {shown(value)}" for key, value in flat(overlay).items())
        for run, overlay in grid.runs.items()
    }

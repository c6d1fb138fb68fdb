"""Everything that the page tells, read from the files that the stages wrote.

Guarantees: nothing is computed anew and nothing is written; what has not been run is None or
empty. A damaged or foreign file is a UserError that names it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pngnw.core.errors import one_line_error
from pngnw.params import validate
from pngnw.tools.report import (
    aligned,
    experiments,
    figures,
    origin,
    pictures,
    sounds,
    words,
)
from pngnw.tools.report.alignment_charts import NULLS, Curve
from pngnw.tools.report.blocks import Players, Slider
from pngnw.tools.report.charts import Losses
from pngnw.tools.report.reading import measured, number, parsed, table

SEEDS = "seeds.tsv"


@dataclass(frozen=True)
class Looks:
    """What one attention's folder in plots/evaluate holds."""

    curves: Sequence[Curve]
    every_seed: Path | None
    slider: Slider | None
    players: Sequence[Players]


@dataclass(frozen=True)
class Costs:
    """metrics/cost: stage to its cost, attention to arm to cost."""

    stages: Mapping[str, figures.Cost]
    arms: Mapping[str, Mapping[str, aligned.ArmCost]]


@dataclass(frozen=True)
class Gathered:
    """All there is about the last run."""

    revision: origin.Revision | None
    machine: Mapping[str, str]
    lock: origin.Lock | None
    parameters: Sequence[origin.Parameter]
    clean: figures.Clean | None
    phonemize: figures.Phonemize | None
    align: figures.Align | None
    teach: figures.Teach | None
    speech: figures.Speech | None
    pretrain: figures.Pretrain | None
    alignment: aligned.Alignment | None
    losses: Mapping[str, Losses]
    examples: figures.Examples | None
    emoji_picture: Path | None
    looks: Mapping[str, Looks]
    costs: Costs
    experiments: experiments.Comparison | str
    sweeps: Mapping[str, aligned.Sweep]
    grids: Mapping[str, Mapping[str, str]]
    alignments: Mapping[str, aligned.Alignment]


def gather(root: Path) -> Gathered:
    """Read the metrics, plots, parameters, lock, history and experiments of a repository.

    Raises:
        UserError: params.yaml is missing, or a file is damaged or not what its name says.
    """
    metrics, plots = root / "metrics", root / "plots"
    lock = origin.lock(root)
    sweeps, alignments = _ablations(root / "ablations")
    arms = measured(aligned.ArmCosts, metrics / "cost/arms.json")
    return Gathered(
        revision=origin.revision(root),
        machine=origin.machine(),
        lock=lock,
        parameters=origin.parameters(root, lock),
        clean=measured(figures.Clean, metrics / "clean.json"),
        phonemize=measured(figures.Phonemize, metrics / "phonemize.json"),
        align=measured(figures.Align, metrics / "align.json"),
        teach=measured(figures.Teach, metrics / "teach.json"),
        speech=measured(figures.Speech, metrics / "speech.json"),
        pretrain=measured(figures.Pretrain, metrics / "pretrain.json"),
        alignment=measured(aligned.Alignment, metrics / "alignment.json"),
        losses=_losses(plots / "pretrain/plots/metrics"),
        examples=measured(figures.Examples, plots / "teach/examples.json"),
        emoji_picture=_there(plots / "teach/emoji.png"),
        looks={folder.name: _looks(folder) for folder in _folders(plots / "evaluate")},
        costs=Costs(_stage_costs(metrics / "cost"), arms.attentions if arms else {}),
        experiments=experiments.listed(root),
        sweeps=sweeps,
        grids={name: experiments.changes(root / sweep.grid) for name, sweep in sweeps.items()},
        alignments=alignments,
    )


def _there(path: Path) -> Path | None:
    return path if path.is_file() else None


def _folders(path: Path) -> list[Path]:
    """Its folders, the attentions that we know first."""
    known = list(words.ATTENTIONS)
    found = [folder for folder in sorted(path.glob("*")) if folder.is_dir()]
    return sorted(found, key=lambda f: known.index(f.name) if f.name in known else len(known))


def _stage_costs(folder: Path) -> dict[str, figures.Cost]:
    found = {stage: measured(figures.Cost, folder / f"{stage}.json") for stage in words.STAGES}
    return {stage: cost for stage, cost in found.items() if cost}


def _losses(folder: Path) -> dict[str, Losses]:
    """Loss to split to points, in the order in which the page shows them."""
    found: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for split in ("train", "valid"):
        for path in sorted((folder / split).glob("*.tsv")):
            rows = table(path) or []
            if rows and {"step", path.stem} - rows[0].keys():
                raise one_line_error(path, "has no columns step and " + path.stem)
            points = [(number(r["step"], path), number(r[path.stem], path)) for r in rows]
            found.setdefault(path.stem, {})[split] = points
    order = list(words.LOSSES)
    names = sorted(found, key=lambda name: order.index(name) if name in order else len(order))
    return {name: found[name] for name in names}


def _looks(folder: Path) -> Looks:
    frames = pictures.frames(folder)
    return Looks(
        curves=[_curve(folder, figure) for figure in words.CURVES if _has(folder, figure)],
        every_seed=_there(folder / "curves.png"),
        slider=pictures.slider(folder, frames),
        players=sounds.players(folder, frames.texts if frames else []),
    )


def _has(folder: Path, figure: str) -> bool:
    return (folder / f"{figure}.tsv").is_file()


def _curve(folder: Path, figure: str) -> Curve:
    path = folder / f"{figure}.tsv"
    medians: dict[str, list[tuple[float, float]]] = {}
    for row in table(path) or []:
        if "samples" not in row:
            raise one_line_error(path, "has no column samples")
        at = number(row.pop("samples"), path)
        for name, cell in row.items():
            medians.setdefault(name, []).append((at, number(cell, path)))
    return Curve(figure, medians, _seeds(folder / SEEDS, figure))


def _seeds(path: Path, figure: str) -> dict[str, dict[str, list[tuple[float, float]]]]:
    """Arm to seed to points of one figure; empty where the stage did not write them."""
    found: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for row in table(path) or []:
        if {"arm", "seed", "samples"} - row.keys():
            raise one_line_error(path, "has no columns arm, seed and samples")
        if figure in row and row["arm"] not in NULLS:
            point = (number(row["samples"], path), number(row[figure], path))
            found.setdefault(row["arm"], {}).setdefault(row["seed"], []).append(point)
    return found


def _ablations(folder: Path) -> tuple[dict[str, aligned.Sweep], dict[str, aligned.Alignment]]:
    """What ablations/*.json holds: tables of sweeps, and alignment reports that were kept."""
    sweeps, alignments = {}, {}
    for path in sorted(folder.glob("*.json")):
        raw: Any = parsed(path)
        if isinstance(raw, dict) and "summary" in raw:
            alignments[path.stem] = validate(aligned.Alignment, raw, str(path))
        else:
            sweeps[path.stem] = validate(aligned.Sweep, raw, str(path))
    return sweeps, alignments

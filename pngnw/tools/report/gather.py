"""All results of the last run, read from the files that the stages wrote.

What has not been run is None or empty. A damaged or foreign file is a UserError that names it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pngnw.params import validate
from pngnw.tools.report import files, media, repository, words
from pngnw.tools.report.files import naming, number, record, table
from pngnw.tools.report.page import Block, Picture, Players, Slider

Points = Sequence[tuple[float, float]]  # (step or samples, value)


@dataclass(frozen=True)
class Curve:
    """One figure over training."""

    figure: str
    medians: Mapping[str, Points]  # by arm or null
    seeds: Mapping[str, Mapping[str, Points]]  # by arm and seed


@dataclass(frozen=True)
class Plots:
    """One attention's folder in plots/evaluate."""

    curves: Sequence[Curve]
    slider: Slider | None
    players: Sequence[Players]


@dataclass(frozen=True)
class Results:
    revision: repository.Revision | None
    machine: Mapping[str, str]
    lock: repository.Lock | None
    parameters: Sequence[repository.Parameter]
    clean: files.Clean | None
    phonemize: files.Phonemize | None
    align: files.Align | None
    teach: files.Teach | None
    speech: files.Speech | None
    pretrain: files.Pretrain | None
    evaluate: files.Evaluate | None
    prosody: files.Summary | None
    voice: files.Summary | None
    losses: Mapping[str, Mapping[str, Points]]  # loss to split to its points
    examples: files.Examples | None
    plots: Mapping[str, Plots]  # by attention
    contours: Mapping[str, Sequence[Picture]]  # of the stage prosody, by set
    spoken: Sequence[Block]  # pictures and sounds of the stage voice
    costs: Mapping[str, files.Cost]  # by stage
    evaluate_cost: files.EvaluateCost | None
    experiments: repository.Experiments | str
    sweeps: Mapping[str, files.Sweep]
    grids: Mapping[str, Mapping[str, str]]  # sweep to run to changed parameters
    evaluations: Mapping[str, files.Evaluate]  # kept in ablations/


def gather(root: Path) -> Results:
    """Read the metrics, plots, parameters, lock, history and experiments of a repository.

    Raises:
        UserError: params.yaml is missing, or a file is damaged or not what its name says.
    """
    metrics, plots = root / "metrics", root / "plots"
    lock = repository.lock(root)
    attentions = sorted(path.name for path in (plots / "evaluate").glob("*") if path.is_dir())
    sweeps, evaluations = _ablations(root / "ablations")
    costs = {stage: record(files.Cost, metrics / f"cost/{stage}.json") for stage in words.STAGES}
    return Results(
        revision=repository.revision(root),
        machine=repository.machine(),
        lock=lock,
        parameters=repository.parameters(root, lock),
        clean=record(files.Clean, metrics / "clean.json"),
        phonemize=record(files.Phonemize, metrics / "phonemize.json"),
        align=record(files.Align, metrics / "align.json"),
        teach=record(files.Teach, metrics / "teach.json"),
        speech=record(files.Speech, metrics / "speech.json"),
        pretrain=record(files.Pretrain, metrics / "pretrain.json"),
        evaluate=record(files.Evaluate, metrics / "evaluate.json"),
        prosody=record(files.Summary, metrics / "prosody.json"),
        voice=record(files.Summary, metrics / "voice.json"),
        losses=_losses(plots / "pretrain/plots/metrics"),
        examples=record(files.Examples, plots / "teach/examples.json"),
        plots={
            name: _plots(plots / "evaluate" / name)
            for name in words.in_order(attentions, [*words.ATTENTIONS])
        },
        contours={
            path.name: media.contours(path)
            for path in sorted((plots / "prosody").glob("*"))
            if path.is_dir()
        },
        spoken=media.spoken(plots / "voice"),
        costs={stage: cost for stage, cost in costs.items() if cost},
        evaluate_cost=record(files.EvaluateCost, metrics / "cost/evaluate.json"),
        experiments=repository.experiments(root),
        sweeps=sweeps,
        grids={name: repository.grid_changes(root / s.grid) for name, s in sweeps.items()},
        evaluations=evaluations,
    )


def _losses(folder: Path) -> dict[str, dict[str, Points]]:
    """In the order in which the page shows them."""
    losses: dict[str, dict[str, Points]] = {}
    for split in ("train", "valid"):
        for path in sorted((folder / split).glob("*.tsv")):
            with naming(path):
                points = [(number(row["step"]), number(row[path.stem])) for row in table(path)]
            losses.setdefault(path.stem, {})[split] = points
    return {name: losses[name] for name in words.in_order(losses, [*words.LOSSES])}


def _plots(folder: Path) -> Plots:
    path = folder / "attention.json"
    frames = record(files.Frames, path)
    figures = [name for name in words.CURVES if (folder / f"{name}.tsv").is_file()]
    slider = None
    if frames:
        with naming(path):
            slider = media.slider(folder.name, frames)
    return Plots(
        curves=[_curve(folder, figure) for figure in figures],
        slider=slider,
        players=media.players(folder, frames.texts if frames else []),
    )


def _curve(folder: Path, figure: str) -> Curve:
    path = folder / f"{figure}.tsv"
    medians: dict[str, list[tuple[float, float]]] = {}
    with naming(path):
        for row in table(path):
            samples = number(row.pop("samples"))
            for name, cell in row.items():
                medians.setdefault(name, []).append((samples, number(cell)))
    path = folder / "seeds.tsv"
    seeds: dict[str, dict[str, list[tuple[float, float]]]] = {}
    with naming(path):
        for row in table(path):
            point = (number(row["samples"]), number(row[figure]))
            seeds.setdefault(row["arm"], {}).setdefault(row["seed"], []).append(point)
    return Curve(figure, medians, seeds)


def _ablations(folder: Path) -> tuple[dict[str, files.Sweep], dict[str, files.Evaluate]]:
    """What ablations/*.json holds: tables of sweeps, and metrics of evaluate that were kept."""
    sweeps, evaluations = {}, {}
    for path in sorted(folder.glob("*.json")):
        raw: Any = files.parsed(path)
        if isinstance(raw, dict) and "summary" in raw:
            evaluations[path.stem] = validate(files.Evaluate, raw, str(path))
        else:
            sweeps[path.stem] = validate(files.Sweep, raw, str(path))
    return sweeps, evaluations

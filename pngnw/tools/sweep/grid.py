"""A grid of experiments (ablations/*.yaml), checked before anything runs.

It names runs by the parameters in which they differ from params.yaml. Every run is made with every
seed. The first run is the baseline of the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from pngnw.core.errors import UserError
from pngnw.params import FolderName, Section, flatten, lookup, parse, read_yaml, validate

SEED = "base.seed"
Overlay = dict[str, Any]


class Figure(Section):
    """A number of a metrics file, by its dotted name there, and which way is better."""

    key: str
    better: Literal["lower", "higher"]


class Grid(Section):
    """One file of ablations/."""

    stage: str
    metrics: str
    seeds: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)]
    figures: Annotated[dict[str, Figure], Field(min_length=1)]
    runs: Annotated[dict[FolderName, Overlay], Field(min_length=1)]

    @property
    def baseline(self) -> str:
        return next(iter(self.runs))


@dataclass(frozen=True)
class Experiment:
    """One run with one seed: the name of its DVC experiment, and its parameters by dotted key."""

    name: str
    run: str
    seed: int
    values: Mapping[str, Any]


def load(path: Path, params: Path = Path("params.yaml")) -> Grid:
    """Read a grid and check every run of it against the parameters.

    Raises:
        UserError: the file is missing or no grid, names a parameter that does not exist, or gives
            one a value that is not allowed.
    """
    grid = validate(Grid, read_yaml(path, "those there are lie in ablations/"), str(path))
    for experiment in plan(grid, path.stem):
        document = read_yaml(params, "run this from the root of the repository")
        for key, value in experiment.values.items():
            _put(document, key, value, f"{path}: run {experiment.run}")
        parse(document, f"{path}: run {experiment.run}")
    return grid


def plan(grid: Grid, name: str) -> list[Experiment]:
    """All experiments of a grid called `name`: every run with the first seed, then the second."""
    return [
        Experiment(f"{name}-{run}-{seed}", run, seed, flatten(overlay) | {SEED: seed})
        for seed in grid.seeds
        for run, overlay in grid.runs.items()
    ]


def _put(document: Any, key: str, value: Any, origin: str) -> None:
    parent, _, last = key.rpartition(".")
    section = lookup(document, parent) if parent else document
    if not isinstance(section, dict) or last not in section:
        raise UserError(f"{origin}: {key} is not in params.yaml")
    section[last] = value

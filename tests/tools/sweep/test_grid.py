"""A grid is checked against the parameters before anything runs."""

from pathlib import Path

import pytest

from pngnw.core.errors import UserError
from pngnw.tools.sweep.grid import load, plan

ROOT = Path(__file__).parents[3]
PARAMS = ROOT / "params.yaml"
GRID = """
stage: pretrain
metrics: metrics/pretrain.json
seeds: [1, 2]
figures: {error: {key: test.g2p.phoneme.error_rate, better: lower}}
runs:
  default: {}
  post: {model: {norm: post, positions: [rel_word]}}
"""


def grid(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "some.yaml"
    path.write_text(text)
    return path


def test_every_run_comes_with_every_seed(tmp_path: Path) -> None:
    found = load(grid(tmp_path, GRID), PARAMS)
    assert found.baseline == "default"
    planned = plan(found, "some")
    names = [experiment.name for experiment in planned]
    assert names == ["some-default-1", "some-post-1", "some-default-2", "some-post-2"]
    assert planned[0].values == {"base.seed": 1}
    assert planned[3].values == {
        "model.norm": "post",
        "model.positions": ["rel_word"],
        "base.seed": 2,
    }


@pytest.mark.parametrize("path", sorted((ROOT / "ablations").glob("*.yaml")))
def test_the_grids_of_the_repository_are_valid(path: Path) -> None:
    assert load(path, PARAMS).runs


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("norm: post", "norm: up", r"some\.yaml: run post: model\.norm = 'up'"),
        ("norm: post", "norms: post", r"run post: model\.norms is not in params\.yaml"),
        ("model: {norm", "modell: {norm", r"run post: modell\.norm is not in params\.yaml"),
        ("seeds: [1, 2]", "seeds: []", r"some\.yaml: seeds = \[\]"),
        ("better: lower", "better: left", r"figures\.error\.better = 'left'"),
        ("runs:", "rums:", r"runs is missing; rums is not a known key"),
        ("  post:", "  'a b':", r"some\.yaml: runs\.a b"),
        ("stage: pretrain", "stage: [", r"some\.yaml: not valid YAML"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GRID
    with pytest.raises(UserError, match=said):
        load(grid(tmp_path, GRID.replace(old, new)), PARAMS)


def test_a_missing_grid_is_named() -> None:
    with pytest.raises(UserError, match=r"nowhere\.yaml: not found"):
        load(Path("nowhere.yaml"), PARAMS)

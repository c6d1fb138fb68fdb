"""The launcher of the stage scripts: metrics, cost, and one line for a mistake."""

import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from pngnw.core.errors import UserError
from pngnw.core.stage import StageResult
from pngnw.params import Params
from stages import launch

ROOT = Path(__file__).parent.parent
Launch = Callable[..., None]


@pytest.fixture
def launch_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Launch:
    """`launch` as `python -m stages.clean` in a folder of the test's own."""
    for name in ("params.yaml", "dvc.yaml"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    monkeypatch.chdir(tmp_path)

    def launch_with(run: Callable[..., StageResult], *names: str, stage: str = "clean") -> None:
        monkeypatch.setattr(sys, "argv", [f"stages/{stage}.py", *names])
        launch(run, part="set" if names else None)

    return launch_with


def test_metrics_are_nested_and_rounded(tmp_path: Path, launch_here: Launch) -> None:
    metrics = {
        "rows_in": 3,
        "dropped.short": 1,
        "dropped.long": 0,
        "share": 1 / 3,
        "a": {"b.c": 1, "rate 0.3": 2},
    }
    launch_here(lambda params, root: StageResult(metrics))
    text = (tmp_path / "metrics/clean.json").read_text()
    assert json.loads(text) == {
        "rows_in": 3,
        "dropped": {"short": 1, "long": 0},
        "share": 0.333333,
        "a": {"b": {"c": 1}, "rate 0.3": 2},
    }
    assert text.endswith("}\n")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float64("nan")])
def test_metrics_are_json_or_nothing(tmp_path: Path, launch_here: Launch, value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        launch_here(lambda params, root: StageResult({"a": [{"b": value}]}))
    assert not (tmp_path / "metrics/clean.json").exists()


def test_cost_has_seconds_memory_and_what_the_stage_adds(
    tmp_path: Path, launch_here: Launch
) -> None:
    launch_here(lambda params, root: StageResult({}, {"shards": {"computed": 2}}))
    cost = json.loads((tmp_path / "metrics/cost/clean.json").read_text())
    assert cost["seconds"] >= 0
    assert cost["peak_memory_mib"] > 0
    assert cost["shards"] == {"computed": 2}


def test_a_part_has_metrics_of_its_own(tmp_path: Path, launch_here: Launch) -> None:
    launch_here(lambda params, root, name: StageResult({"name": name}), "mine")
    assert json.loads((tmp_path / "metrics/clean/mine.json").read_text()) == {"name": "mine"}
    assert (tmp_path / "metrics/cost/clean-mine.json").exists()


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [
        ("min_words: 2 ", "min_words: 3 ", "clean.min_words"),
        ("split_salt: 344 ", "split_salt: 345 ", "clean.split_salt"),
        ("clean:\n", "clean: null\nrest:\n", "clean"),
        ("sets: {}", "sets: {mine: {kind: emotion, path: a}}", "probe.sets.mine"),
        ("steps: 3000", "steps: 3001", None),  # of another stage
        ("workers: 2 ", "workers: 1 ", None),
        ("# shorter", "# shortest", None),
    ],
)
def test_what_was_edited_while_it_ran_is_not_recorded(
    old: str,
    new: str,
    refused: str | None,
    tmp_path: Path,
    launch_here: Launch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """DVC reads params.yaml once more when a stage has ended, and writes that into dvc.lock."""

    def edit(params: Params, root: Path, *names: str) -> StageResult:
        text = (root / "params.yaml").read_text()
        assert old in text
        (root / "params.yaml").write_text(text.replace(old, new))
        return StageResult({})

    part = ["mine"] if "sets" in old else []
    stage = "probe" if part else "clean"
    metrics = tmp_path / "metrics" / Path(stage, *part).with_suffix(".json")
    if refused is None:
        launch_here(edit, *part)
        assert metrics.exists()
        return
    with pytest.raises(SystemExit):
        launch_here(edit, *part, stage=stage)
    (line,) = capsys.readouterr().err.splitlines()
    assert f"params.yaml: {refused}" in line
    assert not metrics.exists()


@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize(
    "stage",
    ["clean", "phonemize", "align", "teach", "pretrain", "speech", "evaluate", "prosody", "voice"],
)
def test_a_stage_without_its_input_says_what_makes_it(
    stage: str, launch_here: Launch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = import_module(f"pngnw.{stage}.stage").run
    capsys.readouterr()  # what packages say when they are loaded
    with pytest.raises(SystemExit):
        launch_here(run, stage=stage)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{stage}: ")
    assert "dvc repro" in line


def _fail(params: Params, root: Path) -> StageResult:
    raise UserError(f"seed {params.base.seed}: no good")


def test_a_mistake_is_one_line_and_nothing_is_written(
    tmp_path: Path, launch_here: Launch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        launch_here(_fail)
    assert exit_.value.code == 1
    assert capsys.readouterr().err == "clean: seed 0: no good\n"
    path = tmp_path / "params.yaml"
    path.write_text(path.read_text().replace("pos_emb: learned ", "pos_emb: sinus "))
    with pytest.raises(SystemExit):
        launch_here(_fail)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("clean: params.yaml: model.pos_emb = 'sinus'")
    assert not (tmp_path / "metrics").exists()

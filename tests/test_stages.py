import json
import sys
from pathlib import Path

import pytest

from pngnw.core.errors import UserError
from pngnw.params import Params
from stages import launch, write_metrics

ROOT = Path(__file__).parent.parent


def test_metrics_are_nested_and_rounded(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "metrics.json"
    write_metrics(
        path,
        {
            "rows_in": 3,
            "dropped.short": 1,
            "dropped.long": 0,
            "share": 1 / 3,
            "a": {"b.c": 1, "rate 0.3": 2},
        },
    )
    assert json.loads(path.read_text()) == {
        "rows_in": 3,
        "dropped": {"short": 1, "long": 0},
        "share": 0.333333,
        "a": {"b": {"c": 1}, "rate 0.3": 2},
    }
    assert path.read_text().endswith("}\n")


def _fails(params: Params) -> None:
    """Fails as a user's mistake does."""
    raise UserError(f"seed {params.base.seed}: no good")


def test_a_mistake_is_one_line_and_no_cost_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["stages/clean.py"])
    with pytest.raises(SystemExit) as exit_:
        launch(_fails)
    assert exit_.value.code == 1
    assert capsys.readouterr().err == "clean: seed 0: no good\n"
    assert not (tmp_path / "metrics").exists()


def test_cost_is_written_when_a_stage_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["stages/clean.py"])
    launch(lambda params: None)
    cost = json.loads((tmp_path / "metrics/cost/clean.json").read_text())
    assert cost["seconds"] >= 0
    assert cost["peak_memory_mib"] > 0

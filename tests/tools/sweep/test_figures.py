"""Figures of a sweep are numbers, or said to be none."""

from typing import Any

import pytest

from pngnw.core.errors import UserError
from pngnw.params import validate
from pngnw.tools.sweep import experiments
from pngnw.tools.sweep.grid import Experiment, Grid

GRID: dict[str, Any] = {
    "stage": "evaluate",
    "metrics": "metrics/evaluate.json",
    "seeds": [1],
    "figures": {"samples": {"key": "arms.own.samples", "better": "lower"}},
    "runs": {"default": {}},
}
PLANNED = [Experiment("some-default-1", "default", 1, {"base.seed": 1})]


def collected(monkeypatch: pytest.MonkeyPatch, measured: dict[str, Any]) -> dict[str, Any]:
    monkeypatch.setattr(experiments, "_metrics", lambda *_: measured)
    return experiments.figures(PLANNED, validate(Grid, GRID, "some.yaml"))


def test_a_figure_is_found_by_its_dotted_name(monkeypatch: pytest.MonkeyPatch) -> None:
    found = collected(monkeypatch, {"arms": {"own": {"samples": 2504}}})
    assert found == {"default": {1: {"samples": 2504}}}


@pytest.mark.parametrize(
    ("measured", "said"),
    [
        ({"arms": {"own": {"samples": "> 4000"}}},
         "some-default-1: samples: arms.own.samples is '> 4000', which has no mean"),
        ({"arms": {"own": {"samples": {"median": 1}}}},
         "arms.own.samples is {'median': 1}, which has no mean; take a number's key"),
        ({"arms": {"other": 1}}, "no run's metrics/evaluate.json holds arms.own.samples"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_named(
    monkeypatch: pytest.MonkeyPatch, measured: dict[str, Any], said: str
) -> None:
    with pytest.raises(UserError, match=r"^[^\n]*$") as raised:
        collected(monkeypatch, measured)
    assert said in str(raised.value)

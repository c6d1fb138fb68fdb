"""Means, spreads and paired intervals by hand."""

import pytest

from pngnw.tools.sweep.grid import Figure, Grid
from pngnw.tools.sweep.table import cell, interval, markdown, tabulate

GRID = Grid(
    stage="pretrain",
    metrics="m.json",
    seeds=[1, 2, 3],
    figures={
        "error": Figure(key="e", better="lower"),
        "accuracy": Figure(key="a", better="higher"),
    },
    runs={"default": {}, "other": {}},
)
BASE = {1: 0.10, 2: 0.20, 3: 0.30}


def test_an_interval_by_hand() -> None:
    """Mean 2, standard deviation 1, three values: 2 ± 4.302653 / sqrt(3)."""
    found = interval([1.0, 2.0, 3.0])
    assert found == pytest.approx((2 - 2.484138, 2 + 2.484138), abs=1e-5)
    assert interval([1.0]) is None
    assert interval([]) is None


def test_differences_are_paired_by_seed() -> None:
    """The seeds differ by ten times what the runs do: only pairs tell them apart."""
    found = cell({1: 0.11, 2: 0.2101, 3: 0.3099}, BASE, "lower")
    assert found.mean == pytest.approx(0.21)
    assert (found.low, found.high) == (0.11, 0.3099)
    assert found.difference == pytest.approx(0.01)
    assert found.verdict == "worse"
    assert cell({1: 0.11, 2: 0.2101, 3: 0.3099}, BASE, "higher").verdict == "better"
    assert cell({1: 0.11, 2: 0.19, 3: 0.31}, BASE, "lower").verdict == ""


def test_a_seed_that_one_of_two_lacks_is_no_pair() -> None:
    found = cell({1: 0.3, 4: 0.9}, BASE, "lower")
    assert found.values == [0.3, 0.9]
    assert found.difference == pytest.approx(0.2)
    assert found.interval is None
    assert cell({4: 0.9}, BASE, "lower").difference is None


def test_the_baseline_is_compared_with_nothing_and_gaps_stay_gaps() -> None:
    found = {
        "default": {s: {"error": e, "accuracy": 1 - e} for s, e in BASE.items()},
        "other": {s: {"error": e / 10} for s, e in BASE.items()},
    }
    table = tabulate(found, GRID)
    assert table["default"]["error"].difference is None
    assert set(table["other"]) == {"error"}
    text = markdown(table, GRID.figures).splitlines()
    assert text[0] == "| run | error ↓ | accuracy ↑ |"
    assert text[2] == "| default | 0.200 (0.100–0.300) | 0.800 (0.700–0.900) |"
    # Differences -0.09, -0.18, -0.27: paired, but three seeds scatter.
    assert text[3] == "| other | 0.020 (0.010–0.030); -0.180 [-0.404, +0.044] | – |"

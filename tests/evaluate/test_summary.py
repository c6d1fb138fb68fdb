"""The result in words, and what they must not claim."""

import math

import pytest

from pngnw.evaluate import summary

MET = {
    "new": {1: {"fine": 1000}, 2: {"fine": 2000}},
    "old": {1: {"fine": 4000}, 2: {"fine": math.inf}},
}


@pytest.mark.parametrize(
    ("ratio", "interval", "seeds", "parts"),
    [
        (0.62, [0.51, 0.74], 5, ["0.62x the samples of old (fine)", "0.51-0.74", "5 seeds"]),
        ("< 0.67", [None, 0.7], 1, ["at most 0.67x", "at most 0.70", "1 seed,"]),
        ("> 2.00", [1.5, None], 5, ["at least 2.00x", "at least 1.50"]),
        ("unknown", [None, None], 5, ["unknown"]),
    ],
)
def test_ratios_and_their_bounds(
    ratio: float | str, interval: list[float | None], seeds: int, parts: list[str]
) -> None:
    figures = {"ratio": ratio, "interval": interval, "seeds": seeds}
    (text,) = summary.ratios({"new/old": {"fine": figures}}, MET)
    assert all(part in text for part in parts), text
    assert "old never met it on 1 of 2 seeds" in text
    assert ("too few to trust it" in text) == (seeds < 5)


def test_what_a_straight_line_meets_is_never_called_aligned() -> None:
    met = {"new": {1: {"coarse": 500, "fine": math.inf}}}
    coarse, fine = summary.seeds_that_met(met, 5000, {"coarse": True, "fine": False})
    assert "new 1 of 1" in coarse
    assert "proves no alignment" in coarse
    assert "new 0 of 1" in fine
    assert "proves" not in fine

"""The result in words, and what they must not claim."""

import pytest

from pngnw.evaluate import summary

MET = {
    "new": {1: {"fine": 1000}, 2: {"fine": 2000}},
    "old": {1: {"fine": 4000}, 2: {"fine": None}},
}


@pytest.mark.parametrize(
    ("ratio", "interval", "seeds", "expected"),
    [
        (0.62, [0.51, 0.74], 5, "0.62x the samples of old (fine), 95% interval 0.51-0.74, 5 seeds"),
        ("< 0.67", [None, 0.7], 5, "at most 0.67x the samples of old (fine), 95% interval at most"),
        ("> 2.00", [1.5, None], 5, "at least 2.00x the samples of old (fine), 95% interval at l"),
        (1.0, [None, None], 1, "1.00x the samples of old (fine), 95% interval unbounded, 1 seed, "),
    ],
)
def test_ratios_and_their_bounds(
    ratio: float | str, interval: list[float | None], seeds: int, expected: str
) -> None:
    found = {"new/old": {"fine": {"ratio": ratio, "interval": interval, "seeds": seeds}}}
    (text,) = summary.ratios(found, MET)
    assert text.startswith(f"new needs {expected}")
    assert text.endswith("; old never met it on 1 of 2 seeds.")
    assert ("too few to trust it" in text) == (seeds < 5)


def test_an_unknown_ratio_says_why() -> None:
    unknown = {"new/old": {"fine": {"ratio": "unknown", "interval": [None, None], "seeds": 1}}}
    met = {"new": {1: {"fine": None}}, "old": {1: {"fine": None}}}
    (text,) = summary.ratios(unknown, met)
    assert text.startswith("new against old (fine): unknown")
    assert text.count("never met it on 1 of 1 seeds") == 2


def test_what_a_straight_line_meets_is_never_called_aligned() -> None:
    met = {"new": {1: {"coarse": 500, "fine": None}}}
    coarse, fine = summary.seeds_that_met(met, 5000, {"coarse": True, "fine": False})
    assert "new 1 of 1" in coarse
    assert "proves no alignment" in coarse
    assert "new 0 of 1" in fine
    assert "proves" not in fine


def test_reversed_arms_are_named() -> None:
    (text,) = summary.reversals({"new": [], "old": [3, 4]})
    assert text.startswith("old ")
    assert text.endswith("seeds 3, 4.")

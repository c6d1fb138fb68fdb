"""Figures beside those of peers."""

import pytest

from benchmarks.result import NOT_MEASURED, OURS, Result


def test_more_is_better() -> None:
    samples = {OURS: [500.0, 600.0, 900.0], "slow": [10.0, 10.0, 10.0]}
    result = Result.of_samples("speed", "words/s", samples, ["slow", "absent"])
    assert result.as_json() == {
        "unit": "words/s",
        "ours": 600.0,
        "peers": {"slow": 10.0, "absent": NOT_MEASURED},
        "ratio": {"slow": 60.0, "absent": NOT_MEASURED},
        "range": {"slow": [50.0, 90.0]},
    }
    assert NOT_MEASURED in result.as_text()


def test_less_is_better() -> None:
    samples = {OURS: [0.5, 1.0], "slow": [5.0, 5.0]}
    result = Result.of_samples("start", "s", samples, ["slow"], less_is_better=True)
    assert result.ratio("slow") == pytest.approx(5 / 0.75)
    assert result.ranges["slow"] == (5.0, 10.0)

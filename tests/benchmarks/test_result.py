"""Figures beside those of peers, and the turns that systems take."""

import pytest

from benchmarks.peers import Missing
from benchmarks.result import NOT_MEASURED, OURS, Result
from benchmarks.systems import System, interleave


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


def test_systems_take_turns_and_a_missing_peer_costs_no_other_figure() -> None:
    systems = [System(OURS, "ours"), System("nobody", "nobody")]
    blocks = [["It was 1984."], [], ["A cat.", ""]]
    samples = interleave(systems, blocks, lambda block, answer: answer.seconds, warm_up=1)
    assert set(samples) == {OURS}
    assert len(samples[OURS]) == 2
    with pytest.raises(Missing, match="nobody"):
        interleave([System(OURS, "nobody")], blocks, lambda block, answer: 0.0)

"""What costs less is better; without ours there is nothing to compare."""

import pytest

from benchmarks.cost import COMPOSITE, _result
from benchmarks.peers import Missing


def test_a_ratio_says_how_many_times_less_ours_costs() -> None:
    result = _result("cost.milliseconds", "ms/sentence", {"ours": 5.0, COMPOSITE: 20.0})
    assert result.ratio(COMPOSITE) == 4.0
    assert _result("x", "ms", {"ours": 5.0, COMPOSITE: None}).ratio(COMPOSITE) is None


def test_without_ours_nothing_is_measured() -> None:
    with pytest.raises(Missing, match="ours could not be measured"):
        _result("cost.memory", "MiB", {"ours": None, COMPOSITE: 20.0})

"""Figures beside those of peers."""

from benchmarks.result import NOT_MEASURED, Result


def test_more_is_better() -> None:
    result = Result("speed", "words/s", 600.0, {"slow": 10.0, "absent": None})
    assert result.as_json() == {
        "unit": "words/s",
        "ours": 600.0,
        "peers": {"slow": 10.0, "absent": NOT_MEASURED},
        "ratio": {"slow": 60.0, "absent": NOT_MEASURED},
    }
    assert NOT_MEASURED in result.as_text()


def test_less_is_better() -> None:
    assert Result("start", "s", 0.5, {"slow": 5.0}, less_is_better=True).ratio("slow") == 10

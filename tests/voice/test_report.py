"""Word error rates and their differences, by hand."""

import numpy as np
import pytest

from pngnw.voice.report import difference, report
from pngnw.voice.runs import GOLD, PREDICTED, SOURCE, TRUE_MEL


def entries(errors: list[int], **more: float) -> list[dict[str, float]]:
    return [{"errors": count, **more} for count in errors]


def test_a_difference_and_its_interval() -> None:
    words = [4, 6]
    draws = np.array([[0, 0], [1, 1], [0, 1]] * 20)
    found = difference(np.array([2, 0]), words, draws)
    assert found["value"] == pytest.approx(0.2)
    assert found["interval"] == pytest.approx([0.0, 0.5])  # twice the one, twice the other


@pytest.mark.parametrize(("own", "verdict"), [([1, 1], ": within"), ([3, 1], ": NOT within")])
def test_the_bar_is_told(own: list[int], verdict: str) -> None:
    distances = {"mel": 0.5, "cepstral": 3.0, "frames": 90, "true_frames": 100}
    results = {
        "tacotron2": {
            "ways": {GOLD: entries([0, 1], **distances), PREDICTED: entries(own, **distances)},
            "curve": [{"step": 20.0, "mel": 0.4}],
        },
        None: {"words": [5, 5], "ways": {SOURCE: entries([0, 0]), TRUE_MEL: entries([1, 0])}},
    }
    figures = report(results, seed=0)  # type: ignore[arg-type]  # no more than it reads
    arm = figures["arms"]["tacotron2"]
    assert figures[TRUE_MEL]["word_error_rate"] == pytest.approx(0.1)
    assert arm[PREDICTED]["word_error_rate"] == pytest.approx(sum(own) / 10)
    assert arm[PREDICTED]["minus_true_mel"]["value"] == pytest.approx(sum(own) / 10 - 0.1)
    assert arm[PREDICTED]["length"] == pytest.approx(0.9)
    assert verdict in figures["summary"][0]

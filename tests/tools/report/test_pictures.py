from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pngnw.tools.report import charts, pictures
from pngnw.tools.report.figures import Answers
from tests.tools.report import made
from tests.tools.report.hostile import HOSTILE


def test_the_stages_own_picture_is_cut_by_moment(repository: Path) -> None:
    slider = pictures.slider(repository / "plots/evaluate/lsa", None)
    assert slider is not None
    assert [strip.title for strip in slider.strips] == [
        "Tacotron 2’s own", "ours, untrained", "ours, pretrained"
    ]  # fmt: skip
    assert {len(strip.pictures) for strip in slider.strips} == {len(made.MOMENTS)}
    assert len(slider.moments) == len(made.MOMENTS)


def test_a_picture_without_panels_is_shown_whole(tmp_path: Path) -> None:
    Image.new("RGB", (40, 30), "white").save(tmp_path / "attention-other.png")
    slider = pictures.slider(tmp_path, None)
    assert slider is not None
    assert [len(strip.pictures) for strip in slider.strips] == [1]


def test_columns_are_found_by_their_frames() -> None:
    grey = np.full((100, 120), 255, dtype=np.uint8)
    for left, right in ((20, 50), (70, 110)):
        grey[30:98, [left, right]] = 0
        grey[30, left:right] = 0
    assert pictures.panels(grey) == [(3, 6, 53, 100), (53, 6, 113, 100)]


def test_weights_are_pixels_and_gold_times_lines(repository: Path) -> None:
    folder = made.with_data(repository) / "plots/evaluate/lsa"
    slider = pictures.slider(folder, pictures.frames(folder))
    assert slider is not None
    assert slider.moments == ["100 utterances", "200 utterances"]
    (drawing,) = slider.strips[0].drawings
    assert len(drawing.frames) == 2
    assert drawing.frames[0] != drawing.frames[1]
    assert [symbol for _, symbol in drawing.labels] == ["HH", HOSTILE, "."]
    assert len(drawing.gold) == 2
    assert len(drawing.silences) == 1


@pytest.mark.parametrize(("right", "of"), [(0, 10), (5, 10), (10, 10), (0, 0)])
def test_an_interval_holds_its_share(right: int, of: int) -> None:
    share = right / of if of else 0.0
    low, high = charts.wilson(Answers(accuracy=share, majority_accuracy=0.0, tokens=of))
    assert 0 <= low <= share <= high <= 1

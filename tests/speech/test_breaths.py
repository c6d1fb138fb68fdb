"""The source `espeak`: gold times for every token, marks are silent, only the id matters."""

from typing import Any

import numpy as np

from pngnw.speech.breaths import breaths, say
from pngnw.speech.utterance import Line, generator

WORDS = [['"'], ["HH", "AY1"], [","], ["DH", "EH1", "R"], ["."]]


def utter(seed: int, key: int) -> Any:
    return say("en-us", Line(WORDS), generator(seed, key))


def test_every_token_has_its_time_and_marks_are_quiet() -> None:
    u = utter(0, 1)
    assert len(u.start) == len(u.end) == sum(map(len, WORDS))
    assert (u.end >= u.start).all()
    assert (u.start[1:] >= u.end[:-1] - 1e-3).all()
    assert u.end[-1] <= len(u.samples) / 22050
    assert u.start[0] == u.end[0], "a quotation mark takes no time"
    assert u.end[3] - u.start[3] >= 0.06, "a comma is a pause"
    loud = [
        np.abs(u.samples[int(a * 22050) : int(b * 22050)].astype(float)).mean()
        for a, b in zip(u.start, u.end, strict=True)
        if b > a
    ]
    assert loud[2] < 100 < loud[1]


def test_breaths_keep_every_word_in_order() -> None:
    words = [["K"]] * 40
    parts = breaths(words, np.random.default_rng(0))
    assert sum(len(part) for part in parts if isinstance(part, list)) == 40
    assert any(isinstance(part, float) for part in parts), "some word boundaries get a pause"
    assert breaths([[], ["."], ["K"], [","]], np.random.default_rng(0)) == [".", [["K"]], ","]

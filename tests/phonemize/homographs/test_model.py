"""The homograph model: a fit that learns what it is shown, and how sure it is."""

import numpy as np
import pyarrow as pa
import pytest

from pngnw.phonemize import tokenizer
from pngnw.phonemize.homographs.features import extract
from pngnw.phonemize.homographs.model import SCALE, Model, confidence
from pngnw.phonemize.homographs.neighbors import Vocabulary
from pngnw.tools.homographs.fit import Labelled, calibration_error, fit, temperature

NOTHING = Vocabulary(
    np.array([], np.uint32), np.array([], np.uint8), np.array([], np.uint16),
    np.array([], np.uint8), np.array([], np.uint16),
)  # fmt: skip
KINDS = {"lead": ["-", "-"], "use": ["N", "V"], "abuse": ["N", "V"], "row": ["-", "-", "-"]}
SHOWN = [
    ("lead", 0, "the lead pipe"), ("lead", 0, "a lead pipe"), ("lead", 1, "to lead them"),
    ("lead", 1, "they lead them"), ("use", 0, "the use of it"), ("use", 0, "a use of that"),
    ("use", 1, "to use it"), ("use", 1, "we use them"), ("row", 0, "front row seats"),
    ("row", 0, "back row seats"), ("row", 1, "boats row home"), ("row", 1, "they row home"),
    ("row", 2, "loud row outside"), ("row", 2, "new row outside"),
]  # fmt: skip


def _labelled(shown: list[tuple[str, int, str]]) -> Labelled:
    tokens = tokenizer.tokenize(pa.array([text for _, _, text in shown]))
    words = [word for word, _, _ in shown]
    found = np.array(
        [
            next(
                token
                for token in range(tokens.bounds_R[row], tokens.bounds_R[row + 1])
                if tokens.distinct[tokens.kind_W[token]] == word
            )
            for row, word in enumerate(words)
        ]
    )
    features = extract(tokens, found, np.zeros(len(found), np.int64), NOTHING)
    return Labelled(words, KINDS, features, np.array([reading for _, reading, _ in shown]))


def _chosen(model: Model, shown: list[tuple[str, int, str]]) -> list[int]:
    given = _labelled(shown)
    chosen: list[int] = model.choose(given.words, given.kinds, given.features)[0].tolist()
    return chosen


def test_it_learns_what_it_is_shown_and_nothing_depends_on_the_batch() -> None:
    model = fit(_labelled(SHOWN), None, None, NOTHING, {})
    assert _chosen(model, SHOWN) == [reading for _, reading, _ in SHOWN]
    assert [_chosen(model, [each])[0] for each in SHOWN] == _chosen(model, SHOWN)


def test_a_word_without_examples_goes_by_its_kind() -> None:
    model = fit(_labelled(SHOWN), None, None, NOTHING, {})
    unseen = [("abuse", 1, "to abuse it"), ("abuse", 0, "the abuse of it")]
    assert _chosen(model, unseen) == [1, 0]


def test_confidence_is_the_softmax_of_the_best() -> None:
    scores = np.array([[0, SCALE, -(1 << 40)], [0, 0, 0], [9 * SCALE, 0, 0]])
    assert confidence(scores, 1.0).tolist() == pytest.approx([0.731, 0.333, 1.0], abs=1e-6)
    assert confidence(scores, 2.0)[0] == pytest.approx(0.622)


def test_temperature_makes_confidence_as_high_as_the_share_of_right_choices() -> None:
    model = fit(_labelled(SHOWN), None, None, NOTHING, {})
    wrong = [("use", 1 - reading, text) for word, reading, text in SHOWN if word == "use"]
    unseen = _labelled([each for each in SHOWN if each[0] == "use"] * 3 + wrong)  # 3 of 4 are right
    degree = temperature(model, unseen)
    scores = model.scores(unseen.words, unseen.kinds, unseen.features)
    right = scores.argmax(axis=1) == unseen.reading_N
    sure, told = (calibration_error(confidence(scores, each), right) for each in (0.2, degree))
    assert right.mean() == 0.75
    assert told < 0.02 < sure


def test_calibration_error_by_hand() -> None:
    sure = np.array([0.95, 0.95, 0.55, 0.55], np.float64)
    assert calibration_error(sure, np.array([True, True, True, False])) == pytest.approx(0.05)
    assert calibration_error(sure, np.array([False, False, True, True])) == pytest.approx(0.7)

"""The homograph model: a fit that learns what it is shown, and a file that is checked."""

import numpy as np
import pyarrow as pa
import pytest

from pngnw.phonemize import tokenizer
from pngnw.phonemize.homographs import WEIGHTS
from pngnw.phonemize.homographs.features import extract
from pngnw.phonemize.homographs.model import SCALE, Model, confidence, slots
from pngnw.tools.homographs.fit import Labelled, calibration_error, fit, temperature
from tests.phonemize.homographs.test_features import NOTHING

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
    model = fit(_labelled(SHOWN), None, None, NOTHING)
    assert _chosen(model, SHOWN) == [reading for _, reading, _ in SHOWN]
    assert [_chosen(model, [each])[0] for each in SHOWN] == _chosen(model, SHOWN)


def test_a_word_without_examples_goes_by_its_kind() -> None:
    model = fit(_labelled(SHOWN), None, None, NOTHING)
    unseen = [("abuse", 1, "to abuse it"), ("abuse", 0, "the abuse of it")]
    assert _chosen(model, unseen) == [1, 0]


def test_silver_speaks_for_kinds_only() -> None:
    silver = _labelled([each for each in SHOWN if each[0] == "use"])
    silver = Labelled(silver.words, KINDS, silver.features, silver.reading_N, own=False)
    gold = _labelled([each for each in SHOWN if each[0] == "lead"])
    model = fit(gold, None, silver, NOTHING)
    assert _chosen(model, [("abuse", 1, "to abuse it"), ("abuse", 0, "the abuse of it")]) == [1, 0]


def test_nothing_known_means_the_first_reading() -> None:
    empty = Model(np.array([], np.uint32), np.array([], np.int16), NOTHING)
    assert _chosen(empty, SHOWN) == [0] * len(SHOWN)


def test_confidence_is_the_softmax_of_the_best() -> None:
    scores = np.array([[0, SCALE, -(1 << 40)], [0, 0, 0], [9 * SCALE, 0, 0]])
    assert confidence(scores, 1.0).tolist() == pytest.approx([0.731, 0.333, 1.0], abs=1e-6)
    assert confidence(scores, 2.0)[0] == pytest.approx(0.622)


def test_temperature_makes_confidence_as_high_as_the_share_of_right_choices() -> None:
    model = fit(_labelled(SHOWN), None, None, NOTHING)
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


def test_keys_of_one_slot_are_told_apart() -> None:
    model = Model(np.array([5 << 11 | 7], np.uint32), np.array([-3], np.int16), NOTHING)
    asked = np.array([5 << 11 | 7, 5 << 11 | 8, 6 << 11 | 7, 0], np.uint32)
    assert model._look_up(asked).tolist() == [-3, 0, 0, 0]


def test_the_shipped_file_is_small_and_sorted() -> None:
    assert WEIGHTS.stat().st_size < 3_000_000
    model = Model.load(WEIGHTS)
    assert (np.diff(slots(model.keys)) > 0).all()
    assert (np.diff(model.vocabulary.keys.astype(np.int64)) > 0).all()
    assert len(model.keys) == len(model.weights)

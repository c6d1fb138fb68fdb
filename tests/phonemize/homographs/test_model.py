"""The homograph model: a fit that learns what it is shown, and a file that is checked."""

import numpy as np
import pyarrow as pa

from pngnw.phonemize import tokenizer
from pngnw.phonemize.homographs import WEIGHTS
from pngnw.phonemize.homographs.features import Classes, extract
from pngnw.phonemize.homographs.model import Model
from pngnw.tools.homographs.fit import Labelled, fit

NOTHING = Classes(np.array([], np.uint32), np.array([], np.uint8))
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
    chosen: list[int] = model.choose(given.words, given.kinds, given.features).tolist()
    return chosen


def test_it_learns_what_it_is_shown_and_nothing_depends_on_the_batch() -> None:
    model = fit(_labelled(SHOWN), None, NOTHING)
    assert _chosen(model, SHOWN) == [reading for _, reading, _ in SHOWN]
    assert [_chosen(model, [each])[0] for each in SHOWN] == _chosen(model, SHOWN)


def test_a_word_without_examples_goes_by_its_kind() -> None:
    model = fit(_labelled(SHOWN), None, NOTHING)
    unseen = [("abuse", 1, "to abuse it"), ("abuse", 0, "the abuse of it")]
    assert _chosen(model, unseen) == [1, 0]


def test_silver_speaks_for_kinds_only() -> None:
    silver = _labelled([each for each in SHOWN if each[0] == "use"])
    silver = Labelled(silver.words, KINDS, silver.features, silver.reading_N, own=False)
    gold = _labelled([each for each in SHOWN if each[0] == "lead"])
    model = fit(gold, silver, NOTHING)
    assert _chosen(model, [("abuse", 1, "to abuse it"), ("abuse", 0, "the abuse of it")]) == [1, 0]


def test_nothing_known_means_the_first_reading() -> None:
    empty = Model(np.array([], np.uint32), np.array([], np.int16), NOTHING)
    assert _chosen(empty, SHOWN) == [0] * len(SHOWN)


def test_the_shipped_file_is_small_and_sorted() -> None:
    assert WEIGHTS.stat().st_size < 2_000_000
    model = Model.load(WEIGHTS)
    assert (np.diff(model.keys.astype(np.int64)) > 0).all()
    assert (np.diff(model.classes.keys.astype(np.int64)) > 0).all()
    assert len(model.keys) == len(model.weights)

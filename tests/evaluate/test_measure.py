"""The measure on attention small enough to work out by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.core.errors import UserError
from pngnw.evaluate import measure
from pngnw.evaluate.criteria import met
from pngnw.evaluate.measure import diagonal, monotone_path, score, uniform
from pngnw.speech import utterance
from pngnw.speech.mel import FRAME_SECONDS as F
from pngnw.speech.utterance import Bools, Floats, Gold

# Three tokens of two frames each; the last is a full stop.
GOLD = Gold(
    start=np.array([0.0, 2.0, 4.0]) * F,
    end=np.array([2.0, 4.0, 6.0]) * F,
    spoken=np.array([True, True, False]),
)
PERFECT = np.eye(3)[[0, 0, 1, 1, 2, 2]]


def test_perfect_attention_scores_perfectly() -> None:
    result = score([(PERFECT, GOLD)], 1)
    assert result["error_ms"] == 0.0
    assert result["hit"] == result["focus"] == result["monotonicity"] == result["coverage"] == 1.0
    assert result["direction"] > 0.8
    assert score([(PERFECT[::-1], GOLD)], 1)["direction"] < 0
    # The path turns to token 1 half a frame before frame 2, where gold says frame 2.
    assert result["boundary_ms"] == pytest.approx(500 * F)


@pytest.mark.parametrize("spoken", [[False, False, False], [True, False, False]])
def test_nothing_to_average_is_refused(spoken: list[bool]) -> None:
    """Marks alone; one phoneme, whose start is no boundary."""
    gold = Gold(GOLD.start, GOLD.end, np.array(spoken))
    with pytest.raises(UserError, match=r"data/speech.*speech\.min_words"):
        score([(PERFECT, gold)], 1)


def test_error_is_the_weighted_distance_on_speech_steps_only() -> None:
    attention = PERFECT.copy()
    attention[0] = [0.5, 0.0, 0.5]  # half of it 4 frames too late
    attention[5] = [1.0, 0.0, 0.0]  # silence: not counted
    result = score([(attention, GOLD)], 1)
    assert result["error_ms"] == pytest.approx(1000 * 0.5 * 4 * F / 4)
    assert result["hit"] == 1.0, "four frames are 46 ms: still a hit"


def test_hit_ends_at_50_ms() -> None:
    gold = Gold(np.array([0.0, 0.06]), np.array([0.06, 0.2]), np.array([True, True]))
    attention = np.tile([0.25, 0.75], (2, 1))  # steps at 0 and 11.6 ms; token 1 is 60 and 48 away
    assert score([(attention, gold)], 1)["hit"] == pytest.approx((0.25 + 1.0) / 2)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 12), st.integers(1, 8), st.integers(0, 1000))
def test_path_is_the_best_of_all_monotone_paths(steps: int, tokens: int, seed: int) -> None:
    attention = np.random.default_rng(seed).dirichlet(np.ones(tokens), size=steps)
    path = monotone_path(attention)
    assert (np.diff(path) >= 0).all()
    logs = np.log(attention)
    best = logs[0].copy()
    for row in logs[1:]:
        best = np.array([best[: j + 1].max() for j in range(tokens)]) + row
    assert logs[np.arange(steps), path].sum() == pytest.approx(best.max())


def test_a_token_never_reached_starts_at_the_end() -> None:
    path = np.zeros(6, dtype=np.int64)
    errors = utterance.boundary_errors(path, GOLD, 1)
    assert errors == pytest.approx([3.5 * F]), "token 1; the full stop has no boundary"


def test_weights_of_a_mixture_become_a_distribution() -> None:
    weights = np.array([[0.1, 0.3], [0.0, 0.0], [0.3, 0.7 + 1e-6], [1e-30, 0.0], [2.0, 2.0]])
    expected = [[0.25, 0.75], [0.5, 0.5], [0.3, 0.7 + 1e-6], [1.0, 0.0], [0.5, 0.5]]
    assert measure.distribution(weights).tolist() == pytest.approx(np.array(expected))
    assert (measure.distribution(weights)[2] == weights[2]).all(), "rounding is left alone"


def test_uniform_null_by_hand() -> None:
    result = score([(uniform(6, 3), GOLD)], 1)
    # Frames 0 to 3, distances to the three tokens in frames: 0 2 4, 0 1 3, 0 0 2, 1 0 1.
    assert result["error_ms"] == pytest.approx(1000 * F * (6 + 4 + 2 + 2) / 3 / 4)


SPOKEN = np.array([True, True, True, False])


def without_gold(attention: Floats, spoken: Bools) -> Any:
    nothing = np.full(len(spoken), np.nan)
    return measure.score_without_gold([(attention, Gold(nothing, nothing, spoken))])


def test_figures_without_gold_by_hand() -> None:
    attention = np.array(
        [[1.0, 0.0, 0.0, 0.0], [0.0, 0.5, 0.5, 0.0], [0.95, 0.05, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
    )
    result = without_gold(attention, SPOKEN)
    assert result["focus"] == pytest.approx((1.0 + 0.5 + 0.95 + 1.0) / 4)
    # Centroids 0, 1.5, 0.05, 3: one of three moves goes back.
    assert result["monotonicity"] == pytest.approx(2 / 3)
    assert result["coverage"] == 1.0, "the full stop does not count"
    # Four steps, four tokens: only the token of the step's own number is within a tenth.
    assert result["diagonality"] == pytest.approx((1.0 + 0.5 + 0.0 + 1.0) / 4)
    assert result["direction"] > 0.5
    assert without_gold(np.eye(4)[[0, 0, 2, 3]], SPOKEN)["coverage"] == pytest.approx(2 / 3)
    assert without_gold(np.eye(4)[::-1], SPOKEN)["direction"] < 0
    assert without_gold(np.array([[0.4, 0.6]]), np.array([False, False]))["monotonicity"] == 1.0


def test_the_straight_line_meets_the_criterion_and_uniform_attention_does_not() -> None:
    spoken = np.ones(12, dtype=np.bool_)
    line, flat = without_gold(diagonal(60, 12), spoken), without_gold(uniform(60, 12), spoken)
    assert (line["focus"], line["monotonicity"], line["coverage"]) == (1.0, 1.0, 1.0)
    assert line["diagonality"] == pytest.approx(1.0)
    assert met(line, {}) == {"without_gold_times": True}
    assert met(flat, {}) == {"without_gold_times": False}

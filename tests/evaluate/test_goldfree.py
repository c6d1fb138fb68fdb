"""Gold-free figures by hand, and how little they prove."""

import numpy as np
import pytest

from pngnw.evaluate.criteria import gold_free
from pngnw.evaluate.goldfree import Score, pool, tally
from pngnw.evaluate.measure import diagonal, uniform

SPOKEN = np.array([True, True, True, False])


def test_figures_by_hand() -> None:
    attention = np.array(
        [[1.0, 0.0, 0.0, 0.0], [0.0, 0.5, 0.5, 0.0], [0.95, 0.05, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
    )
    score = tally(attention, SPOKEN)
    assert score.focus == pytest.approx((1.0 + 0.5 + 0.95 + 1.0) / 4)
    # Centroids 0, 1.5, 0.05, 3: one of three moves goes back.
    assert score.monotonicity == pytest.approx(2 / 3)
    assert score.coverage == 1.0, "the full stop does not count"
    # Four steps, four tokens: only the token of the step's own number is within a tenth.
    assert score.diagonality == pytest.approx((1.0 + 0.5 + 0.0 + 1.0) / 4)
    assert score.direction > 0.5
    assert not score.reversed


def test_a_token_left_out_is_not_covered() -> None:
    attention = np.eye(4)[[0, 0, 2, 3]]
    assert tally(attention, SPOKEN).coverage == pytest.approx(2 / 3)


def test_reversed_attention_is_named() -> None:
    assert tally(np.eye(4)[::-1], SPOKEN).reversed


def test_pool_averages_over_utterances() -> None:
    first, second = Score(1.0, 1.0, 0.5, 0.2, 1.0), Score(0.5, 0.0, 0.5, 0.4, -1.0)
    pooled = pool([first, second])
    assert (pooled.focus, pooled.monotonicity, pooled.coverage) == (0.75, 0.5, 0.5)
    assert pooled.diagonality == pytest.approx(0.3)
    assert pooled.direction == 0.0


def test_the_straight_line_meets_the_criterion_and_uniform_attention_does_not() -> None:
    spoken = np.ones(12, dtype=np.bool_)
    line, flat = tally(diagonal(60, 12), spoken), tally(uniform(60, 12), spoken)
    assert (line.focus, line.monotonicity, line.coverage) == (1.0, 1.0, 1.0)
    assert line.diagonality == pytest.approx(1.0)
    assert gold_free(line)
    assert not gold_free(flat)


def test_one_step_has_no_moves() -> None:
    assert tally(np.array([[0.4, 0.6]]), np.array([False, False])).monotonicity == 1.0

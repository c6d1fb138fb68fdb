"""Durations, means and pauses by hand, and as properties of any times."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.speech.mel import BANDS, FRAME_SECONDS
from pngnw.speech.prosody import durations, energy, means, pauses
from pngnw.speech.utterance import Gold


def gold(start: list[float], end: list[float], spoken: list[bool] | None = None) -> Gold:
    """Times given in frames."""
    seconds = [np.array(edges) * FRAME_SECONDS for edges in (start, end)]
    return Gold(*seconds, np.array(spoken or [True] * len(start)))


@pytest.mark.parametrize(
    ("start", "end", "frames", "expected"),
    [
        # An edge on the middle of a frame begins with it; lead and tail go to the ends.
        ([1, 3], [3, 5], 8, [3, 5]),
        ([1.0, 2.5], [2.5, 4.1], 5, [3, 2]),
        # What lies between two tokens is counted into the one before it.
        ([0, 6], [2, 8], 8, [6, 2]),
        # Tokens of no time have no frames, at the ends neither.
        ([1, 1, 4, 4, 6], [1, 4, 4, 6, 6], 9, [0, 4, 0, 5, 0]),
        # Shorter than a frame, between two middles.
        ([0, 2.2, 2.8], [2.2, 2.8, 4], 4, [3, 0, 1]),
        # Times behind the sound.
        ([0, 5], [5, 7], 4, [4, 0]),
    ],
)
def test_durations_by_hand(
    start: list[float], end: list[float], frames: int, expected: list[int]
) -> None:
    assert durations(gold(start, end), frames).tolist() == expected


@given(st.lists(st.floats(0, 0.4), min_size=2, max_size=40), st.integers(1, 400))
def test_durations_sum_to_the_frames(edges: list[float], frames: int) -> None:
    edges = sorted(edges)
    edges[-1] += 0.01
    got = durations(Gold(np.array(edges[:-1]), np.array(edges[1:]), np.ones(1, bool)), frames)
    assert got.sum() == frames
    assert (got >= 0).all()


def test_means_by_hand() -> None:
    contour = np.array([0.0, 5.0, 5.2, 0.0, 4.0, 4.0, 0.0, 0.0])
    loud = np.array([-4.0, 1.0, 2.0, 3.0, -1.0, -3.0, -5.0, -6.0])
    # One to three; an unwritten pause at 4; one token inside frame 5, one of no time, silence.
    times = gold([1, 4.9, 5.2, 6], [4, 5.1, 5.2, 8])
    log_f0, voicing, energies = means(times, contour, loud)
    assert log_f0.tolist() == pytest.approx([5.1, 4.0, 0.0, 0.0])
    assert voicing.tolist() == pytest.approx([2 / 3, 1.0, 0.0, 0.0])
    assert energies.tolist() == pytest.approx([2.0, -3.0, -3.0, -5.5])


def test_a_token_between_two_middles_has_the_frame_it_is_nearest_to() -> None:
    log_f0, voicing, energies = means(
        gold([0, 2.6, 2.8], [2.6, 2.8, 4]), np.array([5.0, 5.0, 0.0, 6.0]), np.arange(4.0)
    )
    assert log_f0.tolist() == [5.0, 6.0, 6.0]
    assert voicing.tolist() == pytest.approx([2 / 3, 1.0, 1.0])
    assert energies.tolist() == [1.0, 3.0, 3.0]


def test_energy_is_the_log_of_the_bands_norm() -> None:
    bands = np.random.default_rng(0).normal(-3, 2, (5, BANDS)).astype(np.float32)
    assert energy(bands) == pytest.approx(np.log(np.linalg.norm(np.exp(bands), axis=1)), abs=1e-5)


def test_pauses_by_hand() -> None:
    # "a bc, d." with an unwritten pause of 0.25 s behind `a`, and 0.5 s left of the audio.
    start = np.array([0.0, 0.5, 0.75, 1.0, 1.5, 2.0])
    end = np.array([0.25, 0.75, 1.0, 1.5, 2.0, 2.25])
    spoken = np.array([True, True, True, False, True, False])
    words = [1, 0, 2, 1, 1, 1]
    assert pauses(Gold(start, end, spoken), words, 2.5).tolist() == [0.25, 0, 0.5, 0, 0.5, 0]

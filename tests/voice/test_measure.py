"""Distortion against a second formula, word errors by hand, frames that stand for each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.voice.measure import (
    cepstral_distortion,
    cepstrum,
    mel_error,
    same_places,
    word_errors,
    words_of,
)

WORDS = st.lists(st.sampled_from("abc"), max_size=6)


def mels(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(-4, 2, (7, 80)), rng.normal(-4, 2, (7, 80))


def test_distortion_is_the_difference_of_the_smooth_envelopes() -> None:
    """By Parseval: draw both envelopes from their 13 coefficients, and measure between them."""
    mel, truth = mels(1)
    grid = np.pi * (np.arange(80) + 0.5) / 80
    waves = 2 * np.cos(np.outer(np.arange(1, 14), grid))
    away = (cepstrum(mel) - cepstrum(truth)) @ waves
    expected = 10 / np.log(10) * np.sqrt((away**2).mean(axis=1)).mean()
    assert cepstral_distortion(mel, truth) == pytest.approx(expected)


def test_a_louder_mel_is_not_distorted_but_in_error() -> None:
    mel, _ = mels(2)
    assert cepstral_distortion(mel, mel + 0.7) == pytest.approx(0, abs=1e-9)
    assert mel_error(mel, mel + 0.7) == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("spoken", "heard", "errors"),
    [
        ("he read the record", "he read the record", 0),
        ("he read the record", "he red a record", 2),
        ("he read", "oh he had read it", 3),
        ("", "oh he", 2),
    ],
)
def test_word_errors(spoken: str, heard: str, errors: int) -> None:
    assert word_errors(spoken.split(), heard.split()) == errors


@given(WORDS, WORDS, WORDS)
def test_word_errors_are_a_distance(a: list[str], b: list[str], c: list[str]) -> None:
    assert word_errors(a, b) == word_errors(b, a)
    assert (word_errors(a, b) == 0) == (a == b)
    assert word_errors(a, c) <= word_errors(a, b) + word_errors(b, c)


def test_words_are_compared_as_they_are_spoken() -> None:
    assert words_of("Mr. Darcy can't read 12!") == ["mister", "darcy", "cant", "read", "twelve"]
    assert words_of('"the woman’s," he said') == words_of("the woman's he said")


def test_frames_of_the_same_place() -> None:
    """The first token lasts 2 and 4 frames, the second only the one, the third 3 and 1."""
    ours, theirs = same_places(np.array([2, 1, 3]), np.array([4, 0, 1]))
    assert ours.tolist() == [0, 0, 1, 1, 3, 4, 5]
    assert theirs.tolist() == [0, 1, 2, 3, 4, 4, 4]

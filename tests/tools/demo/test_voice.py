"""What a voice says of a sentence, for one whose every token lasts 7 frames at 120 Hz."""

import io
import wave
from pathlib import Path

import numpy as np
import pytest

from pngnw.core.errors import UserError
from pngnw.speech.mel import FRAME_SECONDS
from pngnw.tools.demo.sound import FEWEST
from pngnw.tools.demo.voice import LONGEST, Manner, Reciter
from tests.tools.demo.conftest import FRAMES, HZ

TEXT = "Red cat."


def samples(wav: bytes) -> np.ndarray:
    with wave.open(io.BytesIO(wav)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (22050, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def test_a_contour(reciter: Reciter) -> None:
    told = reciter.contour(TEXT, {}, Manner())
    assert [(word["text"], word["mark"]) for word in told["words"]] == [
        ("Red", False), ("cat", False), (".", True)
    ]  # fmt: skip
    tokens = [token for word in told["words"] for token in word["tokens"]]
    assert [token["symbol"] for token in tokens] == ["R", "EH1", "D", "K", "AE1", "T", "."]
    for token in tokens:
        assert token["seconds"] == pytest.approx(FRAMES * FRAME_SECONDS)
        assert token["hz"] == pytest.approx(HZ, rel=1e-4)
    assert told["seconds"] == pytest.approx(7 * FRAMES * FRAME_SECONDS)


def test_a_sentence_and_a_word_are_bent(reciter: Reciter) -> None:
    told = reciter.contour(TEXT, {1: ("K", "AA1")}, Manner(0.5, 1.5, {1: (2.0, 1.5)}))
    red, cat, _ = (word["tokens"] for word in told["words"])
    assert [token["symbol"] for token in cat] == ["K", "AA1"]
    assert sum(token["seconds"] for token in red) == pytest.approx(2 * 3 * FRAMES * FRAME_SECONDS)
    assert sum(token["seconds"] for token in cat) == pytest.approx(3 * 2 * FRAMES * FRAME_SECONDS)
    assert [token["hz"] for token in red] == pytest.approx([1.5 * HZ] * 3, rel=1e-4)
    assert [token["hz"] for token in cat] == pytest.approx([3 * HZ] * 2, rel=1e-4)


def test_sound_follows_the_contour(reciter: Reciter) -> None:
    plain = samples(reciter.wav(TEXT, {}, Manner()))
    assert len(plain) == (7 * FRAMES - 1) * 256
    longer = samples(reciter.wav(TEXT, {}, Manner(words={1: (1.0, 2.0)})))
    assert len(longer) == (10 * FRAMES - 1) * 256
    higher = samples(reciter.wav(TEXT, {}, Manner(words={1: (2.0, 1.0)})))
    assert len(higher) == len(plain)
    assert not np.array_equal(higher, plain)


def test_too_long_and_too_short_to_be_heard(reciter: Reciter) -> None:
    text = "red cat " * 10
    with pytest.raises(UserError, match=rf"would last \d+ s, at most {LONGEST:.0f}"):
        reciter.contour(text, {}, Manner(0.25, 1.0, dict.fromkeys(range(20), (1.0, 4.0))))
    assert len(samples(reciter.wav("a", {}, Manner(2.0)))) == (FEWEST - 1) * 256
    with pytest.raises(UserError, match=r"0.02 s cannot be heard"):
        reciter.wav("a", {}, Manner(4.0))


def test_where_there_is_no_voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Reciter.open(None) == "models/voice: no voice here; run `dvc repro voice`"
    with pytest.raises(UserError, match="no voice here"):
        Reciter.open(tmp_path / "none")

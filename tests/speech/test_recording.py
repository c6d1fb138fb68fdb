"""Recordings of any rate, depth and number of channels sound alike; the rest is refused."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pngnw.core.errors import UserError
from pngnw.speech.mel import SAMPLE_RATE, log_mel
from pngnw.speech.recording import Recordings, decode, inspect, resample
from pngnw.speech.utterance import Line, generator

LINE = Line([["K", "AE1", "T", "S"], ["R", "IY1", "D"], ["."]], "said")
RNG = generator(0, 0)


def tones(rate: int, seconds: float = 1.0) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Two tones that every rate from 8 kHz on can hold."""
    t = np.arange(round(rate * seconds)) / rate
    return 0.3 * np.sin(2 * np.pi * 440 * t) + 0.1 * np.sin(2 * np.pi * 2500 * t)


def write(folder: Path, rate: int, depth: str, channels: int) -> None:
    (folder / "wavs").mkdir()
    mono = tones(rate)
    # Both channels together are the tones; each alone is not.
    both = np.stack([mono * 1.5, mono * 0.5][:channels], 1) if channels == 2 else mono
    soundfile.write(folder / "wavs/said.wav", both, rate, subtype=depth)


@pytest.mark.parametrize(
    ("rate", "depth", "channels", "decimals"),
    [
        (22050, "PCM_16", 1, 4), (8000, "PCM_16", 1, 4), (11025, "PCM_U8", 1, 2),
        (16000, "PCM_24", 2, 4), (44100, "PCM_32", 2, 4), (48000, "FLOAT", 1, 4),
        (96000, "DOUBLE", 2, 4), (22050, "PCM_U8", 2, 2),
    ],
)  # fmt: skip
def test_every_format_gives_the_same_sound(
    tmp_path: Path, rate: int, depth: str, channels: int, decimals: int
) -> None:
    write(tmp_path, rate, depth, channels)
    u = Recordings(tmp_path)(LINE, RNG)
    assert u.samples.dtype == np.int16
    assert abs(len(u.samples) - SAMPLE_RATE) <= 1
    middle = slice(2000, -2000)  # a filter rings at the edges
    wanted = tones(SAMPLE_RATE)[: len(u.samples)]
    assert np.abs(u.samples[middle] / 32768 - wanted[middle]).max() < 8 * 10.0**-decimals
    assert (u.start, u.end, u.shared) == (None, None, 0)
    assert u.rate == 120, "two words in a second"


def test_resampling_keeps_the_length_and_takes_out_what_does_not_fit() -> None:
    assert len(resample(np.zeros(8000), 8000)) == SAMPLE_RATE
    t = np.arange(48000) / 48000
    high = resample(np.sin(2 * np.pi * 15000 * t), 48000)
    assert np.abs(high[1000:-1000]).max() < 0.01
    mel = log_mel(resample(tones(8000), 8000).astype(np.float32))
    assert mel[40].argmax() == log_mel(tones(SAMPLE_RATE).astype(np.float32))[40].argmax()


def test_loud_ones_are_clipped_not_wrapped(tmp_path: Path) -> None:
    (tmp_path / "wavs").mkdir()
    soundfile.write(tmp_path / "wavs/said.wav", 6 * tones(SAMPLE_RATE), SAMPLE_RATE, "FLOAT")
    samples = Recordings(tmp_path)(LINE, RNG).samples.astype(int)
    assert samples.max() == 32767
    assert samples.min() == -32768
    assert (np.sign(samples) == np.sign(np.rint(6 * tones(SAMPLE_RATE) * 32768))).all()


def wav(path: Path, samples: "np.ndarray[tuple[int], np.dtype[np.float64]]", rate: int) -> None:
    soundfile.write(path, samples, rate, "PCM_16")


def test_reasons(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    assert inspect(path) == ("audio_missing", "")
    path.write_bytes(b"")
    assert inspect(path)[0] == "audio_empty"
    wav(path, np.zeros(0), 8000)
    assert inspect(path)[0] == "audio_empty"
    path.write_bytes(b"RIFF" + struct.pack("<I", 4) + b"JUNKnothing")
    assert inspect(path)[0] == "audio_unreadable"
    soundfile.write(path, np.array([0.0, np.nan] * 2000), 8000, "FLOAT")
    assert inspect(path)[0] == "audio_unreadable"
    assert inspect(tmp_path)[0] == "audio_unreadable", "a folder"
    assert inspect(tmp_path / "\0.wav")[0] == "audio_unreadable"
    wav(path, tones(8000, 0.04), 8000)
    assert inspect(path)[0] == "audio_too_short"
    wav(path, tones(8000, 30.1), 8000)
    assert inspect(path)[0] == "audio_too_long"
    wav(path, tones(8000, 0.05), 8000)
    reason, digest = inspect(path)
    assert reason == ""
    wav(path, tones(8000, 0.06), 8000)
    assert inspect(path)[1] != digest != ""


def test_the_shortest_one_has_a_mel(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    wav(path, tones(8000, 0.047), 8000)
    assert inspect(path)[0] == ""
    mono = resample(*decode(path.read_bytes()))
    assert np.isfinite(log_mel(mono.astype(np.float32))).all()


def test_a_file_that_vanishes_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"wavs/said\.wav"):
        Recordings(tmp_path)(LINE, RNG)

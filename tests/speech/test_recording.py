"""Recordings of any rate, depth and number of channels; every line is a row or counted."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pngnw.align.symbols import TOKENS
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.params import Phonemize
from pngnw.speech.mel import SAMPLE_RATE, log_mel
from pngnw.speech.metadata import plain_name
from pngnw.speech.recording import AudioFiles, Recordings, decode, inspect, list_recordings
from pngnw.speech.stage import run
from pngnw.speech.utterance import Line, generator, resample
from tests.speech.corpus import made_by_workers, params, speech_params

LINE = Line([["K", "AE1", "T", "S"], ["R", "IY1", "D"], ["."]], "said")
RNG = generator(0, 0)


def tones(rate: int, seconds: float = 1.0) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Two tones that every rate from 8 kHz on can hold."""
    t = np.arange(round(rate * seconds)) / rate
    return 0.3 * np.sin(2 * np.pi * 440 * t) + 0.1 * np.sin(2 * np.pi * 2500 * t)


@pytest.mark.parametrize(
    ("rate", "depth", "channels", "decimals"),
    [
        (22050, "PCM_16", 1, 4), (8000, "PCM_24", 2, 4), (11025, "PCM_U8", 1, 2),
        (48000, "FLOAT", 2, 4),
    ],
)  # fmt: skip
def test_every_format_gives_the_same_sound(
    tmp_path: Path, rate: int, depth: str, channels: int, decimals: int
) -> None:
    # Both channels together are the tones; each alone is not.
    both = np.stack([tones(rate) * share for share in ((1.0,), (1.5, 0.5))[channels - 1]], 1)
    (tmp_path / "wavs").mkdir()
    soundfile.write(tmp_path / "wavs/said.wav", both, rate, subtype=depth)
    u = Recordings(tmp_path)(LINE, RNG)
    assert u.samples.dtype == np.int16
    assert abs(len(u.samples) - SAMPLE_RATE) <= 1
    middle = slice(2000, -2000)  # a filter rings at the edges
    wanted = tones(SAMPLE_RATE)[: len(u.samples)]
    assert np.abs(u.samples[middle] / 32768 - wanted[middle]).max() < 8 * 10.0**-decimals
    assert (u.start, u.end, u.shared) == (None, None, 0)
    assert u.rate == 120, "two words in a second"


def test_loud_ones_are_clipped_not_wrapped(tmp_path: Path) -> None:
    (tmp_path / "wavs").mkdir()
    soundfile.write(tmp_path / "wavs/said.wav", 6 * tones(SAMPLE_RATE), SAMPLE_RATE, "FLOAT")
    samples = Recordings(tmp_path)(LINE, RNG).samples.astype(int)
    assert samples.max() == 32767
    assert samples.min() == -32768


def test_reasons(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    assert inspect(None)[0] == "audio_missing"
    soundfile.write(path, np.array([0.0, np.nan] * 2000), 8000, "FLOAT")
    assert inspect(path)[0] == "audio_unreadable"
    for seconds, reason in (
        (0.0, "audio_empty"), (0.04, "audio_too_short"), (0.047, ""),
    ):  # fmt: skip
        soundfile.write(path, tones(8000, seconds), 8000, "PCM_16")
        assert inspect(path)[0] == reason
    shortest = resample(*decode(path.read_bytes()), SAMPLE_RATE)
    assert np.isfinite(log_mel(shortest.astype(np.float32))).all()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda x: 0 * x + 0.5, "audio_silent"),  # a constant is no sound
        (lambda x: x * 3e-2, ""),  # quiet
        (lambda x: 20 * x, "audio_clipped"),  # in a file of floats
        (lambda x: (20 * x).clip(-1, 1) / 2, "audio_clipped"),  # and made quieter
        (lambda x: (2 * x).clip(None, 0.1), "audio_clipped"),  # on one side
        (lambda x: (3 * x).clip(-1, 1), ""),  # a few samples
    ],
)
def test_silence_and_clipping(
    tmp_path: Path, change: Callable[[np.ndarray], np.ndarray], reason: str
) -> None:
    """On noise that rises and falls like a voice, its loudest twentieth of a second at -20 dB."""
    rng = np.random.default_rng(0)
    voice = rng.normal(0, 0.1, 16000) * np.abs(np.sin(np.arange(16000) / 1600))
    for depth in ("PCM_16", "FLOAT"):
        soundfile.write(tmp_path / "a.wav", change(voice), 16000, depth)
        assert inspect(tmp_path / "a.wav")[0] == reason, depth


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        ("wavs/a.WAV", "a"), ("wavs/a.ogg", "a.wav"), ("a.FLAC", "a"),
        ("clips/a.mp3", "clips/a.mp3"), ("wavs/p225/a.1.flac", "p225/a.1"),
        ("wavs/cafe\u0301.wav", "caf\u00e9"), ("wavs/caf\u00e9.wav", "cafe\u0301"),
    ],
)  # fmt: skip
def test_recordings_are_found(tmp_path: Path, stored: str, name: str) -> None:
    path = tmp_path / stored
    path.parent.mkdir(parents=True, exist_ok=True)
    form = "MP3" if path.suffix == ".mp3" else None
    soundfile.write(path, tones(22050), 22050, format=form)
    files = AudioFiles(tmp_path)
    assert files.find(plain_name(name)) == path
    assert files.find("b") is None
    said = Line(LINE.words, plain_name(name))
    assert len(Recordings(tmp_path)(said, RNG).samples) == pytest.approx(SAMPLE_RATE, abs=2400)


NOTHING = Phonemize(lexicon=None)
TEXTS = {
    "good-8": "Cats read.", "good-16": "The cat reads books.", "good-44": "It was 5 o'clock.",
    "good-48": "There, she said.", "missing": "Nobody spoke.", "empty": "Not a byte.",
    "broken": "No audio at all.", "long": "For ever and ever.", "mute": "…",
    "wordy": "One two three four five six seven eight nine ten.",
}  # fmt: skip
METADATA = [f"{name}|{text}|{text}" for name, text in TEXTS.items()]
METADATA += ["good-8|Said again.|Said again.", "alone", "", "|no name|no name"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of recordings, good and bad."""
    out = tmp_path / "mine"
    wavs = out / "wavs"
    wavs.mkdir(parents=True)
    (out / "metadata.csv").write_text("\n".join(METADATA) + "\n", encoding="utf-8")
    rng = np.random.default_rng(0)
    for name, rate, depth, channels, seconds in (
        ("good-8", 8000, "PCM_16", 1, 1.0), ("good-16", 16000, "PCM_24", 2, 1.5),
        ("good-44", 44100, "FLOAT", 1, 2.0), ("good-48", 48000, "PCM_U8", 2, 1.0),
        ("long", 8000, "PCM_16", 1, 31.0), ("mute", 8000, "PCM_16", 1, 1.0),
        ("wordy", 8000, "PCM_16", 1, 4.0),
    ):  # fmt: skip
        noise = rng.normal(0, 0.1, (round(rate * seconds), channels))
        soundfile.write(wavs / f"{name}.wav", noise, rate, subtype=depth)
    (wavs / "empty.wav").write_bytes(b"")
    (wavs / "broken.wav").write_bytes(b"this is no audio")
    return out


@pytest.mark.usefixtures("aligned")
def test_rows_and_reasons_balance_and_workers_change_no_byte(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    speech = speech_params(source="ljspeech", folder=str(folder))
    out, metrics = made_by_workers(params(speech, phonemize=NOTHING), tmp_path, monkeypatch)
    assert metrics["sentences_in"] == len(METADATA) == 4 + sum(metrics["dropped"].values())
    assert metrics["times"] is None
    assert "straight_line" not in metrics
    lines = {row["recording"]: row for p in shards.paths(out) for row in shards.read(p).to_pylist()}
    assert set(lines) == {"good-8", "good-16", "good-44", "good-48"}
    for line in lines.values():
        assert line["split"] == "test"
        assert line["start"] is None
        assert line["end"] is None
        assert {len(frame) for frame in line["mel"]} == {80}
    spoken = " ".join(TOKENS.symbols[token] for token in lines["good-44"]["phonemes"])
    assert spoken == "IH1 T W AA1 Z F AY1 V AH0 K L AA1 K ."
    warned = capsys.readouterr().err
    for reason, name in (
        ("audio_missing", "missing"), ("audio_empty", "empty"), ("audio_unreadable", "broken"),
        ("audio_too_long", "long"),
    ):  # fmt: skip
        assert metrics["dropped"][reason] == 1
        assert f"{reason}: {name}" in warned


@pytest.mark.usefixtures("aligned")
def test_a_changed_recording_is_read_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    speech = speech_params(source="ljspeech", folder=str(folder))
    seconds = []
    for length in (8000, 16000):
        soundfile.write(folder / "wavs/good-8.wav", tones(8000, length / 8000), 8000, "PCM_16")
        seconds.append(run(params(speech, phonemize=NOTHING), tmp_path).metrics["seconds"])
    assert seconds[1] - seconds[0] == pytest.approx(1.0, abs=0.02)


def test_a_folder_without_a_table_is_an_error(aligned: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere/metadata\.csv.*speech\.folder"):
        list_recordings(tmp_path / "nowhere", tmp_path / "out", aligned, NOTHING, "aligned")
    (tmp_path / "metadata.csv").write_bytes(b"a|caf\xe9\n")
    with pytest.raises(UserError, match="not UTF-8"):
        list_recordings(tmp_path, tmp_path / "out", aligned, NOTHING, "aligned")


@pytest.mark.usefixtures("aligned")
@pytest.mark.parametrize(
    ("text", "loudness", "folder", "remedy"),
    [
        ("Cats read.", 1.0, "elsewhere", r"'audio_missing': 4.*mine/wavs.*speech\.columns"),
        ("Cats read.", 9.0, "wavs", r"'audio_clipped': 4.*replace the recordings"),
        ("Cats read " * 99, 1.0, "wavs", r"'audio_too_fast': 4.*metadata\.csv"),
        ("Cats read " * 9, 1.0, "wavs", r"'too_long': 4.*speech\.max_words"),
    ],
)
def test_too_few_recordings_are_told_with_what_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    text: str, loudness: float, folder: str, remedy: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    mine = tmp_path / "mine"
    for name in ("good-1", "good-2", "bad-1", "bad-2", "bad-3", "bad-4"):
        good = name.startswith("good")
        path = mine / ("wavs" if good else folder) / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, tones(8000, 2.0) * (1.0 if good else loudness), 8000)
        with (mine / "metadata.csv").open("a") as table:
            table.write(f"{name}|{'The cat reads.' if good else text}\n")
    speech = speech_params(source="ljspeech", folder=str(mine))
    with pytest.raises(UserError, match=rf"2 utterances of 6 lines.*3 at least.*{remedy}"):
        run(params(speech, phonemize=NOTHING), tmp_path)

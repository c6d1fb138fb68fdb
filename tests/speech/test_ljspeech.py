"""A folder in LJSpeech layout: every line is a row or counted, and what is wrong is named."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pngnw.align.aligner import LETTERS, PHONEMES, Aligner, Units
from pngnw.align.sentences import ALIGNER, WORDPIECES
from pngnw.align.symbols import TOKENS
from pngnw.align.wordpieces import train_wordpieces
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.evaluate import dataset
from pngnw.params import Phonemize, Run
from pngnw.speech.ljspeech import PARTS, identity, list_recordings, read_metadata
from pngnw.speech.stage import make_speech
from tests.evaluate.conftest import row, speech_params, write_align

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


@pytest.fixture
def aligned(tmp_path: Path) -> Path:
    """An align folder: one row, wordpieces and an aligner that knows nothing."""
    out = tmp_path / "align"
    write_align(out, [row(1, ["hello", "cat"])], 1)
    train_wordpieces(Counter({"cat": 3, "reads": 2}), 200).save(out / WORDPIECES)
    letter, sound = LETTERS, PHONEMES
    shapes = [(letter,), (letter, sound), (letter, sound * sound), (letter * letter, sound)]
    Aligner(Units(*(np.zeros(shape) for shape in shapes))).save(out / ALIGNER)
    return out


def test_lines_without_a_text_and_repeated_names_are_counted(folder: Path) -> None:
    counts: Counter[str] = Counter()
    texts = read_metadata(folder, counts)
    assert texts == TEXTS
    assert counts == {"dropped.no_text": 3, "dropped.repeated_name": 1}


def test_the_normalised_text_is_read_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_bytes(
        "\ufeffa|Mr. X|Mister X\r\nb.wav|only this\r\nc|raw||more\r\n".encode()
    )
    assert read_metadata(tmp_path, Counter()) == {"a": "Mister X", "b": "only this", "c": "raw"}


def test_rows_and_reasons(
    folder: Path, aligned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = list_recordings(folder, tmp_path / "out", aligned, NOTHING, "aligned")
    paths = shards.paths(tmp_path / "out")
    assert len(paths) == PARTS
    rows = [line for path in paths for line in shards.read(path).to_pylist()]
    assert {line["recording"] for line in rows} >= {"good-8", "good-16", "good-44", "good-48"}
    assert len(rows) + sum(counts.values()) == len(METADATA)
    for line in rows:
        assert line["id"] == identity(line["recording"])
        assert line["split"] == "test"
    (clock,) = (line for line in rows if line["recording"] == "good-44")
    said = [TOKENS.symbols[token] for token in clock["phonemes"]]
    assert " ".join(said) == "IH1 T W AA1 Z F AY1 V AH0 K L AA1 K ."
    warned = capsys.readouterr().err
    for reason, name in (
        ("audio_missing", "missing"), ("audio_empty", "empty"), ("audio_unreadable", "broken"),
        ("audio_too_long", "long"),
    ):  # fmt: skip
        assert counts[f"dropped.{reason}"] == 1
        assert f"{reason}: {name}.wav" in warned


def test_counts_balance_and_workers_change_no_byte(
    folder: Path, aligned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speech = speech_params(source="ljspeech", folder=str(folder), utterances=3)
    made = []
    for workers in (1, 2):
        monkeypatch.setenv("DVC_ROOT", str(tmp_path / f"cache{workers}"))
        out = tmp_path / f"speech{workers}"
        metrics, _ = make_speech(aligned, out, speech, 0, Run(workers=workers))
        made.append([path.read_bytes() for path in shards.paths(out)])
    assert made[0] == made[1]
    assert metrics["utterances"] == 3
    assert metrics["sentences_in"] == len(METADATA)
    assert metrics["sentences_in"] == metrics["utterances"] + sum(metrics["dropped"].values())
    assert metrics["dropped"]["too_long"] == 1
    assert metrics["dropped"]["beyond_utterances"] == 1
    assert "straight_line" not in metrics
    lines = [line for path in shards.paths(out) for line in shards.read(path).to_pylist()]
    assert all(line["start"] is None and line["end"] is None for line in lines)
    assert {len(frame) for line in lines for frame in line["mel"]} == {80}
    loaded = dataset.load(out, lines[0]["part"])
    assert not loaded.timed
    assert np.isnan(loaded.golds[0].start).all()
    assert len(loaded.golds[0].end) == len(loaded.golds[0].spoken)


def test_a_changed_recording_is_read_again(
    folder: Path, aligned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    speech = speech_params(source="ljspeech", folder=str(folder))
    seconds = []
    for length in (8000, 16000):
        soundfile.write(folder / "wavs/good-8.wav", np.full(length, 0.1), 8000, "PCM_16")
        metrics, _ = make_speech(aligned, tmp_path / "out", speech, 0, Run(workers=1))
        seconds.append(metrics["seconds"])
    assert seconds[1] - seconds[0] == pytest.approx(1.0, abs=0.02)


def test_a_folder_without_a_table_is_an_error(aligned: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere/metadata\.csv.*speech\.folder"):
        list_recordings(tmp_path / "nowhere", tmp_path / "out", aligned, NOTHING, "aligned")
    (tmp_path / "metadata.csv").write_bytes(b"a|caf\xe9\n")
    with pytest.raises(UserError, match="not UTF-8"):
        list_recordings(tmp_path, tmp_path / "out", aligned, NOTHING, "aligned")

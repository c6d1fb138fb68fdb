"""From speech to a voice that speaks: files, figures, the same twice, and `pngnw say`."""

import json
import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from pngnw.cli import main
from pngnw.core.errors import UserError
from pngnw.params import Params, Run
from pngnw.speech.mel import SAMPLE_RATE
from pngnw.voice import io, runs
from pngnw.voice.speaker import GAP, Speaker
from pngnw.voice.stage import run
from tests.speech.corpus import params, speech_params
from tests.voice.conftest import voice_params


def settings() -> Params:
    voice = voice_params(arms=["pretrained", "tacotron2"], steps=20)
    return params(speech_params(), run=Run(workers=2), voice=voice)


@pytest.fixture(scope="module")
def made(spoken: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the stage has run, with its metrics in metrics.json."""
    home = tmp_path_factory.mktemp("made")
    (home / "data").symlink_to(spoken / "data")
    (home / "models").mkdir()
    shutil.copytree(spoken / "models/encoder", home / "models/encoder")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DVC_ROOT", str(home))
        result = run(settings(), home)
    (home / "metrics.json").write_text(json.dumps(result.metrics))
    return home


def test_a_run_leaves_voices_pictures_and_figures(made: Path) -> None:
    metrics = json.loads((made / "metrics.json").read_text())
    assert [*metrics["arms"]] == ["pretrained", "tacotron2"]
    for ways in metrics["arms"].values():
        assert ways["gold_prosody"]["length"] == 1.0
        assert 0 < ways["gold_prosody"]["mel_error"] < 5
        assert 0 < ways["predicted_prosody"]["cepstral_distortion"] < 50
    assert len(metrics["summary"]) == 2
    # There was no recognizer.
    assert "word_error_rate" not in metrics["true_mel"]
    assert "word error rate" not in metrics["summary"][0]
    assert metrics["untimed_utterances"] == 0
    there = {path.name for path in (made / "plots/voice").iterdir()}
    assert {"curves.png", "heard.tsv", "utterance-1.png", "utterance-1-source.wav",
            "utterance-1-true-mel.wav", "utterance-1-tacotron2.wav"} <= there  # fmt: skip
    assert not [*(made / ".cache/voice").rglob("checkpoint.pt")]


def test_what_is_finished_is_not_run_again(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVC_ROOT", str(made))
    monkeypatch.setattr(runs, "_runner", lambda *_: pytest.fail("ran again"))
    run(settings(), made)


def test_figures_and_weights_are_the_same_twice(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another cache, one worker: all is trained anew."""
    for name in ("data", "models"):
        (tmp_path / name).mkdir()
    (tmp_path / "data/speech").symlink_to(made / "data/speech")
    (tmp_path / "models/encoder").symlink_to(made / "models/encoder")
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    again = run(settings().model_copy(update={"run": Run(workers=1)}), tmp_path)
    assert json.loads(json.dumps(again.metrics)) == json.loads((made / "metrics.json").read_text())
    for arm in ("pretrained", "tacotron2"):
        first, second = (
            (home / "models/voice" / arm / io.WEIGHTS).read_bytes() for home in (made, tmp_path)
        )
        assert first == second


def test_a_text_is_said_sentence_by_sentence(made: Path) -> None:
    speaker = Speaker.load(made / "models/voice")
    said = [*speaker.speak("Hello there. The cat reads books!")]
    assert len(said) == 2
    silent = round(GAP * SAMPLE_RATE)
    assert all(not part[-silent:].any() and part[:-silent].any() for part in said)
    assert np.array_equal(said[0][:-silent], speaker.say("Hello there."))
    slow = speaker.mel("The cat reads books!", rate=0.5)
    plain = speaker.mel("The cat reads books!")
    assert len(slow) == pytest.approx(2 * len(plain), abs=2)
    assert not np.allclose(speaker.mel("The cat reads books!", pitch=1.5), plain)


def test_what_cannot_be_read_is_left_out_and_told(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    speaker = Speaker.load(made / "models/voice", "tacotron2")
    assert [*speaker.speak("你好。")] == []
    assert "left out" in capsys.readouterr().err
    long = "; ".join(["the cat reads books slowly"] * 40) + "."
    assert len([*speaker.speak(long)]) == 40


def test_say_writes_a_wav(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(made)
    out = tmp_path / "out.wav"
    main(["say", "Mr. Darcy read the record.", "-o", str(out), "--arm", "tacotron2"])
    with wave.open(str(out)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (22050, 1, 2)
        assert file.getnframes() > SAMPLE_RATE * GAP
    for wrong, message in (
        (["--arm", "composite"], "no voice of the arm 'composite'"),
        (["--rate", "9"], "--rate 9: must lie between"),
        (["--voice", "elsewhere"], "elsewhere: no voice here; run `dvc repro voice`"),
    ):
        with pytest.raises(SystemExit):
            main(["say", "Hello.", "-o", str(out), *wrong])
        error = capsys.readouterr().err
        assert message in error
        assert error.count("\n") == 1


def test_a_damaged_voice_is_refused(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "models/voice", tmp_path / "voice")
    (tmp_path / "voice/tacotron2" / io.WEIGHTS).write_bytes(b"no weights")
    with pytest.raises(UserError, match="cannot be used"):
        io.load(tmp_path / "voice", "tacotron2")
    (tmp_path / "voice/pretrained" / io.CONFIG).write_text("{}")
    with pytest.raises(UserError, match="made by another version"):
        io.load(tmp_path / "voice", "tacotron2")


def test_say_hands_bare_samples_to_a_player(
    made: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(made)
    main(["say", "Hello there.", "-o", "-", "--pitch", "1.2"])
    heard = np.frombuffer(capsysbinary.readouterr().out, dtype="<i2") / 32767
    (said,) = Speaker.load(made / "models/voice").speak("Hello there.", pitch=1.2)
    assert np.abs(heard - said).max() < 1e-4

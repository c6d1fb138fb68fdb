"""The stage on a made-up voice: paired, repeatable, stored, drawn; and what it refuses."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import torch

from pngnw.core.errors import UserError
from pngnw.params import Arm, Prosody, ProsodyData, Run, load, validate
from pngnw.prosody.dataset import DURATION, of_speech
from pngnw.prosody.stage import fingerprint, run
from pngnw.prosody.train import Spec, train
from tests.prosody.conftest import prosody_params
from tests.prosody.test_sets import LINE
from tests.speech.corpus import without


def measure(root: Path, settings: Prosody, workers: int = 1) -> Mapping[str, Any]:
    changes = {"prosody": settings, "run": Run(workers=workers)}
    return run(load().model_copy(update=changes), root).metrics


def stored(root: Path) -> dict[str, int]:
    """The finished runs and when they were written."""
    folder = root / ".cache/prosody"
    return {p.name: p.stat().st_mtime_ns for p in folder.iterdir() if not p.name.startswith("set-")}


def test_the_stage_learns_reports_draws_and_keeps_its_runs(home: Path) -> None:
    settings = prosody_params(samples=240)
    metrics = measure(home, settings, workers=2)
    speech = metrics["speech"]
    json.dumps(metrics, allow_nan=False)
    assert list(speech["arms"]) == settings.arms
    assert list(speech["nulls"]) == ["phoneme", "position", "word"]
    assert set(speech["pretrained_minus"]) == {"phoneme", "position", "word", "tacotron2"}
    # What a token says by itself is learnt: better than the mean of all.
    assert speech["arms"]["tacotron2"]["duration"]["correlation"]["value"] > 0.25
    assert any(line.startswith("speech, RMSE of log duration") for line in metrics["summary"])
    folder = home / "plots/prosody/speech"
    assert {path.name for path in folder.iterdir()} == {"curve.tsv", "curves.png", "contour.png"}
    header, *rows = (folder / "curve.tsv").read_text().splitlines()
    assert header.split("\t") == ["samples", *settings.arms]
    assert len(rows) == settings.evaluations
    first = stored(home)
    assert len(first) == 2 * 2  # one rate alone: nothing to choose
    # Killed and started again: what is there stays, what is missing is made, the figures are same.
    victim = home / ".cache/prosody" / min(first)
    victim.unlink()
    again = measure(home, settings)
    assert again == metrics
    assert {name for name, at in stored(home).items() if first[name] != at} == {min(first)}


def test_a_run_repeats_itself(home: Path) -> None:
    torch.set_num_threads(1)
    data = of_speech(home / "data/speech")
    assert data is not None
    settings, encoder = prosody_params(), home / "models/encoder"
    spec = Spec(arm="tacotron2", multiplier=1.0, seed=1)
    first, again = (train(spec, settings, data, encoder) for _ in range(2))
    assert first.curve == again.curve
    np.testing.assert_array_equal(first.predicted[DURATION], again.predicted[DURATION])


def test_rates_are_chosen_on_the_tuning_part(home: Path) -> None:
    settings = prosody_params(seeds=[1], encoder_rates=[1e-6, 1.0], arms=["tacotron2", "frozen"])
    metrics = measure(home, settings)
    assert metrics["speech"]["encoder_rates"] == {"tacotron2": 1.0, "frozen": 0.0}
    assert len(stored(home)) == 2 + 2


def test_speech_without_times_measures_nothing(home: Path, made: Path) -> None:
    (home / "data").unlink()
    unknown = ("start", "end", "energy", "pause", "log_f0")
    without(unknown, made / "data/speech", home / "data/speech")
    metrics = measure(home, prosody_params())
    assert list(metrics) == ["summary"]
    assert "no times are known" in metrics["summary"][0]
    assert (home / "plots/prosody").is_dir()


def test_what_is_not_tested_is_refused(home: Path) -> None:
    for changes in ({"arms": ["letters"]}, {"seeds": [0], "tuning_seeds": [0]}):
        with pytest.raises(UserError, match=r"params\.yaml"):
            validate(Prosody, {**prosody_params().model_dump(), **changes}, "params.yaml")
    with pytest.raises(UserError, match="the encoder has 1 layers"):
        measure(home, prosody_params(layer=2))
    outside = home / "times.jsonl"
    outside.write_text(LINE)
    chosen = {"mine": ProsodyData(kind="times", path=str(outside))}
    with pytest.raises(UserError, match=r"outside the watched folder 'recordings'"):
        measure(home, prosody_params(sets=chosen))


def test_other_weights_make_the_runs_that_read_them_anew(home: Path) -> None:
    encoder, other = home / "models/encoder", home / "other"
    shutil.copytree(encoder, other)
    (other / "model.safetensors").write_bytes(b"other weights")
    for arm in get_args(Arm):
        spec = Spec(arm=arm, multiplier=1.0, seed=1)
        first, again = (fingerprint(spec, prosody_params(), "", at) for at in (encoder, other))
        assert (first != again) == (arm in ("pretrained", "frozen")), arm

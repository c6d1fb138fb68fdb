"""Runs and the stage on a few utterances: paired, repeatable, stored, drawn."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import soundfile
import torch

from pngnw.align.symbols import TOKENS
from pngnw.arms import key
from pngnw.core.errors import UserError
from pngnw.evaluate.runs import CODE, run_all
from pngnw.evaluate.stage import run
from pngnw.evaluate.train import Spec, train_and_measure
from pngnw.params import Evaluate, Run, load, validate
from tests.evaluate.conftest import evaluate_params
from tests.speech.corpus import without


@pytest.fixture
def home(spoken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root of its own, with the speech and the encoder of all tests."""
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    for name in ("data", "models"):
        (tmp_path / name).symlink_to(spoken / name)
    return tmp_path


def evaluate(
    root: Path, settings: Evaluate, workers: int = 1
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Metrics and cost of the arms."""
    changes = {"evaluate": settings, "run": Run(workers=workers)}
    result = run(load().model_copy(update=changes), root)
    return result.metrics, result.cost["arms"]


def run_one(root: Path, spec: Spec, settings: Evaluate) -> None:
    run_all([spec], settings, root / "data/speech", root / "models/encoder", Run(workers=1))


def stored(root: Path) -> dict[Path, int]:
    """The runs in the store and when they were written."""
    return {p: p.stat().st_mtime_ns for p in (root / ".cache/evaluate").iterdir()}


def test_a_run_repeats_itself(spoken: Path) -> None:
    torch.set_num_threads(1)
    spec = Spec(attention="gmm", arm="tacotron2", multiplier=0.5, seed=1, part="tuning")
    settings = evaluate_params()
    first, again = (
        train_and_measure(spec, settings, spoken / "data/speech", spoken / "models/encoder")
        for _ in range(2)
    )
    assert first["evaluations"] == again["evaluations"]
    assert [entry["samples"] for entry in first["evaluations"]] == [8, 16, 24, 32]
    assert all(entry["loss"] > 0 for entry in first["evaluations"])


# One step, after which only figures can tell; many.
@pytest.mark.parametrize(("attention", "samples"), [("lsa", 8), ("dca", 64), ("gmm", 64)])
def test_a_run_that_diverges_ends_in_one_line(spoken: Path, attention: str, samples: int) -> None:
    spec = Spec(attention=attention, arm="tacotron2", multiplier=1.0, seed=1, part="tuning")
    settings = evaluate_params(learning_rate=1e36, warmup=0, samples=samples, batch=8)
    with pytest.raises(UserError, match=r"step \d.*1e\+36; lower evaluate\.learning_rate"):
        train_and_measure(spec, settings, spoken / "data/speech", spoken / "models/encoder")


def test_the_stage_writes_report_and_pictures_and_keeps_its_runs(home: Path) -> None:
    settings = evaluate_params()
    report, cost = evaluate(home, settings, workers=2)
    lsa = report["lsa"]
    assert list(lsa["arms"]) == list(cost["lsa"]) == settings.arms
    assert lsa["arms"]["random"]["samples_to"]["fine"]["median"] == "> 32"
    assert lsa["ratios"]["pretrained/tacotron2"]["fine"]["ratio"] == "unknown"
    assert all(line.startswith("LSA: ") for line in report["summary"])
    folder = home / "plots/evaluate/lsa"
    names = {path.name for path in folder.iterdir()}
    assert {"curves.png", "attention-random.png", "error_ms.tsv"} <= names
    header, *rows = (folder / "error_ms.tsv").read_text().splitlines()
    assert header.split("\t") == ["samples", *settings.arms, "uniform", "diagonal"]
    assert len(rows) == 4
    rows = (folder / "seeds.tsv").read_text().splitlines()
    assert len(rows) - 1 == len(settings.arms) * 4
    first = stored(home)
    assert len(first) == 3  # of one rate there is none to choose
    assert evaluate(home, settings)[0] == report
    assert stored(home) == first
    # One more seed makes only the missing runs.
    spec = Spec(attention="lsa", arm="random", multiplier=1.0, seed=7, part="heldout")
    run_one(home, spec, evaluate_params(seeds=[7]))
    assert len(stored(home)) == 4


def test_letters_are_measured_by_the_word_and_so_is_every_other_arm(home: Path) -> None:
    settings = evaluate_params(
        arms=["letters", "frozen", "pretrained"], encoder_rates=[1.0, 0.1], samples=8
    )
    assert settings.level == "word"
    report = evaluate(home, settings)[0]["lsa"]
    assert report["level"] == "word"
    assert list(report["ratios"]) == ["pretrained/letters", "pretrained/frozen"]
    assert report["arms"]["frozen"]["encoder_rate"] == 0.0
    # Two rates for two arms, no choice for the frozen one, and three reported runs.
    results = [json.loads(path.read_text()) for path in stored(home)]
    assert len(results) == 2 * 2 + 3
    held = [result for result in results if result["spec"]["part"] == "heldout"]
    assert held[0]["nulls"] == held[1]["nulls"] == held[2]["nulls"]
    for result in held:
        picture = result["pictures"][0]["attention"][0]
        assert len(picture["weights"][0]) == len(picture["tokens"]) == len(picture["start"])
        kinds = TOKENS.letters if result["spec"]["arm"] == "letters" else TOKENS.phonemes
        assert picture["tokens"][0] in kinds
    # The same arm among phoneme readers is another run: its figures count phonemes.
    spec = Spec(attention="lsa", arm="pretrained", multiplier=1.0, seed=1, part="heldout")
    run_one(home, spec, evaluate_params(arms=["pretrained"], samples=8))
    assert len(stored(home)) == len(results) + 1


def test_speech_without_gold_times_gets_the_without_gold_times_figures_alone(
    spoken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    (tmp_path / "models").symlink_to(spoken / "models")
    without(("start", "end"), spoken / "data/speech", tmp_path / "data/speech")
    settings = evaluate_params(arms=["tacotron2", "pretrained"], long_form=[2], samples=8)
    both, _ = evaluate(tmp_path, settings)
    report = both["lsa"]
    assert not report["gold_times"]
    assert set(report["arms"]["tacotron2"]["samples_to"]) == {"without_gold_times"}
    names = {path.name for path in (tmp_path / "plots/evaluate/lsa").iterdir()}
    assert {"curves.png", "attention-pretrained.png", "diagonality.tsv"} <= names
    assert "error_ms.tsv" not in names
    assert "hit" not in report["long_form"]["2x"]["arms"]["pretrained"]


def test_every_attention_is_measured_by_itself_heard_and_written_as_data(home: Path) -> None:
    settings = evaluate_params(
        attentions=["dca", "gmm"], arms=["letters", "pretrained"], samples=32
    )
    report, cost = evaluate(home, settings)
    assert list(report) == ["summary", "dca", "gmm"]
    assert report["dca"]["arms"] != report["gmm"]["arms"]
    assert cost["gmm"]["pretrained"]["encoder_ms_per_sample"] > 0
    for attention in settings.attentions:
        folder = home / "plots/evaluate" / attention
        source, true = (
            soundfile.info(folder / f"utterance-1-{name}.wav") for name in ("source", "true-mel")
        )
        assert source.samplerate == true.samplerate == 22050
        data = json.loads((folder / "attention.json").read_text())
        assert set(data["arms"]) == set(settings.arms)
        for arm in data["arms"].values():
            assert 0 < arm["moments"][0] < arm["moments"][-1] <= settings.samples
            for utterance in arm["utterances"]:
                tokens = len(utterance["symbols"])
                rows = [row for frame in utterance["frames"] for row in frame]
                assert {len(row) for row in rows} == {tokens}
                assert all(0 <= weight <= 255 for row in rows for weight in row)


def test_bad_settings_are_refused(home: Path) -> None:
    with pytest.raises(UserError, match="reduction"):
        validate(Evaluate, {**evaluate_params().model_dump(), "reduction": 4}, "params.yaml")
    for changes, message in (
        ({"seeds": [0, 1], "tuning_seeds": [1]}, r"share \[1\]"),
        ({"layer": 2}, "the encoder has 1 layers"),
    ):
        with pytest.raises(UserError, match=message):
            evaluate(home, evaluate_params(**changes))


def test_the_key_of_a_run_covers_all_the_code_that_it_executes() -> None:
    """What `train` imports is hashed; how speech is made counts by the bytes of its shards."""
    script = "import sys, pngnw.evaluate.train; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    rooms = ("pngnw.arms.", "pngnw.evaluate.", "pngnw.speech.")
    modules = {name for name in loaded.stdout.split() if name.startswith(rooms)}
    covered = {*CODE, *key.code("tacotron2")}
    assert modules == {name for name in covered if name.startswith(rooms)}

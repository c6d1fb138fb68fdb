"""Runs and the stage on a few utterances: paired, repeatable, kept, drawn."""

from pathlib import Path

import pytest
import torch

from pngnw.errors import UserError
from pngnw.params import Run
from pngnw.tacotron import arms, speechset
from pngnw.tacotron.evaluate import evaluate
from pngnw.tacotron.network import Network
from pngnw.tacotron.runs import run_all
from pngnw.tacotron.train import Spec, run
from tests.tacotron.conftest import evaluate_params


def test_decoders_start_alike_in_every_arm(spoken: Path) -> None:
    weights = []
    for arm in arms.ARMS:
        text = arms.build(arm, spoken / "models/encoder", None, width=24, seed=1)
        network = Network(text, width=16, reduction=5, attention="lsa", seed=1)
        weights.append(network.decoder.state_dict())
    for other in weights[1:]:
        assert all(torch.equal(weights[0][key], other[key]) for key in weights[0])


def test_random_is_pretrained_but_for_the_weights(spoken: Path) -> None:
    folder = spoken / "models/encoder"
    random = arms.build("random", folder, None, 16, seed=1).state_dict()
    pretrained = arms.build("pretrained", folder, None, 16, seed=1).state_dict()
    assert {k: v.shape for k, v in random.items()} == {k: v.shape for k, v in pretrained.items()}
    assert not torch.equal(random["encoder.layers.0.qkv.weight"],
                           pretrained["encoder.layers.0.qkv.weight"])  # fmt: skip


@pytest.mark.parametrize("arm", arms.ARMS)
def test_states_do_not_depend_on_the_batch(spoken: Path, arm: arms.Arm) -> None:
    import numpy as np

    train = speechset.load(spoken / "data/speech", "train")
    text = arms.build(arm, spoken / "models/encoder", None, 16, seed=1).eval()
    with torch.inference_mode():
        both = text(train, np.array([0, 1]))
        alone = text(train, np.array([1]))
    torch.testing.assert_close(both[1, : alone.shape[1]], alone[0], rtol=1e-4, atol=1e-5)
    assert (both[1, alone.shape[1] :] == 0).all()


@pytest.mark.parametrize(
    ("attention", "reduction"), [("lsa", 5), ("dca", 3), ("gmm", 5), ("gmm", 1), ("lsa", 2)]
)
def test_a_run_repeats_itself(spoken: Path, attention: str, reduction: int) -> None:
    torch.set_num_threads(1)
    spec = Spec(arm="tacotron2", encoder_rate=0.5, seed=1, part="tuning")
    settings = evaluate_params(attention=attention, reduction=reduction)
    first, again = (
        run(spec, settings, spoken / "data/speech", spoken / "models/encoder") for _ in range(2)
    )
    assert first["evaluations"] == again["evaluations"]
    assert [entry["samples"] for entry in first["evaluations"]] == [8, 16, 24, 32]
    assert all(entry["loss"] > 0 for entry in first["evaluations"])
    assert first["encoder_mflop"] > 0


def test_the_stage_writes_report_and_pictures_and_keeps_its_runs(
    spoken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    settings = evaluate_params()
    folders = (spoken / "data/speech", spoken / "models/encoder")
    report, cost = evaluate(*folders, tmp_path / "plots", settings, 0, Run(workers=2))
    assert set(report["arms"]) == set(cost) == set(arms.ARMS)
    assert report["arms"]["random"]["samples_to"]["fine"]["median"] == "> 32"
    assert report["ratios"]["pretrained/tacotron2"]["fine"]["ratio"] == "unknown"
    names = {path.name for path in (tmp_path / "plots").iterdir()}
    assert {"curves.png", "attention-random.png", "error_ms.tsv"} <= names
    header, *rows = (tmp_path / "plots/error_ms.tsv").read_text().splitlines()
    assert header.split("\t") == ["samples", *arms.ARMS, "uniform", "diagonal"]
    assert len(rows) == 4
    kept = {p: p.stat().st_mtime_ns for p in (tmp_path / ".cache/evaluate").iterdir()}
    assert len(kept) == 6
    again, _ = evaluate(*folders, tmp_path / "plots", settings, 0, Run(workers=1))
    assert again == report
    assert kept == {p: p.stat().st_mtime_ns for p in (tmp_path / ".cache/evaluate").iterdir()}
    # One more seed makes only the missing runs.
    spec = Spec(arm="random", encoder_rate=1.0, seed=7, part="heldout")
    run_all([spec], evaluate_params(seeds=[7]), *folders, Run(workers=1))
    assert len(list((tmp_path / ".cache/evaluate").iterdir())) == 7


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seeds": [0, 1], "tuning_seeds": [1]}, r"share \[1\]"),
        ({"layer": 2}, "the encoder has 1 layers"),
    ],
)
def test_bad_settings_are_refused(
    spoken: Path, tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        evaluate(
            spoken / "data/speech", spoken / "models/encoder", tmp_path,
            evaluate_params(**changes), 0, Run(workers=1),
        )  # fmt: skip

